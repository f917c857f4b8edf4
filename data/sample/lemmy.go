//go:build ignore

package main

import (
	"fmt"
	"strings"
	"time"
)

// The entities of the API v3 of Lemmy 0.19, less pictures and settings.
type (
	lemmyPost struct {
		ID           int    `json:"id"`
		Name         string `json:"name"`
		URL          string `json:"url,omitempty"`
		Body         string `json:"body,omitempty"`
		CreatorID    uint32 `json:"creator_id"`
		CommunityID  uint32 `json:"community_id"`
		Removed      bool   `json:"removed"`
		Locked       bool   `json:"locked"`
		Published    string `json:"published"`
		Updated      string `json:"updated,omitempty"`
		Deleted      bool   `json:"deleted"`
		NSFW         bool   `json:"nsfw"`
		APID         string `json:"ap_id"`
		Local        bool   `json:"local"`
		LanguageID   int    `json:"language_id"`
		Featured     bool   `json:"featured_community"`
		FeaturedHere bool   `json:"featured_local"`
	}
	lemmyComment struct {
		ID            int    `json:"id"`
		CreatorID     uint32 `json:"creator_id"`
		PostID        int    `json:"post_id"`
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
	lemmyPerson struct {
		ID         uint32 `json:"id"`
		Name       string `json:"name"`
		Banned     bool   `json:"banned"`
		Published  string `json:"published"`
		ActorID    string `json:"actor_id"`
		Bio        string `json:"bio,omitempty"`
		Local      bool   `json:"local"`
		Deleted    bool   `json:"deleted"`
		BotAccount bool   `json:"bot_account"`
		InstanceID uint32 `json:"instance_id"`
	}
	lemmyCommunity struct {
		ID         uint32 `json:"id"`
		Name       string `json:"name"`
		Title      string `json:"title"`
		Removed    bool   `json:"removed"`
		Published  string `json:"published"`
		Deleted    bool   `json:"deleted"`
		NSFW       bool   `json:"nsfw"`
		ActorID    string `json:"actor_id"`
		Local      bool   `json:"local"`
		Hidden     bool   `json:"hidden"`
		ModsOnly   bool   `json:"posting_restricted_to_mods"`
		InstanceID uint32 `json:"instance_id"`
		Visibility string `json:"visibility"`
	}
	lemmyCounts struct {
		PostID    int    `json:"post_id,omitempty"`
		CommentID int    `json:"comment_id,omitempty"`
		Comments  *int   `json:"comments,omitempty"`
		Score     int    `json:"score"`
		Upvotes   int    `json:"upvotes"`
		Downvotes int    `json:"downvotes"`
		Published string `json:"published"`
		Newest    string `json:"newest_comment_time,omitempty"`
		Children  *int   `json:"child_count,omitempty"`
	}
	// lemmyView is a PostView, or a CommentView where Comment is set.
	lemmyView struct {
		Comment        *lemmyComment  `json:"comment,omitempty"`
		Creator        lemmyPerson    `json:"creator"`
		Post           lemmyPost      `json:"post"`
		Community      lemmyCommunity `json:"community"`
		Counts         lemmyCounts    `json:"counts"`
		CreatorBanned  bool           `json:"creator_banned_from_community"`
		Banned         bool           `json:"banned_from_community"`
		Moderator      bool           `json:"creator_is_moderator"`
		Admin          bool           `json:"creator_is_admin"`
		Subscribed     string         `json:"subscribed"`
		Saved          bool           `json:"saved"`
		Read           *bool          `json:"read,omitempty"`
		Hidden         *bool          `json:"hidden,omitempty"`
		CreatorBlocked bool           `json:"creator_blocked"`
		Unread         *int           `json:"unread_comments,omitempty"`
	}
	lemmyAnswer struct {
		Post      lemmyView `json:"post_view"`
		Community struct {
			Community  lemmyCommunity `json:"community"`
			Subscribed string         `json:"subscribed"`
			Blocked    bool           `json:"blocked"`
			Counts     struct {
				CommunityID uint32 `json:"community_id"`
				Subscribers uint32 `json:"subscribers"`
				Posts       uint32 `json:"posts"`
				Comments    uint32 `json:"comments"`
				Published   string `json:"published"`
			} `json:"counts"`
			Banned bool `json:"banned_from_community"`
		} `json:"community_view"`
		Moderators []struct{}  `json:"moderators"`
		CrossPosts []lemmyView `json:"cross_posts"`
	}
)

// languageIDs are the rows of Lemmy's fixed table that the sample uses.
var languageIDs = map[string]int{"und": 0, "en": 37, "de": 32, "es": 39, "fr": 47, "pt": 130}

// lemmyID is the id of a post on a Lemmy host: the script's own on the host
// that it was taken from, and something else, above all of these, elsewhere.
func lemmyID(host string, p *post) int {
	n := p.thread.base + p.rank
	if host == p.thread.instance {
		return n
	}
	h := hash(host)
	return 1_000_000 + int(h%90_000) + n*int(2+h%5)
}

// lemmy adds the answers about a Lemmy thread.
func (v view) lemmy(name string, answers map[string][]byte) error {
	var comments []lemmyView
	byRank := make([]*post, len(v.posts))
	for _, p := range v.posts {
		if _, ok := languageIDs[p.lang()]; !ok {
			return p.errorf("language %q has no id here", p.lang())
		}
		byRank[p.rank] = p
	}
	for _, p := range byRank[1:] {
		if v.shows(p) {
			comments = append(comments, v.comment(p))
		}
	}
	data, err := records(`{"comments":[`, comments, "]}")
	if err != nil {
		return err
	}
	answers[name+".comments.json"] = data

	a := lemmyAnswer{Post: v.root(), Moderators: []struct{}{}, CrossPosts: []lemmyView{}}
	c := &a.Community
	c.Community, c.Subscribed = a.Post.Community, "NotSubscribed"
	c.Counts.CommunityID, c.Counts.Published = c.Community.ID, c.Community.Published
	h := hash(v.community + v.host)
	c.Counts.Subscribers, c.Counts.Posts, c.Counts.Comments = 300+h%9000, 200+h%3000, 4000+h%90_000
	data, err = encode(a, " ")
	answers[name+".post.json"] = append(data, '\n')
	return err
}

func (v view) shows(p *post) bool { return v.host == v.instance || !p.missing() }

func (v view) root() lemmyView {
	p := v.posts[0]
	out := v.shared(p)
	live, newest := 0, p.created
	for _, q := range v.posts[1:] {
		if v.shows(q) && !q.gone() {
			live++
			if q.created.After(newest) {
				newest = q.created
			}
		}
	}
	if v.host == v.instance {
		live += v.unseen
	}
	var no bool
	out.Read, out.Hidden, out.Unread = &no, &no, &live
	out.Counts.PostID, out.Counts.Comments, out.Counts.Newest = out.Post.ID, &live, lemmyTime(newest)
	return out
}

func (v view) comment(p *post) lemmyView {
	out := v.shared(p)
	out.Comment = &lemmyComment{
		ID: lemmyID(v.host, p), CreatorID: out.Creator.ID, PostID: out.Post.ID,
		Content: p.body, Removed: p.has("removed"), Deleted: p.has("deleted"),
		Published: lemmyTime(p.created), APID: v.uri(p), Local: p.host == v.host,
		Path: v.path(p), LanguageID: languageIDs[p.lang()],
	}
	if p.gone() {
		out.Comment.Content = ""
	}
	if p.has("edited") {
		out.Comment.Updated = lemmyTime(p.edited)
	}
	n := v.descendants(p)
	out.Counts.CommentID, out.Counts.Children = out.Comment.ID, &n
	return out
}

// shared fills what a post and a comment have alike, and the post itself,
// which Lemmy repeats with every comment.
func (v view) shared(p *post) lemmyView {
	root := v.posts[0]
	name, host, _ := strings.Cut(v.community, "@")
	c := lemmyCommunity{
		ID: hash(v.host+v.community) % 9000, Name: name, Title: strings.ToUpper(name[:1]) + name[1:],
		Published: "2023-06-11T08:20:31.204511Z", ActorID: "https://" + host + "/c/" + name,
		Local: host == v.host, InstanceID: hash(v.host+host) % 4000, Visibility: "Public",
	}
	out := lemmyView{Creator: v.person(p), Community: c, Subscribed: "NotSubscribed"}
	out.Post = lemmyPost{
		ID: lemmyID(v.host, root), Name: root.title, URL: root.link, Body: root.body,
		CreatorID: v.person(root).ID, CommunityID: c.ID, Published: lemmyTime(root.created),
		Deleted: root.has("deleted"), Removed: root.has("removed"),
		APID: v.uri(root), Local: root.host == v.host, LanguageID: languageIDs[root.lang()],
	}
	if root.has("edited") {
		out.Post.Updated = lemmyTime(root.edited)
	}
	up, down := v.seen(p)
	out.Counts = lemmyCounts{Score: up - down, Upvotes: up, Downvotes: down, Published: lemmyTime(p.created)}
	return out
}

// seen are the votes that reached the host: not all of them, away from home.
func (v view) seen(p *post) (up, down int) {
	if v.host == v.instance {
		return p.up, p.down
	}
	share := int(80 + p.hash(v.host)%16)
	return (p.up*share + 99) / 100, p.down * share / 100
}

func (v view) person(p *post) lemmyPerson {
	traits := v.people[p.handle()]
	out := lemmyPerson{
		ID: hash(v.host+p.handle()) % 10_000_000, Name: p.user, ActorID: v.actor(p.user, p.host),
		Published: lemmyTime(joined(p)), Local: p.host == v.host,
		BotAccount: traits["bot"], InstanceID: hash(v.host+p.host) % 4000,
	}
	switch {
	case traits["nobot"]:
		out.Bio = "Here to read. #nobot"
	case traits["noindex"]:
		out.Bio = "What I write here is for here. #noindex"
	case traits["bot"]:
		out.Bio = "I am a bot. My keeper reads what you send me."
	}
	return out
}

// joined is a day between the middle of 2022 and the end of 2024.
func joined(p *post) time.Time {
	return time.Date(2022, time.June, 1+int(hash("joined"+p.handle())%900), 0, 0, 0, 0, time.UTC)
}

func (v view) path(p *post) string {
	if p.parent == nil {
		return "0"
	}
	return fmt.Sprintf("%s.%d", v.path(p.parent), lemmyID(v.host, p))
}

// descendants counts what hangs below a comment, with what was deleted.
func (v view) descendants(p *post) int {
	n := 0
	for _, q := range p.replies {
		if v.shows(q) {
			n += 1 + v.descendants(q)
		}
	}
	return n
}

func lemmyTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }
