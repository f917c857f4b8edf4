package fetchtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// v4Items is the length of a page where limit does not say.
const v4Items = 20

var (
	v4PostSorts    = []string{"active", "hot", "new", "old", "top", "most_comments", "new_comments", "controversial", "scaled"}
	v4CommentSorts = []string{"hot", "top", "new", "old", "controversial"}
	v4Listings     = []string{"all", "local", "subscribed", "moderator_view", "suggested"}
	v4Searches     = []string{"all", "comments", "posts", "communities", "users", "multi_communities"}
)

var v4Calls = map[string]call{
	"site":                {serve: (*Instance).v4Site},
	"federated_instances": {serve: (*Instance).v4Federated},
	"community":           {serve: (*Instance).v4GetCommunity},
	"community/list":      {serve: (*Instance).v4ListCommunities, kinds: v4Listings},
	"post":                {serve: (*Instance).v4GetPost},
	"post/list":           {serve: (*Instance).v4ListPosts, sorts: v4PostSorts, kinds: v4Listings},
	"comment":             {serve: (*Instance).v4GetComment},
	"comment/list":        {serve: (*Instance).v4ListComments, sorts: v4CommentSorts, kinds: v4Listings},
	"comment/list/slim":   {serve: (*Instance).v4ListSlim, sorts: v4CommentSorts, kinds: v4Listings},
	"search":              {serve: (*Instance).v4Search, kinds: v4Searches, search: true},
	"resolve_object":      {serve: (*Instance).v4Resolve, search: true},
	"modlog":              {serve: (*Instance).v4Modlog, kinds: v4Kinds},
}

func (in *Instance) v4ListComments(q query) (any, *refusal) {
	rows, p, refused := in.v4Comments(q)
	p.Items = views(rows, in.v4CommentView)
	return p, refused
}

func (in *Instance) v4ListSlim(q query) (any, *refusal) {
	rows, p, refused := in.v4Comments(q)
	p.Items = views(rows, in.v4SlimView)
	return p, refused
}

func (in *Instance) v4Comments(q query) ([]*row, page, *refusal) {
	limit, refused := v4Limit(q)
	if refused != nil {
		return nil, page{}, refused
	}
	rows, o, refused := in.v4Rows(q)
	if refused != nil {
		return nil, page{}, refused
	}
	return in.commentKeys(rows, o).cut(q.Get("page_cursor"), limit)
}

// v4Rows is the list before it is cut. Distinguished comments come first in
// trees only, and not when they are sorted by time.
func (in *Instance) v4Rows(q query) ([]*row, order, *refusal) {
	_, tree := q.number("max_depth")
	_, whole := q.number("post_id")
	_, below := q.number("parent_id")
	by := q.sort("hot")
	o := order{by: by, tree: tree, pins: tree && by != "new" && by != "old"}
	list := in.commentsOf(q, o, 1)
	if !list.found {
		return nil, o, in.missing("comment")
	}
	listed, span := in.listing(q), in.span(q)
	return in.keep(list.rows, func(r *row) bool {
		return in.showsComments(r.post) && (whole || below || listed(r.post.community)) && in.recent(r.Published, span)
	}), o, nil
}

// span is how far back a list goes: as far as the operator thinks good, unless
// the query says 0.
func (in *Instance) span(q query) time.Duration {
	if n, ok := q.number("time_range_seconds"); ok {
		return time.Duration(n) * time.Second
	}
	return in.DefaultTimeRange
}

func (in *Instance) v4ListPosts(q query) (any, *refusal) {
	limit, refused := v4Limit(q)
	if refused != nil {
		return nil, refused
	}
	posts, o, refused := in.v4Posts(q)
	if refused != nil {
		return nil, refused
	}
	posts, p, refused := in.postKeys(posts, o).cut(q.Get("page_cursor"), limit)
	p.Items = views(posts, in.v4PostView)
	return p, refused
}

// v4Posts puts pinned posts first but for new and old.
func (in *Instance) v4Posts(q query) ([]*Post, postOrder, *refusal) {
	c, asked := in.community(q)
	if asked && c == nil {
		return nil, postOrder{}, in.missing("community")
	}
	by := q.sort("active")
	o := postOrder{by, by != "new" && by != "old"}
	listed, span := in.listing(q), in.span(q)
	return in.postsOf(c, o, q.yes("show_nsfw"), func(p *Post) bool {
		return listed(p.community) && in.recent(p.Published, span)
	}), o, nil
}

