// Package mastodon reads the statuses of the Mastodon API, as Mastodon, its
// forks, GoToSocial, Pleroma and Akkoma serve them, one record at a time, into
// posts. It does no input or output.
//
// A status is a server's own view of a post: its id, its counts and the id of
// the status that it answers mean something on that server only, while its uri
// is known everywhere. So a Decoder has to know whose answer it reads, and a
// reply names its parent as that server's id (discussion.LocalRef).
package mastodon

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Decoder reads the statuses that one instance served.
type Decoder struct {
	Instance string    // host that served them; without it a reply's parent stays unknown
	Now      time.Time // times more than a day after it are not believed; zero: the present
}

// lenient takes what servers written in other languages send: broken UTF-8
// becomes U+FFFD, and of two members with one name the last counts.
var lenient = json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))

// Status reads one Status entity. A boost gives the status that was boosted.
// The error names the field that cannot be used and quotes nothing from the
// status: it is kept, which the status is not. Visibility is handed on as
// served: it is for the caller to leave out what is not public.
func (d Decoder) Status(record []byte) (discussion.Post, error) {
	s, err := parse(record)
	if err != nil {
		return discussion.Post{}, fmt.Errorf("read status: %w", err)
	}
	if isObject(s.Reblog) {
		if s, err = parse(s.Reblog); err != nil {
			return discussion.Post{}, fmt.Errorf("read boosted status: %w", err)
		}
	}
	p, err := d.post(&s)
	if err != nil {
		return discussion.Post{}, fmt.Errorf("read status: %w", err)
	}
	return p, nil
}

// Instance tells from one Status entity which host served it: only a server's
// own accounts go by a name without a domain. It is "" where that does not
// show, as on a status by an author from elsewhere.
func Instance(record []byte) string {
	s, err := parse(record)
	if err != nil {
		return ""
	}
	if host := s.Account.home(); host != "" || !isObject(s.Reblog) {
		return host
	}
	if s, err = parse(s.Reblog); err != nil {
		return ""
	}
	return s.Account.home()
}

func parse(record []byte) (status, error) {
	var s status
	if string(record) == "null" {
		return s, errors.New("null in place of a status")
	}
	err := json.Unmarshal(record, &s, lenient)
	return s, plainer(err)
}

func (d Decoder) post(s *status) (discussion.Post, error) {
	platform, kind, host, err := origin(s.URI)
	if err != nil {
		return discussion.Post{}, fmt.Errorf("uri: %w", err)
	}
	p := discussion.Post{
		URI: s.URI, Platform: platform, Kind: kind, Instance: host,
		Author: s.Account.author(d.Instance), State: discussion.Live, Format: discussion.HTML,
		Content: s.Content + s.options(), Warning: s.SpoilerText, Visibility: s.Visibility,
		Upvotes: count(s.Favourites), Boosts: count(s.Reblogs), Replies: count(s.Replies),
		Tags: s.tags(), Quotes: s.quoted(), LinkDomain: discussion.Host(s.Card.URL),
	}
	if len(s.Content)+len(s.SpoilerText) > longestContent {
		return discussion.Post{}, errors.New("content: more than 1 MiB")
	}
	if s.URL != s.URI {
		p.URL = s.URL
	}
	if len(s.Language) <= longestLanguage {
		p.Language = s.Language
	}
	if err := d.times(s, &p); err != nil {
		return discussion.Post{}, err
	}
	return p, d.place(s, &p)
}

// place sets the ids that hold on the serving instance, and the thread.
func (d Decoder) place(s *status, p *discussion.Post) error {
	if s.ID != "" && !localID.MatchString(string(s.ID)) {
		return errors.New("id: not an id that an address can hold")
	}
	p.LocalID = string(s.ID)
	switch {
	case s.InReplyTo == "":
		p.Thread = p.URI
		return nil
	case !localID.MatchString(string(s.InReplyTo)):
		return errors.New("in_reply_to_id: not an id that an address can hold")
	case d.Instance != "":
		p.Parent = discussion.LocalRef(d.Instance, string(s.InReplyTo))
	}
	p.Depth = -1
	return nil
}

// times sets created and edited. An edit at the time of creation is none:
// Friendica fills edited_at always.
func (d Decoder) times(s *status, p *discussion.Post) error {
	created, err := instant(s.CreatedAt)
	if err != nil {
		return fmt.Errorf("created_at: %w", err)
	}
	edited, err := instant(s.EditedAt)
	if err != nil {
		return fmt.Errorf("edited_at: %w", err)
	}
	if !edited.IsZero() && !edited.Equal(created) {
		p.State = discussion.Edited
		p.Edited = discussion.Believable(edited, d.Now)
	}
	p.Created = discussion.Believable(created, d.Now)
	return nil
}

func instant(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}, errors.New("not an RFC 3339 time")
	}
	return t.UTC(), nil
}

const (
	longestLanguage = 35      // BCP 47 §4.4.1
	longestContent  = 1 << 20 // bytes; the software that allows most is far below
)

var (
	localID   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	lemmyPath = regexp.MustCompile(`^/(post|comment)/[0-9]+$`)
)

// origin tells from a uri which software and host a status comes from. A Lemmy
// thread reaches Mastodon under the ids that it has on Lemmy.
func origin(uri string) (discussion.Platform, discussion.Kind, string, error) {
	if uri == "" {
		return "", "", "", errors.New("missing")
	}
	u, err := url.Parse(uri)
	if err != nil || len(uri) > discussion.LongestURI {
		return "", "", "", errors.New("not a usable URI")
	}
	host := strings.ToLower(u.Hostname())
	if u.Scheme == "tag" { // statuses from before ActivityPub: tag:host,2017-01-01:…
		host, _, _ = strings.Cut(strings.ToLower(u.Opaque), ",")
	}
	if host == "" {
		return "", "", "", errors.New("names no host")
	}
	switch m := lemmyPath.FindStringSubmatch(u.Path); {
	case m == nil:
		return discussion.Mastodon, discussion.KindStatus, host, nil
	case m[1] == "post":
		return discussion.Lemmy, discussion.KindPost, host, nil
	default:
		return discussion.Lemmy, discussion.KindComment, host, nil
	}
}
