package fetchtest

import "slices"

// The members of 1.0: times end in _at, counts are in the object.

type v4Person struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	DisplayName string `json:"display_name,omitempty"`
	PublishedAt string `json:"published_at"`
	APID        string `json:"ap_id"`
	Bio         string `json:"bio,omitempty"`
	Local       bool   `json:"local"`
	RefreshedAt string `json:"last_refreshed_at"`
	Deleted     bool   `json:"deleted"`
	Bot         bool   `json:"bot_account"`
	InstanceID  int64  `json:"instance_id"`
	Posts       int    `json:"post_count"`
	Comments    int    `json:"comment_count"`
}

type v4Community struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Title       string `json:"title,omitempty"`
	Sidebar     string `json:"sidebar,omitempty"`
	Removed     bool   `json:"removed"`
	PublishedAt string `json:"published_at"`
	Deleted     bool   `json:"deleted"`
	NSFW        bool   `json:"nsfw"`
	APID        string `json:"ap_id"`
	Local       bool   `json:"local"`
	RefreshedAt string `json:"last_refreshed_at"`
	Restricted  bool   `json:"posting_restricted_to_mods"`
	InstanceID  int64  `json:"instance_id"`
	Visibility  string `json:"visibility"`
	Subscribers int    `json:"subscribers"`
	Posts       int    `json:"posts"`
	Comments    int    `json:"comments"`
	Day         int    `json:"users_active_day"`
	Week        int    `json:"users_active_week"`
	Month       int    `json:"users_active_month"`
	HalfYear    int    `json:"users_active_half_year"`
	LocalSubs   int    `json:"subscribers_local"`
	Reports     int    `json:"report_count"`
	Unresolved  int    `json:"unresolved_report_count"`
	LocalGone   bool   `json:"local_removed"`
}

type v4Votes struct {
	Score      int  `json:"score"`
	Upvotes    int  `json:"upvotes"`
	Downvotes  int  `json:"downvotes"`
	Reports    int  `json:"report_count"`
	Unresolved int  `json:"unresolved_report_count"`
	Pending    bool `json:"federation_pending"`
}

type v4Post struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	URL         string `json:"url,omitempty"`
	Body        string `json:"body,omitempty"`
	CreatorID   int64  `json:"creator_id"`
	CommunityID int64  `json:"community_id"`
	Removed     bool   `json:"removed"`
	Locked      bool   `json:"locked"`
	PublishedAt string `json:"published_at"`
	UpdatedAt   string `json:"updated_at,omitempty"`
	Deleted     bool   `json:"deleted"`
	NSFW        bool   `json:"nsfw"`
	EmbedTitle  string `json:"embed_title,omitempty"`
	EmbedText   string `json:"embed_description,omitempty"`
	URLType     string `json:"url_content_type,omitempty"`
	APID        string `json:"ap_id"`
	Local       bool   `json:"local"`
	LanguageID  int    `json:"language_id"`
	Featured    bool   `json:"featured_community"`
	FeaturedTop bool   `json:"featured_local"`
	NewestAt    string `json:"newest_comment_time_at,omitempty"`
	Comments    int    `json:"comments"`
	v4Votes
}

type v4Comment struct {
	ID            int64  `json:"id"`
	CreatorID     int64  `json:"creator_id"`
	PostID        int64  `json:"post_id"`
	Content       string `json:"content"`
	Removed       bool   `json:"removed"`
	PublishedAt   string `json:"published_at"`
	UpdatedAt     string `json:"updated_at,omitempty"`
	Deleted       bool   `json:"deleted"`
	APID          string `json:"ap_id"`
	Local         bool   `json:"local"`
	Path          string `json:"path"`
	Distinguished bool   `json:"distinguished"`
	LanguageID    int    `json:"language_id"`
	Locked        bool   `json:"locked"`
	ChildCount    int    `json:"child_count"`
	v4Votes
}

// v4Creator is what a view says of the author, beside the person.
type v4Creator struct {
	Creator             v4Person `json:"creator"`
	IsAdmin             bool     `json:"creator_is_admin"`
	CanMod              bool     `json:"can_mod"`
	Banned              bool     `json:"creator_banned"`
	IsModerator         bool     `json:"creator_is_moderator"`
	BannedFromCommunity bool     `json:"creator_banned_from_community"`
}

type v4SlimView struct {
	Comment v4Comment `json:"comment"`
	v4Creator
}

