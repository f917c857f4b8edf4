package fetchtest

import (
	"fmt"
	"net/http"
	"net/url"
)

// piefedMost is the longest page; a greater limit is lowered to it in silence.
const piefedMost = 100

var (
	piefedSorts    = []string{"Hot", "Top", "New", "Old", "Active", "Scaled", "Controversial", "TopDay", "TopWeek", "TopMonth", "TopYear", "TopAll"}
	piefedListings = []string{"All", "Local", "Subscribed", "Popular", "Moderating", "ModeratorView"}
	piefedSearches = []string{"Communities", "Posts", "Users", "Url", "Comments"}
)

var piefedCalls = map[string]call{
	"site":                {serve: (*Instance).piefedSite},
	"federated_instances": {serve: (*Instance).federatedInstances},
	"community":           {serve: (*Instance).piefedGetCommunity},
	"community/list":      {serve: (*Instance).piefedListCommunities, kinds: piefedListings},
	"post":                {serve: (*Instance).piefedGetPost},
	"post/list":           {serve: (*Instance).piefedListPosts, sorts: piefedSorts, kinds: piefedListings},
	"comment":             {serve: (*Instance).piefedGetComment},
	"comment/list":        {serve: (*Instance).piefedListComments, sorts: piefedSorts, kinds: piefedListings},
	"search":              {serve: (*Instance).piefedSearch, sorts: piefedSorts, kinds: piefedSearches},
	"resolve_object":      {serve: (*Instance).piefedResolve},
}

// prose is a refusal as PieFed words it.
func prose(format string, args ...any) *refusal {
	return &refusal{http.StatusBadRequest, "", fmt.Sprintf(format, args...), ""}
}

// turn cuts a page out of n rows. Pages beyond the last are empty, next is the
// number of the next one in a string, or null.
func turn(q query, n, absent int) (from, to int, next any) {
	limit := min(max(q.or("limit", int64(absent)), 1), piefedMost)
	number := max(q.or("page", 1), 1)
	from, to = cut(n, min((number-1)*limit, int64(n)), limit)
	if to < n {
		next = fmt.Sprint(number + 1)
	}
	return from, to, next
}

// piefedListComments pages with max_depth too, and counts depth from 0 at the
// top of the thread.
func (in *Instance) piefedListComments(q query) (any, *refusal) {
	list := in.commentsOf(q, order{by: commentSort(q.sort("hot"))}, 0)
	if !list.found {
		return nil, prose("No comment found")
	}
	from, to, next := turn(q, len(list.rows), 10)
	return map[string]any{"comments": views(list.rows[from:to], in.piefedCommentView), "next_page": next}, nil
}

func (in *Instance) piefedListPosts(q query) (any, *refusal) {
	c, asked := in.community(q)
	if asked && c == nil {
		return nil, prose("No community found")
	}
	by := q.sort("hot")
	o := postOrder{by, by != "new" && by != "old"}
	kind, span := q.kind("all"), period(by)
	posts := in.postsOf(c, o, false, func(p *Post) bool {
		return (kind != "local" || p.community.Home == in.Host) && in.recent(p.Published, span)
	})
	from, to, next := turn(q, len(posts), 50)
	return map[string]any{"posts": views(posts[from:to], in.piefedPostView), "next_page": next}, nil
}

func (in *Instance) piefedGetPost(q query) (any, *refusal) {
	p, asked := in.postAsked(q)
	if !asked || p == nil || p.Deleted || p.Removed {
		return nil, prose("No post found")
	}
	return map[string]any{
		"post_view": in.piefedPostView(p), "community_view": in.piefedCommunityView(p.community),
		"moderators": in.piefedModerators(p.community), "cross_posts": views(in.crossPosts(p), in.piefedPostView),
	}, nil
}

func (in *Instance) piefedModerators(c *Community) []map[string]any {
	return views(c.Moderators, func(p *Person) map[string]any {
		return map[string]any{"community": in.piefedCommunity(c), "moderator": in.piefedPerson(p)}
	})
}

func (in *Instance) piefedCommunityView(c *Community) map[string]any {
	replies := 0
	for _, p := range c.posts {
		replies += len(p.comments)
	}
	return map[string]any{
		"community": in.piefedCommunity(c), "blocked": false, "subscribed": "NotSubscribed", "activity_alert": false,
		"counts": map[string]any{
			"id": in.CommunityID(c), "post_count": len(c.posts), "post_reply_count": replies, "subscriptions_count": 100,
			"active_daily": 1, "active_weekly": 3, "active_monthly": 9, "active_6monthly": 20,
			"published": in.micros(in.world.begun.AddDate(-3, 0, 0)),
		},
	}
}

func (in *Instance) piefedGetComment(q query) (any, *refusal) {
	id, _ := q.number("id")
	r := in.commentByID(id)
	if r == nil {
		return nil, prose("No comment found")
	}
	return map[string]any{"comment_view": in.piefedCommentView(r)}, nil
}

func (in *Instance) piefedGetCommunity(q query) (any, *refusal) {
	c, asked := in.communityAsked(q)
	if !asked || c == nil {
		return nil, prose("No community found")
	}
	return map[string]any{
		"community_view": in.piefedCommunityView(c), "moderators": in.piefedModerators(c), "discussion_languages": []int{},
	}, nil
}

func (in *Instance) piefedListCommunities(q query) (any, *refusal) {
	found := in.communities(query{url.Values{"type_": {"All"}}, nil})
	from, to, next := turn(q, len(found), 10)
	return map[string]any{"communities": views(found[from:to], in.piefedCommunityView), "next_page": next}, nil
}

// piefedSearch needs a kind, there is no All. It passes over people who do not
// wish to be found; the lists do not.
func (in *Instance) piefedSearch(q query) (any, *refusal) {
	kind := q.Get("type_")
	if !q.Has("q") || kind == "" {
		return nil, prose("q and type_ are required")
	}
	f, ok := in.narrow(q)
	if !ok {
		return nil, prose("No community found")
	}
	answer := map[string]any{"type_": kind, "posts": []any{}, "comments": []any{}, "communities": []any{}, "users": []any{}}
	by, term := q.sort("new"), q.Get("q")
	switch kind {
	case "Posts":
		posts := in.searchPosts(q, f, term, postOrder{by: by})
		from, to, _ := turn(q, len(posts), 10)
		answer["posts"] = views(posts[from:to], in.piefedPostView)
	case "Comments":
		rows := in.keep(in.searchComments(f, term, order{by: commentSort(by)}), func(r *row) bool { return !r.Author.Unindexable })
		from, to, _ := turn(q, len(rows), 10)
		answer["comments"] = views(rows[from:to], in.piefedCommentView)
	case "Communities":
		found := in.searchCommunities(f, term)
		from, to, _ := turn(q, len(found), 10)
		answer["communities"] = views(found[from:to], in.piefedCommunityView)
	}
	return answer, nil
}

func (in *Instance) piefedResolve(q query) (any, *refusal) {
	switch o := in.object(q.Get("q")).(type) {
	case *row:
		if o.Live() {
			return map[string]any{"comment": in.piefedCommentView(o)}, nil
		}
	case *Post:
		if !o.Deleted && !o.Removed {
			return map[string]any{"post": in.piefedPostView(o)}, nil
		}
	case *Community:
		return map[string]any{"community": in.piefedCommunityView(o)}, nil
	case *Person:
		return map[string]any{"person": map[string]any{"person": in.piefedPerson(o)}}, nil
	}
	return nil, prose("No object found.")
}
