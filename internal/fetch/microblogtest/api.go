package microblogtest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (in *Instance) api(r *http.Request) answer {
	path, member := strings.TrimPrefix(r.URL.Path, "/api"), in.member(r)
	switch {
	case path == "/v1/instance" || path == "/v2/instance" && in.mode.v2:
		return ok(in.about())
	case path == "/v1/instance/terms_of_service" && in.mode.api >= 4 && in.Terms != "":
		return ok(map[string]any{"effective": true, "content": in.Terms})
	case !in.mode.strangers && !member:
		return refusal(http.StatusUnauthorized, "Unauthorized: token not supplied")
	case strings.HasPrefix(path, "/v1/timelines/tag/"):
		return in.timeline(r, member, in.tagged(r, strings.TrimPrefix(path, "/v1/timelines/tag/")))
	case path == "/v1/timelines/public":
		return in.timeline(r, member, func(s *Status) bool {
			return (r.URL.Query().Get("local") == "" || s.Account.Host == in.Host) && (s.ReblogOf == nil || in.mode.software == "pleroma")
		})
	case path == "/v1/accounts/lookup":
		return in.lookup(r.URL.Query().Get("acct"))
	case strings.HasPrefix(path, "/v1/accounts/") && strings.HasSuffix(path, "/statuses"):
		id := strings.TrimSuffix(strings.TrimPrefix(path, "/v1/accounts/"), "/statuses")
		return in.timeline(r, member, func(s *Status) bool {
			return in.accountID(s.Account) == id && !(r.URL.Query().Get("exclude_reblogs") == "true" && s.ReblogOf != nil)
		})
	case path == "/v2/search":
		return in.search(r, member)
	case path == "/v1/statuses" && in.mode.batch != "":
		return in.several(r.URL.Query()[in.mode.batch], member)
	case strings.HasPrefix(path, "/v1/statuses/"):
		id, rest, _ := strings.Cut(strings.TrimPrefix(path, "/v1/statuses/"), "/")
		s := in.find(id)
		switch {
		case !in.sees(s, member):
			return refusal(http.StatusNotFound, "Record not found")
		case rest == "":
			return ok(in.view(s))
		case rest == "context":
			return in.context(s, member)
		}
	}
	return refusal(http.StatusNotFound, "Not Found")
}

// about is the instance. Only 4.3 and later show their API's version, only 4.5
// and later who sees the timelines.
func (in *Instance) about() map[string]any {
	rules := []any{}
	for i, r := range in.Rules {
		rules = append(rules, map[string]any{"id": strconv.Itoa(i + 1), "text": r, "hint": ""})
	}
	configuration := map[string]any{"urls": map[string]any{"terms_of_service": nil}}
	if in.mode.api >= 7 {
		who := map[string]any{"local": "public", "remote": "public"}
		if in.lies(Disabled) {
			who = map[string]any{"local": "disabled", "remote": "disabled"}
		}
		configuration["timelines_access"] = map[string]any{"live_feeds": who, "hashtag_feeds": who}
	}
	v := map[string]any{"domain": in.Host, "version": in.mode.version, "rules": rules, "configuration": configuration}
	if in.mode.api > 0 {
		v["api_versions"] = map[string]any{"mastodon": in.mode.api}
	}
	return v
}

// tagged picks what a hashtag timeline holds. GoToSocial leaves out answers to
// others, and it and Friendica pass over any, all and none.
func (in *Instance) tagged(r *http.Request, tag string) func(*Status) bool {
	q := r.URL.Query()
	four := func(list []string) []string { return list[:min(len(list), 4)] }
	return func(s *Status) bool {
		has := func(t string) bool { return slices.Contains(s.Tags, strings.ToLower(t)) }
		switch {
		case s.ReblogOf != nil, in.mode.software == "gotosocial" && s.Parent != nil && s.Parent.Account != s.Account:
			return false
		case !in.mode.modes:
			return has(tag)
		}
		return (has(tag) || slices.ContainsFunc(four(q["any[]"]), has)) &&
			!slices.ContainsFunc(four(q["all[]"]), func(t string) bool { return !has(t) }) && !slices.ContainsFunc(four(q["none[]"]), has)
	}
}

