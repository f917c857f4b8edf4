package fetchtest

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// listed are the comments that a list is about, before it is sorted and cut.
// Whole threads come sorted from the index; a list across threads is sorted
// when asked for.
type listed struct {
	rows  []*row
	found bool // false: what the query names is not there
}

// commentsOf gathers rows by post_id, parent_id, max_depth, community and
// listing type. of is the depth that a comment at the top has: Lemmy counts 1.
func (in *Instance) commentsOf(q query, o order, top int) listed {
	var rows []*row
	parent, below := q.number("parent_id")
	post, whole := q.number("post_id")
	start := 0
	switch {
	case below:
		r := in.commentByID(parent)
		if r == nil {
			return listed{}
		}
		rows, start = in.under(r, o), r.depth
	case whole:
		if p := in.postByID(post); p != nil {
			rows = in.sorted(in.thread(p), o)
		}
	default:
		c, asked := in.community(q)
		if asked && c == nil {
			return listed{}
		}
		rows = in.across(c, o)
	}
	deepest := q.or("max_depth", 1<<30) + int64(start)
	if start == 0 {
		deepest += int64(1 - top)
	}
	return listed{in.keep(rows, func(r *row) bool { return int64(r.depth) <= deepest }), true}
}

// under is a comment and all below it, also those whose parents are not there.
func (in *Instance) under(top *row, o order) []*row {
	return in.keep(in.sorted(in.thread(top.post), o), func(r *row) bool {
		return r.Comment == top.Comment || strings.HasPrefix(r.path, top.path+".")
	})
}

// across is the comments of a community, or of all where c is nil.
func (in *Instance) across(c *Community, o order) []*row {
	var rows []*row
	for _, p := range in.world.posts {
		if in.knowsPost(p) && (c == nil || p.community == c) {
			rows = append(rows, in.thread(p).rows...)
		}
	}
	in.sort(rows, o)
	return rows
}

func (in *Instance) keep(rows []*row, ok func(*row) bool) []*row {
	var kept []*row
	for _, r := range rows {
		if ok(r) {
			kept = append(kept, r)
		}
	}
	return kept
}

// postOrder is how a list of posts is sorted. Posts have their id as the last
// key, so that cursors lose none.
type postOrder struct {
	by   string
	pins bool
}

func (in *Instance) comparePosts(a, b *Post, o postOrder) int {
	if o.pins && a.Pinned != b.Pinned {
		if a.Pinned {
			return -1
		}
		return 1
	}
	var n int
	newer := b.Published.Compare(a.Published)
	switch {
	case o.by == "new":
	case o.by == "old":
		return cmp.Or(-newer, cmp.Compare(a.serial, b.serial))
	case strings.HasPrefix(o.by, "top"):
		n = cmp.Compare(in.score(b.Up, b.Down), in.score(a.Up, a.Down))
	case o.by == "mostcomments", o.by == "most_comments":
		n = cmp.Compare(in.comments(b), in.comments(a))
	case o.by == "newcomments", o.by == "new_comments":
		n = in.newest(b).Compare(in.newest(a))
	case o.by == "controversial":
		n = cmp.Compare(controversy(b.Up, in.down(b.Down)), controversy(a.Up, in.down(a.Down)))
	default:
		n = cmp.Compare(in.heat(b.Published, b.Up, b.Down), in.heat(a.Published, a.Up, a.Down))
	}
	return cmp.Or(n, newer, cmp.Compare(b.serial, a.serial))
}

// postsOf are the posts that strangers see in a list of c, or of all
// communities: not those deleted, removed or NSFW.
func (in *Instance) postsOf(c *Community, o postOrder, nsfw bool, ok func(*Post) bool) []*Post {
	var posts []*Post
	for _, p := range in.world.posts {
		switch {
		case !in.knowsPost(p), p.Deleted, p.Removed, c != nil && p.community != c:
		case !nsfw && !in.showsNSFW(p), c == nil && p.community.Visibility == Unlisted:
		case ok(p):
			posts = append(posts, p)
		}
	}
	slices.SortFunc(posts, func(a, b *Post) int { return in.comparePosts(a, b, o) })
	return posts
}

// after drops the posts up to the one that a cursor names, which need not be in
// the list any more.
func (in *Instance) after(posts []*Post, last *Post, o postOrder) []*Post {
	i := slices.IndexFunc(posts, func(p *Post) bool { return in.comparePosts(p, last, o) > 0 })
	if i < 0 {
		return nil
	}
	return posts[i:]
}

// period is how far back the sorts TopHour to TopNineMonths go, 0 for all.
func period(sort string) time.Duration {
	const day = 24 * time.Hour
	return map[string]time.Duration{
		"tophour": time.Hour, "topsixhour": 6 * time.Hour, "toptwelvehour": 12 * time.Hour, "topday": day,
		"topweek": 7 * day, "topmonth": 30 * day, "topthreemonths": 91 * day, "topsixmonths": 182 * day,
		"topninemonths": 273 * day, "topyear": 365 * day,
	}[sort]
}

// recent is whether t is within the last span; a span of 0 has no end.
func (in *Instance) recent(t time.Time, span time.Duration) bool {
	return span <= 0 || in.world.Now.Sub(t) < span
}
