// Package lemmy reads what the Lemmy API serves, one view at a time, into
// posts: v3 (Lemmy 0.18 and 0.19), v4 (1.0) and PieFed's likeness of v3, told
// apart by their members. It does no input or output.
//
// A view is one server's sight of a post: ids, counts and the path that places
// a comment mean something on that server only, and a record does not name it.
// So a Decoder has to know whose answer it reads, and a comment below another
// one names its parent as that server's id (discussion.LocalRef). Posts and
// comments are numbered apart, so ids have a prefix: post/180, comment/501.
package lemmy

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Decoder reads the views that one instance served.
type Decoder struct {
	Instance string    // host that served them; "": each record is asked, see Instance
	Now      time.Time // times more than a day after it are not believed; zero: the present

	// Languages are the codes of that instance's language ids, as its /site
	// lists them; nil: Lemmy's own.
	Languages map[int]string
}

// Post reads a post view.
func (d Decoder) Post(record []byte) (discussion.Post, error) {
	v, err := parse(record)
	if err != nil {
		return discussion.Post{}, fmt.Errorf("read post view: %w", err)
	}
	switch {
	case v.Comment != nil:
		return discussion.Post{}, errors.New("read post view: it is a comment view")
	case v.Post == nil:
		return discussion.Post{}, errors.New("read post view: post: missing")
	}
	p, err := d.post(v)
	if err != nil {
		return discussion.Post{}, fmt.Errorf("read post %d: %w", v.Post.ID, err)
	}
	return p, nil
}

// Comment reads a comment view.
func (d Decoder) Comment(record []byte) (discussion.Post, error) {
	v, err := parse(record)
	if err != nil {
		return discussion.Post{}, fmt.Errorf("read comment view: %w", err)
	}
	var root discussion.Post
	if v.Post != nil {
		root.URI = v.Post.APID
	}
	return d.commentIn(v, root)
}

func (d Decoder) commentIn(v *view, root discussion.Post) (discussion.Post, error) {
	if v.Comment == nil {
		return discussion.Post{}, errors.New("read comment view: comment: missing")
	}
	p, err := d.comment(v, root)
	if err != nil {
		return discussion.Post{}, fmt.Errorf("read comment %d: %w", v.Comment.ID, err)
	}
	return p, nil
}

// Root reads the post that a comment view carries, so that comments which came
// without their post still have one. It is less than Post gives: v3 has no
// counts there, and the author is known only where the comment is by the same
// person. It is false for a view that carries no post.
func (d Decoder) Root(record []byte) (discussion.Post, bool, error) {
	v, err := parse(record)
	if err != nil {
		return discussion.Post{}, false, fmt.Errorf("read comment view: %w", err)
	}
	if v.Post == nil {
		return discussion.Post{}, false, nil
	}
	v.Counts = nil // the comment's
	if v.Creator != nil && v.Creator.ID != v.Post.author() {
		v.Creator, v.CreatorBanned = nil, false
	}
	p, err := d.post(v)
	if err != nil {
		return discussion.Post{}, false, fmt.Errorf("read post %d: %w", v.Post.ID, err)
	}
	return p, true, nil
}

// Instance tells from one view which host served it: what is local there has
// its ActivityPub id on it. It is "" where nothing in the record is local.
func Instance(record []byte) string {
	v, err := parse(record)
	if err != nil {
		return ""
	}
	return v.instance()
}

func (v *view) instance() string {
	switch {
	case v.Comment != nil && v.Comment.Local:
		return discussion.Host(v.Comment.APID)
	case v.Post != nil && v.Post.Local:
		return discussion.Host(v.Post.APID)
	case v.Community != nil && v.Community.Local:
		return discussion.Host(v.Community.uri())
	case v.Creator != nil && v.Creator.Local:
		return discussion.Host(v.Creator.uri())
	}
	return ""
}

// lenient takes what servers written in other languages send: broken UTF-8
// becomes U+FFFD, and of two members with one name the last counts.
var lenient = json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))

func parse(record []byte) (*view, error) {
	var v view
	if err := json.Unmarshal(record, &v, lenient); err != nil {
		return nil, plainer(err)
	}
	return &v, nil
}

// plainer names the member that has another type than the API gives it, without
// the words of the decoder.
func plainer(err error) error {
	var wrong *json.SemanticError
	if !errors.As(err, &wrong) || wrong.JSONPointer == "" {
		return err
	}
	field := strings.ReplaceAll(strings.TrimPrefix(string(wrong.JSONPointer), "/"), "/", ".")
	return fmt.Errorf("%.100s: a JSON %v where %v is served", field, wrong.JSONKind, wrong.GoType)
}

// check says what keeps a URI from being a key that others may follow.
func check(uri string) error {
	if uri == "" {
		return errors.New("missing")
	}
	u, err := url.Parse(uri)
	if err != nil || len(uri) > discussion.LongestURI || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		return fmt.Errorf("%.100q is not the address of an ActivityPub object", uri)
	}
	return nil
}
