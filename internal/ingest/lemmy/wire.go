package lemmy

import (
	"cmp"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// view is a PostView, a CommentView or a CommentSlimView in any dialect. The
// dialects differ in a few names; where they do, both stand in one struct and
// a method picks the one that is there.
type view struct {
	Post          *post      `json:"post"`
	Comment       *comment   `json:"comment"`
	Creator       *person    `json:"creator"`
	Community     *community `json:"community"`
	Counts        *counts    `json:"counts"`         // v3 and PieFed
	CreatorBanned bool       `json:"creator_banned"` // v4
}

// object is what posts and comments share.
type object struct {
	ID        int64  `json:"id"`
	CreatorID int64  `json:"creator_id"`
	UserID    int64  `json:"user_id"` // PieFed
	APID      string `json:"ap_id"`
	Local     bool   `json:"local"`
	Removed   bool   `json:"removed"`
	Deleted   bool   `json:"deleted"`
	Language  int    `json:"language_id"`
	Body      string `json:"body"` // of a post, and of a PieFed comment

	Published   string `json:"published"`    // v3 and PieFed
	PublishedAt string `json:"published_at"` // v4
	Updated     string `json:"updated"`      // v3
	UpdatedAt   string `json:"updated_at"`   // v4
	EditedAt    string `json:"edited_at"`    // PieFed

	votes // v4
}

func (o *object) author() int64     { return cmp.Or(o.CreatorID, o.UserID) }
func (o *object) published() string { return cmp.Or(o.Published, o.PublishedAt) }
func (o *object) updated() string   { return cmp.Or(o.Updated, o.UpdatedAt, o.EditedAt) }

// piefed tells PieFed's objects from Lemmy's, whose language ids mean other
// languages.
func (o *object) piefed() bool { return o.UserID != 0 }

type post struct {
	object
	Name     string `json:"name"`
	Title    string `json:"title"` // PieFed
	URL      string `json:"url"`
	NSFW     bool   `json:"nsfw"`
	Comments *int64 `json:"comments"`               // v4
	Newest   string `json:"newest_comment_time_at"` // v4

	// Pinned posts come first in a list, whatever its order: on Lemmy by the
	// first two, on PieFed by the others.
	FeaturedCommunity bool `json:"featured_community"`
	FeaturedLocal     bool `json:"featured_local"`
	Sticky            bool `json:"sticky"`
	InstanceSticky    bool `json:"instance_sticky"`
}

func (p *post) pinned() bool {
	return p.FeaturedCommunity || p.FeaturedLocal || p.Sticky || p.InstanceSticky
}

func (p *post) title() string { return cmp.Or(p.Name, p.Title) }

type comment struct {
	object
	PostID  int64  `json:"post_id"`
	Content string `json:"content"`
	Path    string `json:"path"`
	Replies *int64 `json:"child_count"` // v4
}

func (c *comment) content() string { return cmp.Or(c.Content, c.Body) }

type person struct {
	ID         int64  `json:"id"`
	ActorID    string `json:"actor_id"` // v3 and PieFed
	APID       string `json:"ap_id"`    // v4
	Local      bool   `json:"local"`
	Banned     bool   `json:"banned"`
	Bio        string `json:"bio"`
	About      string `json:"about"` // PieFed
	BotAccount bool   `json:"bot_account"`
	Bot        bool   `json:"bot"` // PieFed
}

func (p *person) uri() string { return cmp.Or(p.ActorID, p.APID) }

type community struct {
	Name       string `json:"name"`
	ActorID    string `json:"actor_id"` // v3 and PieFed
	APID       string `json:"ap_id"`    // v4
	Local      bool   `json:"local"`
	NSFW       bool   `json:"nsfw"`
	Visibility string `json:"visibility"`
}

func (c *community) uri() string { return cmp.Or(c.ActorID, c.APID) }

// handle is name@host, or "" where one of the two is missing.
func (c *community) handle() string {
	host := discussion.Host(c.uri())
	if c.Name == "" || host == "" {
		return ""
	}
	return c.Name + "@" + host
}

// visibility is in v4's spelling: v3 has Public and LocalOnly.
func (c *community) visibility() string {
	switch c.Visibility {
	case "Public":
		return "public"
	case "Unlisted":
		return "unlisted"
	case "LocalOnly":
		return "local_only"
	}
	return c.Visibility
}

type votes struct {
	Score     *int64 `json:"score"`
	Upvotes   *int64 `json:"upvotes"`
	Downvotes *int64 `json:"downvotes"`
}

type counts struct {
	votes
	Comments *int64 `json:"comments"`
	Replies  *int64 `json:"child_count"`
	Newest   string `json:"newest_comment_time"`
}
