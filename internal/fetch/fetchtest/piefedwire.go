package fetchtest

import (
	"slices"
	"time"
)

// PieFed's members: like v3's, with names of its own. my_vote is always there.

type piefedPerson struct {
	ID         int64  `json:"id"`
	UserName   string `json:"user_name"`
	Title      string `json:"title,omitempty"`
	About      string `json:"about,omitempty"`
	Banned     bool   `json:"banned"`
	Deleted    bool   `json:"deleted"`
	Bot        bool   `json:"bot"`
	Published  string `json:"published"`
	ActorID    string `json:"actor_id"`
	Local      bool   `json:"local"`
	InstanceID int64  `json:"instance_id"`
}

type piefedCommunity struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	NSFW        bool   `json:"nsfw"`
	AI          bool   `json:"ai_generated"`
	Restricted  bool   `json:"restricted_to_mods"`
	Published   string `json:"published"`
	Deleted     bool   `json:"deleted"`
	Removed     bool   `json:"removed"`
	ActorID     string `json:"actor_id"`
	Local       bool   `json:"local"`
	Hidden      bool   `json:"hidden"`
	InstanceID  int64  `json:"instance_id"`
}

type piefedPost struct {
	ID             int64  `json:"id"`
	UserID         int64  `json:"user_id"`
	CommunityID    int64  `json:"community_id"`
	Title          string `json:"title"`
	Body           string `json:"body,omitempty"`
	URL            string `json:"url,omitempty"`
	Type           string `json:"post_type"`
	Deleted        bool   `json:"deleted"`
	Removed        bool   `json:"removed"`
	Locked         bool   `json:"locked"`
	NSFW           bool   `json:"nsfw"`
	AI             bool   `json:"ai_generated"`
	Sticky         bool   `json:"sticky"`
	InstanceSticky bool   `json:"instance_sticky"`
	Published      string `json:"published"`
	EditedAt       string `json:"edited_at,omitempty"`
	APID           string `json:"ap_id"`
	Local          bool   `json:"local"`
	LanguageID     int    `json:"language_id"`
}

type piefedComment struct {
	ID            int64  `json:"id"`
	UserID        int64  `json:"user_id"`
	PostID        int64  `json:"post_id"`
	Body          string `json:"body"`
	Deleted       bool   `json:"deleted"`
	Removed       bool   `json:"removed"`
	Published     string `json:"published"`
	EditedAt      string `json:"edited_at,omitempty"`
	APID          string `json:"ap_id"`
	Local         bool   `json:"local"`
	LanguageID    int    `json:"language_id"`
	Distinguished bool   `json:"distinguished"`
	Locked        bool   `json:"locked"`
	Replies       bool   `json:"repliesEnabled"`
	Path          string `json:"path"`
}

type piefedVotes struct {
	Score     int    `json:"score"`
	Upvotes   int    `json:"upvotes"`
	Downvotes int    `json:"downvotes"`
	Published string `json:"published"`
}

type piefedCommentCounts struct {
	CommentID  int64 `json:"comment_id"`
	ChildCount int   `json:"child_count"`
	piefedVotes
}

type piefedPostCounts struct {
	PostID     int64  `json:"post_id"`
	Comments   int    `json:"comments"`
	CrossPosts int    `json:"cross_posts"`
	Newest     string `json:"newest_comment_time"`
	piefedVotes
}

// piefedCommon is what post and comment views share.
type piefedCommon struct {
	Creator             piefedPerson    `json:"creator"`
	Community           piefedCommunity `json:"community"`
	IAmBanned           bool            `json:"banned_from_community"`
	BannedFromCommunity bool            `json:"creator_banned_from_community"`
	CreatorIsModerator  bool            `json:"creator_is_moderator"`
	CreatorIsAdmin      bool            `json:"creator_is_admin"`
	CreatorBlocked      bool            `json:"creator_blocked"`
	Subscribed          string          `json:"subscribed"`
	Saved               bool            `json:"saved"`
	MyVote              int             `json:"my_vote"`
	Alert               bool            `json:"activity_alert"`
}