// timeline lists public statuses, newest first.
func (in *Instance) timeline(r *http.Request, member bool, wanted func(*Status) bool) answer {
	q := r.URL.Query()
	limit := 20
	if n, err := strconv.Atoi(q.Get("limit")); err == nil {
		limit = min(max(n, 0), in.mode.longest)
	}
	var list []*Status
	for _, s := range in.world.statuses {
		id := in.ID(s)
		if !in.sees(s, member) || s.Visibility != Public && !strings.Contains(r.URL.Path, "/accounts/") || !wanted(s) || in.lies(Disabled) ||
			in.lies(Stale) && s.Published.After(in.Clock().Add(-time.Hour)) {
			continue
		}
		if from := q.Get("max_id"); from != "" && !less(id, from) && !in.lies(Circle) {
			continue
		}
		if from := q.Get("since_id"); from != "" && !less(from, id) {
			continue
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *Status) int {
		if less(in.ID(b), in.ID(a)) {
			return -1
		}
		return 1
	})
	list = list[:min(len(list), limit)]
	a := ok(in.views(list))
	if in.mode.link && len(list) > 0 {
		host := "https://" + in.Host
		if in.lies(ForeignLink) {
			host = "http://elsewhere.example"
		}
		a.header.Set("Link", fmt.Sprintf(`<%s%s?max_id=%s>; rel="next", <%s%s?min_id=%s>; rel="prev"`,
			host, r.URL.Path, in.ID(list[len(list)-1]), host, r.URL.Path, in.ID(list[0])))
	}
	return a
}

// context shows what stands above and below. The caps count what strangers do
// not see: they are left out after the cut. Below is in the order of ids, depth
// first. A token lifts Mastodon's caps.
func (in *Instance) context(s *Status, member bool) answer {
	m := in.mode
	if member && m.software == "mastodon" {
		m.ancestors, m.descendants, m.depth = 4096, 4096, 0
	}
	var above []*Status
	for up := s.Parent; up != nil && !in.hidden[up] && (m.ancestors == 0 || len(above) < m.ancestors); up = up.Parent {
		above = append([]*Status{up}, above...)
	}
	var below []*Status
	var walk func(s *Status, depth int)
	walk = func(s *Status, depth int) {
		if m.depth > 0 && depth >= m.depth {
			return
		}
		children := slices.Clone(s.children)
		slices.SortFunc(children, func(a, b *Status) int {
			if less(in.ID(a), in.ID(b)) {
				return -1
			}
			return 1
		})
		for _, c := range children {
			if in.hidden[c] || c.Deleted {
				continue // what is below has lost its parent here
			}
			if m.descendants > 0 && len(below) >= m.descendants {
				return
			}
			below = append(below, c)
			walk(c, depth+1)
		}
	}
	walk(s, 0)
	shown := func(list []*Status) []*Status {
		return slices.DeleteFunc(list, func(s *Status) bool { return !in.sees(s, member) })
	}
	return ok(map[string]any{"ancestors": in.views(shown(above)), "descendants": in.views(shown(below))})
}

func (in *Instance) several(ids []string, member bool) answer {
	if len(ids) > 20 && in.mode.software == "mastodon" {
		return refusal(http.StatusUnprocessableEntity, "Too many ids")
	}
	var list []*Status
	for _, id := range ids {
		if s := in.find(id); in.sees(s, member) {
			list = append(list, s)
		}
	}
	return ok(in.views(list))
}

// search finds statuses for members only.
func (in *Instance) search(r *http.Request, member bool) answer {
	q := r.URL.Query()
	if !member && (q.Get("resolve") == "true" || q.Has("offset")) {
		return refusal(http.StatusUnauthorized, "This method requires an authenticated user")
	}
	var list []*Status
	for _, s := range in.world.statuses {
		if member && in.sees(s, false) && (s.URI() == q.Get("q") || strings.Contains(strings.ToLower(s.HTML), strings.ToLower(q.Get("q")))) && (q.Get("max_id") == "" || less(in.ID(s), q.Get("max_id"))) {
			list = append([]*Status{s}, list...)
		}
	}
	limit := 20
	if n, err := strconv.Atoi(q.Get("limit")); err == nil {
		limit = min(n, 40)
	}
	return ok(map[string]any{"accounts": []any{}, "hashtags": []any{}, "statuses": in.views(list[:min(len(list), limit)])})
}

func (in *Instance) lookup(acct string) answer {
	name, host, remote := strings.Cut(acct, "@")
	if !remote {
		host = in.Host
	}
	for _, a := range in.world.accounts {
		if a.Name == name && a.Host == host {
			return ok(in.account(a))
		}
	}
	return refusal(http.StatusNotFound, "Record not found")
}

// views are statuses, with what an instance gets wrong in lists.
func (in *Instance) views(list []*Status) []any {
	all := []any{}
	for i, s := range list {
		if in.lies(NullItems) && i%3 == 1 {
			all = append(all, nil)
		}
		v := in.view(s)
		if in.lies(BadItem) && i == 1 {
			v["created_at"] = "yesterday"
		}
		all = append(all, v)
	}
	return all
}
