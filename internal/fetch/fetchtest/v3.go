package fetchtest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// treeRows is all that a request with max_depth gives, whatever limit and page.
const treeRows = 300

var (
	v3PostSorts = []string{
		"Active", "Hot", "New", "Old", "TopDay", "TopWeek", "TopMonth", "TopYear", "TopAll", "MostComments", "NewComments",
		"TopHour", "TopSixHour", "TopTwelveHour", "TopThreeMonths", "TopSixMonths", "TopNineMonths", "Controversial", "Scaled",
	}
	v3CommentSorts = []string{"Hot", "Top", "New", "Old", "Controversial"}
	v3Listings     = []string{"All", "Local", "Subscribed", "ModeratorView"}
	v3Searches     = []string{"All", "Comments", "Posts", "Communities", "Users", "Url"}
)

var v3Calls = map[string]call{
	"site":                {serve: (*Instance).v3Site},
	"federated_instances": {serve: (*Instance).federatedInstances},
	"community":           {serve: (*Instance).v3GetCommunity},
	"community/list":      {serve: (*Instance).v3ListCommunities, sorts: v3PostSorts, kinds: v3Listings},
	"post":                {serve: (*Instance).v3GetPost},
	"post/list":           {serve: (*Instance).v3ListPosts, sorts: v3PostSorts, kinds: v3Listings},
	"comment":             {serve: (*Instance).v3GetComment},
	"comment/list":        {serve: (*Instance).v3ListComments, sorts: v3CommentSorts, kinds: v3Listings},
	"search":              {serve: (*Instance).v3Search, sorts: v3PostSorts, kinds: v3Searches, search: true},
	"resolve_object":      {serve: (*Instance).v3Resolve},
	"modlog":              {serve: (*Instance).v3Modlog, kinds: v3Actions},
}

func bad(code string) *refusal { return &refusal{http.StatusBadRequest, code, "", ""} }

// listing is type_, Local where nothing says otherwise: that is what empties
// the list of a remote thread.
func (in *Instance) listing(q query) func(c *Community) bool {
	absent := "local"
	if _, asked := in.community(q); asked {
		absent = "all"
	}
	kind := q.kind(absent)
	return func(c *Community) bool {
		switch kind {
		case "all":
			return true
		case "local":
			return c.Home == in.Host
		default: // strangers have subscribed to nothing
			return false
		}
	}
}

func (in *Instance) v3ListComments(q query) (any, *refusal) {
	_, tree := q.number("max_depth")
	list, refused := in.v3Rows(q)
	if refused != nil {
		return nil, refused
	}
	from, to := 0, min(treeRows, len(list))
	if !tree {
		if from, to, refused = in.window(q, len(list), bad("couldnt_get_comments")); refused != nil {
			return nil, refused
		}
	}
	return map[string]any{"comments": views(list[from:to], in.v3CommentView)}, nil
}

// v3Rows is the list before it is cut.
func (in *Instance) v3Rows(q query) ([]*row, *refusal) {
	_, tree := q.number("max_depth")
	_, whole := q.number("post_id")
	_, below := q.number("parent_id")
	one := whole || below
	list := in.commentsOf(q, order{by: q.sort("hot"), tree: tree && one, pins: one}, 1)
	switch {
	case !list.found && below:
		return nil, in.missing("comment")
	case !list.found:
		return nil, &refusal{http.StatusNotFound, "couldnt_find_community", "", ""}
	}
	listed := in.listing(q)
	return in.keep(list.rows, func(r *row) bool { return listed(r.post.community) }), nil
}

func (in *Instance) v3ListPosts(q query) (any, *refusal) {
	c, asked := in.community(q)
	if asked && c == nil {
		return nil, &refusal{http.StatusNotFound, "couldnt_find_community", "", ""}
	}
	o := postOrder{q.sort("active"), asked} // pinned ones come first, also with New
	posts := in.v3Posts(q, c, o)
	cursor := q.Get("page_cursor")
	if cursor != "" && !in.release.legacy() {
		last := in.cursorPost(cursor)
		if last == nil {
			return nil, &refusal{http.StatusBadRequest, "unknown", "Could not parse pagination token", ""}
		}
		posts = in.after(posts, last, o)
	}
	from, to, refused := in.window(q, len(posts), bad("couldnt_get_posts"))
	if refused != nil {
		return nil, refused
	}
	answer := map[string]any{"posts": views(posts[from:to], in.v3PostView)}
	if to > from && !in.release.legacy() { // there is a next page until one is empty
		answer["next_page"] = fmt.Sprintf("P%x", in.ID(posts[to-1]))
	}
	return answer, nil
}

