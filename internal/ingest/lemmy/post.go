package lemmy

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// deletedAccount stands in place of the words of an author who left.
const deletedAccount = "*Permanently Deleted*"

func (d Decoder) post(v *view) (discussion.Post, error) {
	p, err := d.common(v, &v.Post.object)
	if err != nil {
		return discussion.Post{}, err
	}
	p.Kind, p.LocalID, p.Thread = discussion.KindPost, postID(v.Post.ID), p.URI
	p.Descendants = v.Post.Comments
	if v.Counts != nil {
		p.Descendants = v.Counts.Comments
	}
	if v.Post.title() == deletedAccount {
		p.State = discussion.Deleted
	}
	if stands(&p, v.Post.Body) {
		p.Title, p.LinkDomain = v.Post.title(), discussion.Host(v.Post.URL)
		if v.Post.NSFW || v.Community != nil && v.Community.NSFW {
			p.Warning = "NSFW"
		}
	}
	return p, nil
}

func (d Decoder) comment(v *view, root discussion.Post) (discussion.Post, error) {
	p, err := d.common(v, &v.Comment.object)
	if err != nil {
		return discussion.Post{}, err
	}
	if err := check(root.URI); err != nil {
		return discussion.Post{}, fmt.Errorf("post: ap_id: %w", err)
	}
	p.Kind, p.LocalID, p.Thread = discussion.KindComment, commentID(strconv.FormatInt(v.Comment.ID, 10)), root.URI
	p.Descendants = v.Comment.Replies
	if v.Counts != nil {
		p.Descendants = v.Counts.Replies
	}
	if v.Community == nil {
		p.Community, p.Visibility = root.Community, root.Visibility
	}
	stands(&p, v.Comment.content())
	if err := d.place(v, &p); err != nil {
		return discussion.Post{}, fmt.Errorf("path: %w", err)
	}
	return p, nil
}

// common sets what posts and comments have alike.
func (d Decoder) common(v *view, o *object) (discussion.Post, error) {
	if o.ID <= 0 {
		return discussion.Post{}, errors.New("id: missing")
	}
	if err := check(o.APID); err != nil {
		return discussion.Post{}, fmt.Errorf("ap_id: %w", err)
	}
	p := discussion.Post{
		URI: o.APID, Platform: discussion.Lemmy, Instance: discussion.Host(o.APID),
		State: discussion.Live, Format: discussion.Markdown,
	}
	n := o.votes
	if v.Counts != nil {
		n = v.Counts.votes
	}
	p.Score, p.Upvotes, p.Downvotes = n.Score, n.Upvotes, n.Downvotes
	p.Language = d.language(o)
	if c := v.Community; c != nil {
		p.Community, p.Visibility = c.handle(), c.visibility()
	}
	if err := author(v, &p.Author); err != nil {
		return discussion.Post{}, fmt.Errorf("creator: %w", err)
	}
	return p, d.times(o, &p)
}

// language is the code of an object's language. Without the instance's own list,
// the ids are Lemmy's, and those of PieFed mean nothing.
func (d Decoder) language(o *object) string {
	switch {
	case d.Languages != nil:
		return d.Languages[o.Language]
	case o.piefed():
		return ""
	}
	return language(o.Language)
}

func author(v *view, a *discussion.Author) error {
	c := v.Creator
	if c == nil {
		return nil
	}
	if err := check(c.uri()); err != nil {
		return err
	}
	*a = discussion.Author{
		URI: c.uri(), Bot: c.BotAccount || c.Bot, Bio: c.Bio + c.About,
		Limited: c.Banned || v.CreatorBanned,
	}
	return nil
}

// times sets created, edited and state. An update of a post that is gone is its
// removal, and one at the time of creation is none.
func (d Decoder) times(o *object, p *discussion.Post) error {
	created, err := instant(o.published())
	if err != nil {
		return fmt.Errorf("published: %w", err)
	}
	updated, err := instant(o.updated())
	if err != nil {
		return fmt.Errorf("updated: %w", err)
	}
	p.Created = discussion.Believable(created, d.Now)
	switch {
	case o.Removed: // PieFed sets both where a moderator deleted
		p.State = discussion.Removed
	case o.Deleted:
		p.State = discussion.Deleted
	case !updated.IsZero() && !updated.Equal(created):
		p.State, p.Edited = discussion.Edited, discussion.Believable(updated, d.Now)
	}
	return nil
}

// stands gives a post its words unless they are withdrawn, which servers before
// 0.19.4 serve nevertheless.
func stands(p *discussion.Post, words string) bool {
	if strings.TrimSpace(words) == deletedAccount && !p.State.Gone() {
		p.State = discussion.Deleted
	}
	if p.State.Gone() {
		p.Edited = time.Time{}
		return false
	}
	p.Content = words
	return true
}

// instant reads a time. Lemmy before 0.19 left out the zone, which is UTC.
func instant(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t, err = time.Parse("2006-01-02T15:04:05", s) // takes a fraction too
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("%.40q is not a time", s)
	}
	return t.UTC(), nil
}

// longestPath is far beyond the 50 levels that Lemmy allows.
const longestPath = 4096

// place sets depth and parent from the path, "0.501.502" for comment 502 below
// comment 501. Only the last but one label matters, so ancestors that the
// server does not show do no harm.
func (d Decoder) place(v *view, p *discussion.Post) error {
	path := v.Comment.Path
	if path == "" {
		p.Depth = -1
		return nil
	}
	labels := strings.Split(path[:min(len(path), longestPath)], ".")
	last := len(labels) - 1
	if last < 1 || labels[0] != "0" || commentID(labels[last]) != p.LocalID || strings.Trim(path, "0123456789.") != "" {
		return fmt.Errorf("%.60q does not lead to the comment", path)
	}
	p.Depth = last
	if last == 1 {
		p.Parent = p.Thread
		return nil
	}
	if labels[last-1] == "" || labels[last-1] == labels[last] {
		return fmt.Errorf("%.60q names no parent", path)
	}
	instance := d.Instance
	if instance == "" {
		instance = v.instance()
	}
	if instance != "" {
		p.Parent = discussion.LocalRef(strings.ToLower(instance), commentID(labels[last-1]))
	}
	return nil
}

func commentID(id string) string { return "comment/" + id }