type v4CommentView struct {
	v4SlimView
	Post      v4Post      `json:"post"`
	Community v4Community `json:"community"`
	Tags      []string    `json:"tags"`
}

type v4PostView struct {
	Post      v4Post      `json:"post"`
	Community v4Community `json:"community"`
	Tags      []string    `json:"tags"`
	v4Creator
}

func (in *Instance) v4Person(p *Person) v4Person {
	return v4Person{
		ID: in.PersonID(p), Name: p.Name, DisplayName: p.DisplayName, PublishedAt: in.stamp(p.joined), APID: p.URI(),
		Bio: p.Bio, Local: p.Host == in.Host, RefreshedAt: in.stamp(p.joined), Deleted: p.Deleted, Bot: p.Bot,
		InstanceID: in.hostID(p.Host),
	}
}

func (in *Instance) v4Community(c *Community) v4Community {
	begun := in.stamp(in.world.begun.AddDate(-3, 0, 0))
	return v4Community{
		ID: in.CommunityID(c), Name: c.Name, Title: c.Title, Sidebar: c.Sidebar, PublishedAt: begun, RefreshedAt: begun,
		NSFW: c.NSFW, APID: c.URI(), Local: c.Home == in.Host, InstanceID: in.hostID(c.Home),
		Visibility: string(c.Visibility), Subscribers: 100, Posts: len(c.posts),
	}
}

func (in *Instance) v4Post(p *Post) v4Post {
	v := v4Post{
		ID: in.ID(p), Name: p.Title, URL: p.URL, Body: p.Body, CreatorID: in.PersonID(p.Author),
		CommunityID: in.CommunityID(p.community), Removed: p.Removed, Locked: p.Locked, PublishedAt: in.stamp(p.Published),
		UpdatedAt: in.stamp(p.Updated), Deleted: p.Deleted, NSFW: p.NSFW, APID: in.world.URI(p), Local: p.Author.Host == in.Host,
		LanguageID: in.language(p.Language), Featured: p.Pinned, NewestAt: in.stamp(in.newest(p)), Comments: in.comments(p),
		v4Votes: in.v4Votes(p.Up, p.Down),
	}
	if p.Deleted || p.Removed {
		v.Body = ""
	}
	if p.URL != "" {
		v.EmbedTitle, v.EmbedText, v.URLType = "somebody else's title", "somebody else's text", "text/html"
	}
	return v
}

func (in *Instance) v4Votes(up, down int) v4Votes {
	return v4Votes{Score: in.score(up, down), Upvotes: up, Downvotes: in.down(down)}
}

// v4Comment blanks a tombstone, but in the log of moderation (raw).
func (in *Instance) v4Comment(r *row, raw bool) v4Comment {
	v := v4Comment{
		ID: r.id, CreatorID: in.PersonID(r.Author), PostID: in.ID(r.post), Content: r.Content, Removed: r.Removed,
		PublishedAt: in.stamp(r.Published), UpdatedAt: in.stamp(r.Updated), Deleted: r.Deleted, APID: r.URI(),
		Local: r.Author.Host == in.Host, Path: r.path, Distinguished: r.Distinguished,
		LanguageID: in.language(r.Language), ChildCount: r.children, v4Votes: in.v4Votes(r.Up, r.Down),
	}
	if !r.Live() && !raw {
		v.Content = ""
	}
	return v
}

func (in *Instance) v4Creator(p *Person, c *Community) v4Creator {
	return v4Creator{Creator: in.v4Person(p), Banned: p.Banned, IsModerator: slices.Contains(c.Moderators, p)}
}

func (in *Instance) v4SlimView(r *row) v4SlimView {
	return v4SlimView{in.v4Comment(r, false), in.v4Creator(r.Author, r.post.community)}
}

func (in *Instance) v4CommentView(r *row) v4CommentView {
	return v4CommentView{in.v4SlimView(r), in.v4Post(r.post), in.v4Community(r.post.community), []string{}}
}

func (in *Instance) v4PostView(p *Post) v4PostView {
	return v4PostView{in.v4Post(p), in.v4Community(p.community), []string{}, in.v4Creator(p.Author, p.community)}
}

func (in *Instance) v4CommunityView(c *Community) map[string]any {
	return map[string]any{"community": in.v4Community(c), "can_mod": false, "tags": []string{}}
}