func (in *Instance) v3Posts(q query, c *Community, o postOrder) []*Post {
	listed, span := in.listing(q), period(o.by)
	nsfw := q.yes("show_nsfw") && in.release.atLeast(19, 6)
	return in.postsOf(c, o, nsfw, func(p *Post) bool {
		return listed(p.community) && in.recent(p.Published, span)
	})
}

// cursorPost is the post that a cursor names: P and its number in hexadecimal.
func (in *Instance) cursorPost(cursor string) *Post {
	digits, ok := strings.CutPrefix(cursor, "P")
	id, err := strconv.ParseInt(digits, 16, 64)
	if !ok || err != nil {
		return nil
	}
	return in.postByID(id)
}

// postAsked is the post of id or comment_id.
func (in *Instance) postAsked(q query) (p *Post, asked bool) {
	if id, ok := q.number("id"); ok {
		return in.postByID(id), true
	}
	if id, ok := q.number("comment_id"); ok {
		if r := in.commentByID(id); r != nil {
			return r.post, true
		}
		return nil, true
	}
	return nil, false
}

func (in *Instance) v3GetPost(q query) (any, *refusal) {
	p, asked := in.postAsked(q)
	switch {
	case !asked:
		return nil, bad("no_id_given")
	case p == nil || p.Deleted || p.Removed:
		return nil, in.missing("post")
	}
	return map[string]any{
		"post_view": in.v3PostView(p), "community_view": in.v3CommunityView(p.community),
		"moderators":  in.v3Moderators(p.community),
		"cross_posts": views(in.crossPosts(p), in.v3PostView),
	}, nil
}

// crossPosts are the others with the same link.
func (in *Instance) crossPosts(p *Post) []*Post {
	if p.URL == "" {
		return nil
	}
	posts := in.postsOf(nil, postOrder{by: "new"}, false, func(o *Post) bool { return o != p && o.URL == p.URL })
	return posts[:min(len(posts), 10)]
}

func (in *Instance) v3Moderators(c *Community) []map[string]any {
	if in.release.v4() { // v3 on 1.0
		return []map[string]any{}
	}
	return views(c.Moderators, func(p *Person) map[string]any {
		return map[string]any{"community": in.v3Community(c), "moderator": in.v3Person(p)}
	})
}

func (in *Instance) v3GetComment(q query) (any, *refusal) {
	id, asked := q.number("id")
	if !asked {
		return nil, malformed("missing field `id`")
	}
	r := in.commentByID(id)
	if r == nil {
		return nil, in.missing("comment")
	}
	return map[string]any{"comment_view": in.v3CommentView(r), "recipient_ids": []int64{}}, nil
}

// communityAsked is the community of id or name.
func (in *Instance) communityAsked(q query) (c *Community, asked bool) {
	if id, ok := q.number("id"); ok {
		return in.communityByID(id), true
	}
	if name := q.Get("name"); name != "" {
		return in.communityByName(name), true
	}
	return nil, false
}

func (in *Instance) v3GetCommunity(q query) (any, *refusal) {
	c, asked := in.communityAsked(q)
	switch {
	case !asked:
		return nil, bad("no_id_given")
	case c == nil:
		return nil, in.missing("community")
	}
	return map[string]any{
		"community_view": in.v3CommunityView(c), "moderators": in.v3Moderators(c),
		"discussion_languages": []int{0, in.language("en")},
	}, nil
}

func (in *Instance) v3ListCommunities(q query) (any, *refusal) {
	found := in.communities(q)
	from, to, refused := in.window(q, len(found), bad("couldnt_get_communities"))
	if refused != nil {
		return nil, refused
	}
	return map[string]any{"communities": views(found[from:to], in.v3CommunityView)}, nil
}

// communities are those of the listing type that strangers see.
func (in *Instance) communities(q query) []*Community {
	var found []*Community
	listed := in.listing(q)
	for _, c := range in.world.communities {
		nsfw := c.NSFW && !in.ContentWarning && !q.yes("show_nsfw")
		if in.knows(c) && !nsfw && c.Visibility != Unlisted && listed(c) {
			found = append(found, c)
		}
	}
	return found
}
