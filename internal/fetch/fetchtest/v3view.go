package fetchtest

import (
	"slices"
	"time"
)

// hostID is the number of a host in the instance's table of instances.
func (in *Instance) hostID(host string) int64 {
	if host == in.Host {
		return 1
	}
	return 2 + int64(hash(host)%9000)
}

func (in *Instance) v3Person(p *Person) v3Person {
	v := v3Person{
		ID: in.PersonID(p), Name: p.Name, DisplayName: p.DisplayName, Banned: p.Banned,
		Published: in.stamp(p.joined), ActorID: p.URI(), Bio: p.Bio, Local: p.Host == in.Host,
		Deleted: p.Deleted, Bot: p.Bot, InstanceID: in.hostID(p.Host),
	}
	if in.release.legacy() {
		v.Admin = new(bool)
	}
	if in.release.v4() { // v3 on 1.0
		v.Banned, v.InstanceID = false, 0
	}
	return v
}

func (in *Instance) v3Community(c *Community) v3Community {
	v := v3Community{
		ID: in.CommunityID(c), Name: c.Name, Title: c.Title, Description: c.Sidebar,
		Published: in.stamp(in.world.begun.AddDate(-3, 0, 0)), NSFW: c.NSFW, ActorID: c.URI(),
		Local: c.Home == in.Host, InstanceID: in.hostID(c.Home), Visibility: "Public",
		Hidden: c.Visibility == Unlisted && !in.release.v4(),
	}
	if in.release.legacy() {
		v.Visibility = ""
	}
	return v
}

func (in *Instance) v3Post(p *Post) v3Post {
	v := v3Post{
		ID: in.ID(p), Name: p.Title, URL: p.URL, Body: p.Body,
		CreatorID: in.PersonID(p.Author), CommunityID: in.CommunityID(p.community),
		Removed: p.Removed, Locked: p.Locked, Published: in.stamp(p.Published), Updated: in.stamp(p.Updated),
		Deleted: p.Deleted, NSFW: p.NSFW, APID: in.world.URI(p), Local: p.Author.Host == in.Host,
		LanguageID: in.language(p.Language), Featured: p.Pinned,
	}
	if p.URL != "" {
		v.EmbedTitle, v.EmbedText = "somebody else's title", "somebody else's text"
		if !in.release.legacy() {
			v.URLType = "text/html"
		}
	}
	return v
}

// v3Comment blanks the text of a tombstone unless the version leaks or raw is
// asked for, as the log of moderation does.
func (in *Instance) v3Comment(r *row, raw bool) v3Comment {
	v := v3Comment{
		ID: r.id, CreatorID: in.PersonID(r.Author), PostID: in.ID(r.post), Content: r.Content,
		Removed: r.Removed, Published: in.stamp(r.Published), Updated: in.stamp(r.Updated), Deleted: r.Deleted,
		APID: r.URI(), Local: r.Author.Host == in.Host, Path: r.path,
		Distinguished: r.Distinguished, LanguageID: in.language(r.Language),
	}
	if !r.Live() && !raw && !in.release.leaks() {
		v.Content = ""
	}
	return v
}

func (in *Instance) v3Votes(id int64, up, down int, published time.Time) v3Votes {
	v := v3Votes{Score: in.score(up, down), Upvotes: up, Downvotes: in.down(down), Published: in.stamp(published)}
	if in.release.legacy() {
		other, heat := id*2+7, in.heat(published, up, down)
		v.ID, v.HotRank = &other, &heat
	}
	return v
}

func (in *Instance) v3Common(by *Person, c *Community) v3Common {
	return v3Common{
		Creator: in.v3Person(by), Community: in.v3Community(c), Subscribed: "NotSubscribed",
		IAmBanned:          in.since019(false),
		CreatorIsModerator: in.since019(slices.Contains(c.Moderators, by)),
		CreatorIsAdmin:     in.since019(false),
	}
}

func (in *Instance) v3CommentView(r *row) v3CommentView {
	return v3CommentView{
		Comment: in.v3Comment(r, false), Post: in.v3Post(r.post),
		Counts: v3CommentCounts{
			CommentID: r.id, v3Votes: in.v3Votes(r.id, r.Up, r.Down, r.Published), ChildCount: r.children,
		},
		v3Common: in.v3Common(r.Author, r.post.community),
	}
}

func (in *Instance) v3PostView(p *Post) v3PostView {
	id, live := in.ID(p), in.comments(p)
	newest := in.newest(p)
	if in.release.v4() { // v3 on 1.0
		newest = in.world.Now
	}
	return v3PostView{
		Post: in.v3Post(p),
		Counts: v3PostCounts{
			PostID: id, Comments: live, v3Votes: in.v3Votes(id, p.Up, p.Down, p.Published), Newest: in.stamp(newest),
		},
		v3Common: in.v3Common(p.Author, p.community),
		Hidden:   in.since019(false), Unread: live,
	}
}

// comments is the server's count: of live comments only, and not always right.
func (in *Instance) comments(p *Post) int { return in.thread(p).live + in.skew[p] }

func (in *Instance) newest(p *Post) time.Time {
	if c := in.thread(p).newest; c != nil && c.Published.After(p.Published) {
		return c.Published
	}
	return p.Published
}

func (in *Instance) v3CommunityView(c *Community) map[string]any {
	comments, posts := 0, 0
	for _, p := range c.posts {
		if in.knowsPost(p) {
			posts, comments = posts+1, comments+in.thread(p).live
		}
	}
	return map[string]any{
		"community": in.v3Community(c), "subscribed": "NotSubscribed", "blocked": false,
		"banned_from_community": false,
		"counts": map[string]any{
			"community_id": in.CommunityID(c), "subscribers": 100, "subscribers_local": 80, "posts": posts, "comments": comments,
			"published":        in.stamp(in.world.begun.AddDate(-3, 0, 0)),
			"users_active_day": 1, "users_active_week": 3, "users_active_month": 9, "users_active_half_year": 20,
		},
	}
}

func (in *Instance) v3PersonView(p *Person) map[string]any {
	return map[string]any{
		"person":   in.v3Person(p),
		"counts":   map[string]any{"person_id": in.PersonID(p), "post_count": 1, "comment_count": 1},
		"is_admin": false,
	}
}

func views[T, V any](items []T, view func(T) V) []V {
	out := make([]V, len(items)) // not nil: an empty list is [], not null
	for i, item := range items {
		out[i] = view(item)
	}
	return out
}
