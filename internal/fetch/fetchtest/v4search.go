package fetchtest

import "net/http"

// v4Search finds comments newest first, whatever sort says. Asked for one kind
// it pages as lists do; asked for all it joins five cursors, and says that there
// is a next page for ever.
func (in *Instance) v4Search(q query) (any, *refusal) {
	if !q.Has("search_term") {
		return nil, malformed("missing field `search_term`")
	}
	limit, refused := v4Limit(q)
	if refused != nil {
		return nil, refused
	}
	f, ok := in.narrow(q)
	if !ok {
		return nil, in.missing("community")
	}
	answer := map[string]any{"comments": []any{}, "posts": []any{}, "communities": []any{}, "persons": []any{}, "multi_communities": []any{}}
	kind, at := q.kind("all"), q.Get("page_cursor")
	if kind != "all" {
		p, refused := in.v4Found(kind, q, f, at, limit)
		answer[plural(kind)] = p.Items
		set(answer, "next_page", p.Next)
		set(answer, "prev_page", p.Prev)
		return answer, refused
	}
	return in.v4SearchAll(q, f, limit, answer)
}

func (in *Instance) v4SearchAll(q query, f filter, limit int, answer map[string]any) (any, *refusal) {
	kinds := []string{"comments", "posts", "communities", "users", "multi_communities"}
	next := make([]string, len(kinds))
	for i, kind := range kinds {
		at, err := part(q.Get("page_cursor"), i, len(kinds))
		if err != nil {
			return nil, &refusal{http.StatusBadRequest, "could_not_parse_pagination_token", "", ""}
		}
		p, refused := in.v4Found(kind, q, f, at, limit)
		if refused != nil {
			return nil, refused
		}
		answer[plural(kind)], next[i] = p.Items, p.Next
	}
	answer["next_page"] = parts(next)
	return answer, nil
}

// plural is the member that holds what was found of a kind.
func plural(kind string) string {
	if kind == "users" {
		return "persons"
	}
	return kind
}

func (in *Instance) v4Found(kind string, q query, f filter, at string, limit int) (p page, refused *refusal) {
	term, span := q.Get("search_term"), in.span(q)
	switch kind {
	case "comments":
		o := order{by: "new"}
		rows := in.keep(in.searchComments(f, term, o), func(r *row) bool { return in.recent(r.Published, span) })
		rows, p, refused = in.commentKeys(rows, o).cut(at, limit)
		p.Items = views(rows, in.v4CommentView)
	case "posts":
		o := postOrder{by: "new"}
		posts := in.searchPosts(q, f, term, o)
		posts, p, refused = in.postKeys(posts, o).cut(at, limit)
		p.Items = views(posts, in.v4PostView)
	case "communities":
		return foundPage(in.searchCommunities(f, term), at, limit, in.v4CommunityView)
	case "users":
		return foundPage(in.searchPeople(f, term), at, limit, func(p *Person) map[string]any {
			return map[string]any{"person": in.v4Person(p), "is_admin": false}
		})
	default:
		p.Items = []any{}
	}
	return p, refused
}

func foundPage[T, V any](items []T, at string, limit int, view func(T) V) (page, *refusal) {
	chosen, p, refused := places(items).cut(at, limit)
	p.Items = views(chosen, func(i int) V { return view(items[i]) })
	return p, refused
}
