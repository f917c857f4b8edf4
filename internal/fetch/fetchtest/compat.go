package fetchtest

import "net/http"

// compatCalls are what 1.0 still answers under /api/v3. It looks like v3 and
// silently passes over most of what is asked. There is no comment, no modlog and
// no federated_instances.
var compatCalls = map[string]call{
	"site":           {serve: (*Instance).v3Site},
	"community":      {serve: (*Instance).v3GetCommunity},
	"community/list": {serve: (*Instance).compatCommunities, sorts: v3PostSorts, kinds: v3Listings},
	"post":           {serve: (*Instance).compatPost},
	"post/list":      {serve: (*Instance).compatPosts, sorts: v3PostSorts, kinds: v3Listings},
	"comment/list":   {serve: (*Instance).compatComments, sorts: v3CommentSorts, kinds: v3Listings},
	"search":         {serve: (*Instance).compatSearch, sorts: v3PostSorts, kinds: v3Searches, search: true},
	"resolve_object": {serve: (*Instance).compatResolve, search: true},
}

// compatComments gives the first rows for ever: page is not looked at.
func (in *Instance) compatComments(q query) (any, *refusal) {
	limit, refused := v4Limit(q)
	if refused != nil {
		return nil, refused
	}
	rows, _, refused := in.v4Rows(q)
	if refused != nil {
		return nil, refused
	}
	return map[string]any{"comments": views(rows[:min(limit, len(rows))], in.v3CommentView)}, nil
}

// compatPosts has no cursors, and page 11 is page 10 again.
func (in *Instance) compatPosts(q query) (any, *refusal) {
	limit, refused := v4Limit(q)
	if refused != nil {
		return nil, refused
	}
	posts, _, refused := in.v4Posts(q)
	if refused != nil {
		return nil, refused
	}
	number := min(max(q.or("page", 1), 1), 10)
	from, to := cut(len(posts), (number-1)*int64(limit), int64(limit))
	return map[string]any{"posts": views(posts[from:to], in.v3PostView)}, nil
}

func (in *Instance) compatPost(q query) (any, *refusal) {
	p, asked := in.postAsked(q)
	switch {
	case !asked:
		return nil, bad("no_id_given")
	case p == nil || p.Removed || p.Deleted && len(in.thread(p).rows) == 0:
		return nil, in.missing("post")
	}
	return map[string]any{
		"post_view": in.v3PostView(p), "community_view": in.v3CommunityView(p.community),
		"moderators": in.v3Moderators(p.community), "cross_posts": views(in.crossPosts(p), in.v3PostView),
	}, nil
}

func (in *Instance) compatCommunities(q query) (any, *refusal) {
	found := in.communities(q)
	return map[string]any{"communities": views(found[:min(v4Items, len(found))], in.v3CommunityView)}, nil
}

// compatSearch searches everything for the term and looks at nothing else.
func (in *Instance) compatSearch(q query) (any, *refusal) {
	if !q.Has("q") {
		return nil, malformed("missing field `q`")
	}
	term := q.Get("q")
	posts := in.searchPosts(query{}, filter{}, term, postOrder{by: "new"})
	rows := in.searchComments(filter{}, term, order{by: "new"})
	groups := in.searchCommunities(filter{}, term)
	people := in.searchPeople(filter{}, term)
	return map[string]any{
		"type_":       "All",
		"posts":       views(posts[:min(v4Items, len(posts))], in.v3PostView),
		"comments":    views(rows[:min(v4Items, len(rows))], in.v3CommentView),
		"communities": views(groups[:min(v4Items, len(groups))], in.v3CommunityView),
		"users":       views(people[:min(v4Items, len(people))], in.v3PersonView),
	}, nil
}

func (in *Instance) compatResolve(q query) (any, *refusal) {
	v, refused := in.v3Resolve(q)
	if refused != nil {
		return nil, &refusal{http.StatusBadRequest, "resolve_object_failed", q.Get("q") + " is not known here", ""}
	}
	return v, nil
}
