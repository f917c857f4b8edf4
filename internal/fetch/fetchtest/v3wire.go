package fetchtest

import "time"

// What is absent from an answer when empty is omitted here too: Lemmy sends no
// null. Pointers are members that some versions do not have.

type v3Person struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	DisplayName string `json:"display_name,omitempty"`
	Banned      bool   `json:"banned"`
	Published   string `json:"published"`
	ActorID     string `json:"actor_id"`
	Bio         string `json:"bio,omitempty"`
	Local       bool   `json:"local"`
	Deleted     bool   `json:"deleted"`
	Bot         bool   `json:"bot_account"`
	InstanceID  int64  `json:"instance_id"`
	Admin       *bool  `json:"admin,omitempty"` // before 0.19
}

type v3Community struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
	Removed     bool   `json:"removed"`
	Published   string `json:"published"`
	Deleted     bool   `json:"deleted"`
	NSFW        bool   `json:"nsfw"`
	ActorID     string `json:"actor_id"`
	Local       bool   `json:"local"`
	Hidden      bool   `json:"hidden"`
	Restricted  bool   `json:"posting_restricted_to_mods"`
	InstanceID  int64  `json:"instance_id"`
	Visibility  string `json:"visibility,omitempty"`
}

type v3Post struct {
	ID          int64  `json:"id"`
	Name        string `json:"name"`
	URL         string `json:"url,omitempty"`
	Body        string `json:"body,omitempty"`
	CreatorID   int64  `json:"creator_id"`
	CommunityID int64  `json:"community_id"`
	Removed     bool   `json:"removed"`
	Locked      bool   `json:"locked"`
	Published   string `json:"published"`
	Updated     string `json:"updated,omitempty"`
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
}

type v3Comment struct {
	ID            int64  `json:"id"`
	CreatorID     int64  `json:"creator_id"`
	PostID        int64  `json:"post_id"`
	Content       string `json:"content"`
	Removed       bool   `json:"removed"`
	Published     string `json:"published"`
	Updated       string `json:"updated,omitempty"`
	Deleted       bool   `json:"deleted"`
	APID          string `json:"ap_id"`
	Local         bool   `json:"local"`
	Path          string `json:"path"`
	Distinguished bool   `json:"distinguished"`
	LanguageID    int    `json:"language_id"`
}

type v3Votes struct {
	ID        *int64   `json:"id,omitempty"`       // before 0.19
	HotRank   *float64 `json:"hot_rank,omitempty"` // before 0.19
	Score     int      `json:"score"`
	Upvotes   int      `json:"upvotes"`
	Downvotes int      `json:"downvotes"`
	Published string   `json:"published"`
}

type v3CommentCounts struct {
	CommentID int64 `json:"comment_id"`
	v3Votes
	ChildCount int `json:"child_count"`
}

type v3PostCounts struct {
	PostID   int64 `json:"post_id"`
	Comments int   `json:"comments"`
	v3Votes
	Newest string `json:"newest_comment_time"`
}

// v3Common is what post and comment views share.
type v3Common struct {
	Creator             v3Person    `json:"creator"`
	Community           v3Community `json:"community"`
	BannedFromCommunity bool        `json:"creator_banned_from_community"`
	IAmBanned           *bool       `json:"banned_from_community,omitempty"`
	CreatorIsModerator  *bool       `json:"creator_is_moderator,omitempty"`
	CreatorIsAdmin      *bool       `json:"creator_is_admin,omitempty"`
	Subscribed          string      `json:"subscribed"`
	Saved               bool        `json:"saved"`
	CreatorBlocked      bool        `json:"creator_blocked"`
}

type v3CommentView struct {
	Comment v3Comment       `json:"comment"`
	Post    v3Post          `json:"post"`
	Counts  v3CommentCounts `json:"counts"`
	v3Common
}

type v3PostView struct {
	Post   v3Post       `json:"post"`
	Counts v3PostCounts `json:"counts"`
	v3Common
	Read   bool  `json:"read"`
	Hidden *bool `json:"hidden,omitempty"`
	Unread int   `json:"unread_comments"`
}

// stamp writes a time as chrono does: 0, 3 or 6 digits of a second, and before
// 0.19 no zone.
func (in *Instance) stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	t = t.UTC().Truncate(time.Microsecond)
	layout := "2006-01-02T15:04:05.000000"
	switch {
	case t.Nanosecond() == 0:
		layout = "2006-01-02T15:04:05"
	case t.Nanosecond()%1_000_000 == 0:
		layout = "2006-01-02T15:04:05.000"
	}
	if !in.release.legacy() {
		layout += "Z"
	}
	return t.Format(layout)
}

// since019 is a member that came with 0.19.
func (in *Instance) since019(b bool) *bool {
	if in.release.legacy() {
		return nil
	}
	return &b
}
