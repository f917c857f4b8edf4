package microblogtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// Lie is something that an instance gets wrong.
type Lie string

// The lies.
const (
	NullItems   Lie = "null items"   // lists hold null, as Pixelfed's contexts do
	BadItem     Lie = "bad item"     // one status of a list has a time that is none
	ForeignLink Lie = "foreign link" // the Link header leads to another host, over http
	Circle      Lie = "circle"       // a list begins anew when it should end
	WrongCounts Lie = "wrong counts" // replies_count is one too high
	Stale       Lie = "stale"        // lists come from a cache that is an hour old
	Disabled    Lie = "disabled"     // timelines are switched off, which shows as an empty list
)

// Rate is how many requests are let through per span of time.
type Rate struct {
	Requests int
	Per      time.Duration
}

// Instance is one server's view of a World. Set its fields before it serves, or
// within World.Edit.
type Instance struct {
	Host, Mode string
	Robots     string // robots.txt; "": there is none
	Token      string // a Bearer with it is a member
	Rules      []string
	Terms      string // HTML; served from 4.4 on
	Validators bool   // ETags, and 304 to who has the same
	Enforce    bool   // refuse what is beyond Limit and Paging
	Limit      Rate   // of all requests
	Paging     Rate   // of those with max_id, min_id or since_id
	Clock      func() time.Time
	Lies       []Lie

	// Fault is called before each request is answered, n counting from 1. True
	// means that it has answered.
	Fault func(n int, w http.ResponseWriter, r *http.Request) bool

	mode   mode
	world  *World
	hidden map[*Status]bool

	mu      sync.Mutex
	asked   []Asked
	flight  int
	windows map[string]*window
	byID    map[string]*Status
	edits   int
}

type window struct {
	since time.Time
	n     int
}

// Asked is one request that came in.
type Asked struct {
	Time      time.Time
	Path      string
	Query     url.Values
	UserAgent string
	Token     string // as sent; "": no Authorization header
	InFlight  int    // requests being answered when it came, itself included
}

// Instance adds a server that knows all of w.
func (w *World) Instance(host, name string) *Instance {
	m, ok := modes[name]
	if !ok {
		panic("microblogtest: no mode " + name)
	}
	return &Instance{
		Host: host, Mode: name, Clock: time.Now, mode: m, world: w, hidden: map[*Status]bool{}, windows: map[string]*window{},
		Limit: Rate{300, 5 * time.Minute}, Paging: Rate{300, 15 * time.Minute},
	}
}

// Hide keeps statuses from this instance: they did not get here.
func (in *Instance) Hide(statuses ...*Status) {
	in.world.Edit(func() {
		for _, s := range statuses {
			in.hidden[s] = true
		}
	})
}

// ID is what this instance calls s.
func (in *Instance) ID(s *Status) string { return in.mode.id(in.Host, s) }

// Held is how many statuses of a thread are here and shown to strangers.
func (in *Instance) Held(root *Status) int {
	in.world.mu.RLock()
	defer in.world.mu.RUnlock()
	n := 0
	var walk func(s *Status)
	walk = func(s *Status) {
		if in.sees(s, false) {
			n++
		}
		for _, c := range s.children {
			walk(c)
		}
	}
	walk(root)
	return n
}

// Requests are those that came in so far, in order.
func (in *Instance) Requests() []Asked {
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.asked)
}

// Forget empties the record of requests.
func (in *Instance) Forget() {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.asked = nil
}

// ServeHTTP answers as the software of this mode does.
func (in *Instance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in.mu.Lock()
	in.flight++
	in.asked = append(in.asked, Asked{in.Clock(), r.URL.Path, r.URL.Query(), r.UserAgent(), r.Header.Get("Authorization"), in.flight})
	n := len(in.asked)
	in.mu.Unlock()
	defer func() { in.mu.Lock(); in.flight--; in.mu.Unlock() }()
	if in.Fault != nil && in.Fault(n, w, r) {
		return
	}
	in.Truth().ServeHTTP(w, r)
}