type piefedCommentView struct {
	Comment piefedComment       `json:"comment"`
	Post    piefedPost          `json:"post"`
	Counts  piefedCommentCounts `json:"counts"`
	piefedCommon
}

type piefedPostView struct {
	Post   piefedPost       `json:"post"`
	Counts piefedPostCounts `json:"counts"`
	piefedCommon
	Read   bool `json:"read"`
	Hidden bool `json:"hidden"`
	Unread int  `json:"unread_comments"`
}

func (in *Instance) piefedPerson(p *Person) piefedPerson {
	return piefedPerson{
		ID: in.PersonID(p), UserName: p.Name, Title: p.DisplayName, About: p.Bio, Banned: p.Banned, Deleted: p.Deleted,
		Bot: p.Bot, Published: in.micros(p.joined), ActorID: p.URI(), Local: p.Host == in.Host, InstanceID: in.hostID(p.Host),
	}
}

func (in *Instance) piefedCommunity(c *Community) piefedCommunity {
	return piefedCommunity{
		ID: in.CommunityID(c), Name: c.Name, Title: c.Title, Description: c.Sidebar, NSFW: c.NSFW,
		Published: in.micros(in.world.begun.AddDate(-3, 0, 0)), ActorID: c.URI(), Local: c.Home == in.Host,
		Hidden: c.Visibility == Unlisted, InstanceID: in.hostID(c.Home),
	}
}

func (in *Instance) piefedPost(p *Post) piefedPost {
	v := piefedPost{
		ID: in.ID(p), UserID: in.PersonID(p.Author), CommunityID: in.CommunityID(p.community), Title: p.Title, Body: p.Body,
		URL: p.URL, Type: "Discussion", Deleted: p.Deleted, Removed: p.Removed, Locked: p.Locked, NSFW: p.NSFW, Sticky: p.Pinned,
		Published: in.micros(p.Published), EditedAt: in.micros(p.Updated), APID: in.world.URI(p),
		Local: p.Author.Host == in.Host, LanguageID: in.language(p.Language),
	}
	if p.URL != "" {
		v.Type = "Link"
	}
	return v
}

func (in *Instance) piefedComment(r *row) piefedComment {
	v := piefedComment{
		ID: r.id, UserID: in.PersonID(r.Author), PostID: in.ID(r.post), Body: r.Content, Deleted: r.Deleted, Removed: r.Removed,
		Published: in.micros(r.Published), EditedAt: in.micros(r.Updated), APID: r.URI(), Local: r.Author.Host == in.Host,
		LanguageID: in.language(r.Language), Distinguished: r.Distinguished, Replies: true, Path: r.path,
	}
	if !r.Live() {
		v.Body = ""
	}
	return v
}

func (in *Instance) piefedVotes(up, down int, published time.Time) piefedVotes {
	return piefedVotes{in.score(up, down), up, in.down(down), in.micros(published)}
}

func (in *Instance) piefedCommon(by *Person, c *Community) piefedCommon {
	return piefedCommon{
		Creator: in.piefedPerson(by), Community: in.piefedCommunity(c), Subscribed: "NotSubscribed",
		CreatorIsModerator: slices.Contains(c.Moderators, by),
	}
}

func (in *Instance) piefedCommentView(r *row) piefedCommentView {
	return piefedCommentView{
		in.piefedComment(r), in.piefedPost(r.post),
		piefedCommentCounts{r.id, r.children, in.piefedVotes(r.Up, r.Down, r.Published)},
		in.piefedCommon(r.Author, r.post.community),
	}
}

func (in *Instance) piefedPostView(p *Post) piefedPostView {
	return piefedPostView{
		Post: in.piefedPost(p),
		Counts: piefedPostCounts{
			in.ID(p), in.comments(p), len(in.crossPosts(p)), in.micros(in.newest(p)), in.piefedVotes(p.Up, p.Down, p.Published),
		},
		piefedCommon: in.piefedCommon(p.Author, p.community), Unread: in.comments(p),
	}
}

// micros is PieFed's way to write times: always to the microsecond.
func (in *Instance) micros(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000Z")
}