// v4GetPost still has what its author deleted, without the text, if somebody
// has commented on it.
func (in *Instance) v4GetPost(q query) (any, *refusal) {
	p, asked := in.postAsked(q)
	switch {
	case !asked:
		return nil, bad("no_id_given")
	case p == nil || p.Removed || p.Deleted && len(in.thread(p).rows) == 0:
		return nil, in.missing("post")
	}
	return map[string]any{
		"post_view": in.v4PostView(p), "community_view": in.v4CommunityView(p.community),
		"moderators": in.v4Moderators(p.community), "cross_posts": views(in.crossPosts(p), in.v4PostView),
	}, nil
}

func (in *Instance) v4Moderators(c *Community) []map[string]any {
	return views(c.Moderators, func(p *Person) map[string]any {
		return map[string]any{"community": in.v4Community(c), "moderator": in.v4Person(p)}
	})
}

func (in *Instance) v4GetComment(q query) (any, *refusal) {
	id, asked := q.number("id")
	if !asked {
		return nil, malformed("missing field `id`")
	}
	r := in.commentByID(id)
	if r == nil {
		return nil, in.missing("comment")
	}
	return map[string]any{"comment_view": in.v4CommentView(r)}, nil
}

func (in *Instance) v4GetCommunity(q query) (any, *refusal) {
	c, asked := in.communityAsked(q)
	switch {
	case !asked:
		return nil, bad("no_id_given")
	case c == nil:
		return nil, in.missing("community")
	}
	return map[string]any{
		"community_view": in.v4CommunityView(c), "moderators": in.v4Moderators(c), "discussion_languages": []int{},
	}, nil
}

func (in *Instance) v4ListCommunities(q query) (any, *refusal) {
	return paged(q, in.communities(q), in.v4CommunityView)
}

func (in *Instance) v4Federated(q query) (any, *refusal) {
	if q.Get("kind") == "" {
		return nil, malformed("missing field `kind`")
	}
	hosts := []string{}
	seen := map[string]bool{in.Host: true}
	for _, p := range in.world.people {
		if !seen[p.Host] && q.Get("kind") != "blocked" && q.Get("kind") != "allowed" {
			hosts = append(hosts, p.Host)
		}
		seen[p.Host] = true
	}
	return paged(q, hosts, func(host string) map[string]any {
		return map[string]any{"instance": map[string]any{
			"id": in.hostID(host), "domain": host, "published_at": in.stamp(in.world.begun), "software": "lemmy",
		}}
	})
}

// paged answers with a page of what needs no sorting.
func paged[T, V any](q query, items []T, view func(T) V) (any, *refusal) {
	limit, refused := v4Limit(q)
	if refused != nil {
		return nil, refused
	}
	p, refused := foundPage(items, q.Get("page_cursor"), limit, view)
	return p, refused
}

// v4Resolve answers with the view itself, and what it is as type_. A removed
// comment is found, as a tombstone; a removed post is not.
func (in *Instance) v4Resolve(q query) (any, *refusal) {
	switch o := in.object(q.Get("q")).(type) {
	case *row:
		return tagged("comment", in.v4CommentView(o)), nil
	case *Post:
		if o.Deleted || o.Removed {
			return nil, in.missing("post")
		}
		return tagged("post", in.v4PostView(o)), nil
	case *Community:
		return tagged("community", in.v4CommunityView(o)), nil
	case *Person:
		return tagged("person", map[string]any{"person": in.v4Person(o), "is_admin": false}), nil
	}
	message := cmp.Or(q.Get("q"), "nothing")
	return nil, &refusal{http.StatusBadRequest, "resolve_object_failed", message + " is not known here", ""}
}

// tagged is a view with its kind among its members.
func tagged(kind string, v any) map[string]json.RawMessage {
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(jsonAnswer(http.StatusOK, v).body, &members); err != nil {
		panic(fmt.Sprintf("fetchtest: tag %s: %v", kind, err))
	}
	members["type_"] = json.RawMessage(strconv.Quote(kind))
	return members
}