// Truth answers without the Instance's Fault and without a record of it.
func (in *Instance) Truth() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in.world.mu.RLock()
		a := in.answer(r)
		in.world.mu.RUnlock()
		body, err := json.Marshal(a.v)
		if err != nil {
			panic(err)
		}
		if s, ok := a.v.(text); ok {
			body = []byte(s)
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		} else {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
		}
		for k, v := range a.header {
			w.Header()[k] = v
		}
		if in.Validators && a.status == http.StatusOK {
			tag := fmt.Sprintf("W/\"%x\"", hash(string(body)))
			w.Header().Set("Etag", tag)
			if r.Header.Get("If-None-Match") == tag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		w.WriteHeader(a.status)
		_, _ = w.Write(body) // the client may have gone
	})
}

// answer is a value that becomes JSON, or text.
type answer struct {
	status int
	v      any
	header http.Header
}

type text string

func ok(v any) answer { return answer{http.StatusOK, v, http.Header{}} }

func refusal(status int, message string) answer {
	return answer{status, map[string]any{"error": message}, http.Header{}}
}

func (in *Instance) lies(l Lie) bool { return slices.Contains(in.Lies, l) }

// member reports whether a request carries the token.
func (in *Instance) member(r *http.Request) bool {
	return in.Token != "" && r.Header.Get("Authorization") == "Bearer "+in.Token
}

// sees is whether a status is shown.
func (in *Instance) sees(s *Status, member bool) bool {
	if s == nil || in.hidden[s] || s.Deleted || s.ReblogOf != nil && !in.sees(s.ReblogOf, member) {
		return false
	}
	return s.Visibility == Public || s.Visibility == Unlisted || s.Visibility == Private && member
}

// find is the status of an id; nil where there is none.
func (in *Instance) find(id string) *Status {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.byID == nil || in.edits != in.world.edits {
		in.byID, in.edits = map[string]*Status{}, in.world.edits
		for _, s := range in.world.statuses {
			in.byID[in.ID(s)] = s
		}
	}
	return in.byID[id]
}

// meter counts a request. Mastodon's windows are fixed and aligned, its reset is
// an ISO date, and there is no Retry-After.
func (in *Instance) meter(r *http.Request) (http.Header, bool) {
	h, fine := http.Header{}, true
	if !in.Enforce {
		return h, true
	}
	q := r.URL.Query()
	limits := map[string]Rate{"all": in.Limit}
	if q.Has("max_id") || q.Has("min_id") || q.Has("since_id") || q.Has("page") {
		limits["paging"] = in.Paging
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	now := in.Clock()
	for name, rate := range limits {
		begin := now.Truncate(rate.Per)
		x := in.windows[name]
		if x == nil || x.since != begin {
			x = &window{since: begin}
			in.windows[name] = x
		}
		x.n++
		left := max(0, rate.Requests-x.n)
		fine = fine && x.n <= rate.Requests
		h.Set("X-Ratelimit-Limit", fmt.Sprint(rate.Requests))
		h.Set("X-Ratelimit-Remaining", fmt.Sprint(left))
		h.Set("X-Ratelimit-Reset", begin.Add(rate.Per).UTC().Format("2006-01-02T15:04:05.000000Z"))
		if left == 0 {
			break
		}
	}
	return h, fine
}

func (in *Instance) answer(r *http.Request) answer {
	path := r.URL.Path
	switch {
	case path == "/robots.txt" && in.Robots != "":
		return ok(text(in.Robots))
	case path == "/.well-known/nodeinfo":
		return ok(map[string]any{"links": []any{map[string]any{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.0", "href": "https://" + in.Host + "/nodeinfo/2.0"}}})
	case path == "/nodeinfo/2.0":
		return ok(map[string]any{"version": "2.0", "software": map[string]any{"name": in.mode.software, "version": in.mode.version}})
	case !strings.HasPrefix(path, "/api/"):
		return refusal(http.StatusNotFound, "Not Found")
	}
	h, fine := in.meter(r)
	if !fine {
		a := refusal(http.StatusTooManyRequests, "Too many requests")
		a.header = h
		return a
	}
	a := in.api(r)
	for k, v := range h {
		a.header[k] = v
	}
	return a
}
