package fetchtest

import (
	"net/http"
	"net/url"
	"strings"
)

// matches is ILIKE %term%, a blank standing for anything.
func matches(term string, texts ...string) bool {
	words := strings.Split(strings.ToLower(term), " ")
	for _, text := range texts {
		rest, all := strings.ToLower(text), true
		for _, word := range words {
			_, after, ok := strings.Cut(rest, word)
			rest, all = after, all && ok
		}
		if all {
			return true
		}
	}
	return false
}

// filter is what a search is narrowed to.
type filter struct {
	community *Community
	creator   int64 // 0: anybody
}

// narrow reads the filters of a search, false if it names what is not there.
func (in *Instance) narrow(q query) (filter, bool) {
	c, asked := in.community(q)
	return filter{c, q.or("creator_id", 0)}, !asked || c != nil
}

func (f filter) none() bool { return f.community == nil && f.creator == 0 }

func (in *Instance) fits(f filter, by *Person, c *Community) bool {
	return (f.community == nil || f.community == c) && (f.creator == 0 || f.creator == in.PersonID(by))
}

func (in *Instance) searchPosts(q query, f filter, term string, o postOrder) []*Post {
	titles := q.yes("post_title_only") && in.release.atLeast(19, 6) || q.yes("title_only")
	return in.postsOf(f.community, o, q.yes("show_nsfw") && in.release.atLeast(19, 6), func(p *Post) bool {
		body := p.Body
		if titles {
			body = p.Title
		}
		return in.fits(f, p.Author, p.community) && matches(term, p.Title, body)
	})
}

// searchComments finds live comments; 1.0 finds deleted ones as well, and blanks
// them.
func (in *Instance) searchComments(f filter, term string, o order) []*row {
	return in.keep(in.across(f.community, o), func(r *row) bool {
		return (r.Live() || in.release.v4()) && in.showsComments(r.post) &&
			in.fits(f, r.Author, r.post.community) && matches(term, r.Content)
	})
}

func (in *Instance) searchCommunities(f filter, term string) []*Community {
	var found []*Community
	for _, c := range in.world.communities {
		if f.none() && in.knows(c) && c.Visibility != Unlisted && matches(term, c.Name, c.Title) {
			found = append(found, c)
		}
	}
	return found
}

func (in *Instance) searchPeople(f filter, term string) []*Person {
	var found []*Person
	for _, p := range in.world.people {
		if f.none() && !p.Deleted && matches(term, p.Name, p.DisplayName) {
			found = append(found, p)
		}
	}
	return found
}

func (in *Instance) v3Search(q query) (any, *refusal) {
	if !q.Has("q") {
		return nil, malformed("missing field `q`")
	}
	f, ok := in.narrow(q)
	if !ok {
		return nil, &refusal{http.StatusNotFound, "couldnt_find_community", "", ""}
	}
	if n := q.or("limit", 10); n < 1 || n > 50 {
		return nil, &refusal{http.StatusBadRequest, "unknown", "Fetch limit is > 50", ""}
	}
	kind := q.Get("type_")
	if kind == "" {
		kind = "All"
	}
	var refused *refusal
	answer := map[string]any{
		"type_": kind, "posts": []any{}, "comments": []any{}, "communities": []any{}, "users": []any{},
	}
	page := func(name string, n int, cut func(from, to int) any) {
		if kind != "All" && !strings.EqualFold(kind, name) {
			return
		}
		from, to, fail := in.window(q, n, &refusal{http.StatusBadRequest, "unknown", "Page is out of range", ""})
		if fail != nil {
			refused = fail
			return
		}
		answer[name] = cut(from, to)
	}
	in.v3SearchIn(q, f, page)
	return answer, refused
}

// v3SearchIn runs the four searches, each cut by the page of its own list.
func (in *Instance) v3SearchIn(q query, f filter, page func(name string, n int, cut func(from, to int) any)) {
	term, sort := q.Get("q"), q.sort("active")
	posts := in.searchPosts(q, f, term, postOrder{by: sort})
	page("posts", len(posts), func(i, j int) any { return views(posts[i:j], in.v3PostView) })
	rows := in.searchComments(f, term, order{by: commentSort(sort)})
	page("comments", len(rows), func(i, j int) any { return views(rows[i:j], in.v3CommentView) })
	groups := in.searchCommunities(f, term)
	page("communities", len(groups), func(i, j int) any { return views(groups[i:j], in.v3CommunityView) })
	people := in.searchPeople(f, term)
	page("users", len(people), func(i, j int) any { return views(people[i:j], in.v3PersonView) })
}

// commentSort is what the sort of posts means for comments.
func commentSort(sort string) string {
	switch {
	case sort == "new", sort == "old", sort == "controversial":
		return sort
	case strings.HasPrefix(sort, "top"):
		return "top"
	default:
		return "hot"
	}
}

// v3Resolve looks an ActivityPub id up in what is here already: a stranger gets
// nothing fetched. Tombstones are not found.
func (in *Instance) v3Resolve(q query) (any, *refusal) {
	u, err := url.Parse(q.Get("q"))
	if err != nil || u.Scheme == "" {
		return nil, in.missing("object")
	}
	switch o := in.object(q.Get("q")).(type) {
	case *row:
		if o.Live() {
			return map[string]any{"comment": in.v3CommentView(o)}, nil
		}
	case *Post:
		if !o.Deleted && !o.Removed {
			return map[string]any{"post": in.v3PostView(o)}, nil
		}
	case *Community:
		return map[string]any{"community": in.v3CommunityView(o)}, nil
	case *Person:
		if !o.Deleted {
			return map[string]any{"person": in.v3PersonView(o)}, nil
		}
	}
	return nil, in.missing("object")
}
