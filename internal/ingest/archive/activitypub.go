package archive

import (
	"cmp"
	"errors"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// The ActivityStreams types that matter here (W3C Activity Vocabulary §3).
// Activities other than Create, Update and Delete say nothing of their own.
var (
	objects    = map[string]bool{"Note": true, "Article": true, "Page": true, "Question": true}
	activities = map[string]bool{
		"Create": true, "Update": true, "Delete": true, "Announce": true, "Like": true, "Dislike": true, "Undo": true, "Add": true, "Remove": true,
		"Follow": true, "Accept": true, "Reject": true, "Block": true, "Flag": true, "Move": true, "EmojiReact": true,
	}
)

// activityDecoder reads what stands in an outbox.
type activityDecoder struct {
	now     time.Time
	profile *profile // whose archive it is; nil where not known
}

// activity is an activity or an object: what may be a name, an object or a list
// of them is looked at later.
type activity struct {
	ID           string                    `json:"id"`
	Type         string                    `json:"type"`
	Actor        jsontext.Value            `json:"actor"`
	AttributedTo jsontext.Value            `json:"attributedTo"`
	To           jsontext.Value            `json:"to"`
	CC           jsontext.Value            `json:"cc"`
	Object       jsontext.Value            `json:"object"`
	InReplyTo    jsontext.Value            `json:"inReplyTo"`
	URL          jsontext.Value            `json:"url"`
	Attachment   jsontext.Value            `json:"attachment"`
	Tag          jsontext.Value            `json:"tag"`
	Likes        jsontext.Value            `json:"likes"`
	Shares       jsontext.Value            `json:"shares"`
	Replies      jsontext.Value            `json:"replies"`
	OneOf        jsontext.Value            `json:"oneOf"`
	AnyOf        jsontext.Value            `json:"anyOf"`
	Quote        jsontext.Value            `json:"quote"`
	Language     jsontext.Value            `json:"language"`
	QuoteURL     jsontext.Value            `json:"quoteUrl"`
	QuoteURI     jsontext.Value            `json:"quoteUri"`
	Published    string                    `json:"published"`
	Updated      string                    `json:"updated"`
	Name         string                    `json:"name"`
	Summary      string                    `json:"summary"`
	Content      string                    `json:"content"`
	ContentMap   map[string]jsontext.Value `json:"contentMap"`
	Audience     jsontext.Value            `json:"audience"`
	Source       struct {
		Content   string `json:"content"`
		MediaType string `json:"mediaType"`
	} `json:"source"`
}

// read gives the post of an activity or object. skip is true for what is no
// post of the author's own, such as a boost.
func (d activityDecoder) read(raw []byte) (p discussion.Post, skip bool, err error) {
	var a activity
	if err := json.Unmarshal(raw, &a, lenient); err != nil {
		return p, false, plainer(err)
	}
	switch {
	case a.Type == "Create" || a.Type == "Update":
		if a.Object.Kind() != '{' {
			return p, false, errors.New("object: only named, not included")
		}
		o := activity{Actor: a.Actor, To: a.To, CC: a.CC}
		if err := json.Unmarshal(a.Object, &o, lenient); err != nil {
			return p, false, plainer(err)
		}
		if o.Type == "Tombstone" {
			return d.gone(&o)
		}
		if !objects[o.Type] { // a new profile, a vote
			return p, true, nil
		}
		p, err = d.post(&o)
	case a.Type == "Delete":
		return d.gone(&activity{ID: first(a.Object), Actor: a.Actor, To: a.To, CC: a.CC})
	case a.Type == "Tombstone":
		return d.gone(&a)
	case objects[a.Type]:
		p, err = d.post(&a)
	case activities[a.Type]:
		return p, true, nil
	case strings.HasSuffix(a.Type, "Collection"), strings.HasSuffix(a.Type, "CollectionPage"):
		err = errors.New("orderedItems: only named, not included")
	default:
		err = errors.New("type: neither a post nor an activity")
	}
	return p, false, err
}

// gone is the post that an author deleted. An account that deletes itself names
// itself as the object; nobody deletes what lies on another host.
func (d activityDecoder) gone(a *activity) (p discussion.Post, skip bool, err error) {
	author := first(a.Actor)
	if a.ID != "" && a.ID == author {
		return p, true, nil
	}
	if p, err = identity(a.ID); err != nil {
		return p, false, err
	}
	if author != "" && discussion.Host(author) != p.Instance {
		return p, false, errors.New("object: deleted by somebody from another host")
	}
	p.State, p.Depth, p.Author.URI = discussion.Deleted, -1, author
	if a.To != nil || a.CC != nil {
		p.Visibility = visibility(a)
	}
	return p, false, nil
}

// post reads an object. The words of one that is not public do not go further.
func (d activityDecoder) post(o *activity) (discussion.Post, error) {
	p, err := identity(o.ID)
	if err != nil {
		return p, err
	}
	author := cmp.Or(first(o.AttributedTo), first(o.Actor))
	p.Author = d.profile.author(author)
	if p.Visibility = visibility(o); p.Visibility == notPublic {
		p.State = discussion.Live
		return p, nil
	}
	if err := d.times(o, &p); err != nil {
		return p, err
	}
	words(o, &p)
	p.Language, p.Tags = language(o), hashtags(o.Tag)
	p.Upvotes, p.Boosts, p.Replies = total(o.Likes), total(o.Shares), total(o.Replies)
	p.Quotes = cmp.Or(first(o.Quote), first(o.QuoteURL), first(o.QuoteURI))
	if u := first(o.URL); u != p.URI {
		p.URL = u
	}
	if p.Kind == discussion.KindPost {
		p.LinkDomain = discussion.Host(first(o.Attachment))
		p.Community = community(first(o.Audience))
	}
	if p.Parent = first(o.InReplyTo); p.Parent == "" {
		p.Thread = p.URI
	} else {
		p.Depth = -1
	}
	return p, nil
}

func (d activityDecoder) times(o *activity, p *discussion.Post) error {
	published, err := instant(o.Published)
	if err != nil {
		return errors.New("published: not an RFC 3339 time")
	}
	updated, err := instant(o.Updated)
	if err != nil {
		return errors.New("updated: not an RFC 3339 time")
	}
	p.State, p.Created = discussion.Live, discussion.Believable(published, d.now)
	if !updated.IsZero() && !updated.Equal(published) {
		p.State, p.Edited = discussion.Edited, discussion.Believable(updated, d.now)
	}
	return nil
}

func instant(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.RFC3339, s)
}

// words sets what the author wrote: of Lemmy the Markdown, which its API serves
// too; of a poll also its options.
func words(o *activity, p *discussion.Post) {
	p.Title, p.Content = o.Name, o.Content
	if p.Platform == discussion.Lemmy && o.Source.MediaType == "text/markdown" {
		p.Content, p.Format = o.Source.Content, discussion.Markdown
	}
	if o.Type == "Note" || o.Type == "Question" {
		p.Warning = o.Summary // of an Article or Page it is an abstract
	}
	var options []struct {
		Name string `json:"name"`
	}
	for _, list := range []jsontext.Value{o.OneOf, o.AnyOf} {
		if json.Unmarshal(list, &options, lenient) != nil {
			continue
		}
		for _, option := range options {
			p.Content += "<p>" + html.EscapeString(option.Name) + "</p>"
		}
	}
}

var lemmyPath = regexp.MustCompile(`^/(post|comment)/[0-9]+$`)

// identity is a post of which only its id is known, and what shows in that.
func identity(id string) (discussion.Post, error) {
	p := discussion.Post{URI: id, Platform: discussion.Other, Kind: discussion.KindStatus, Format: discussion.HTML}
	u, err := url.Parse(id)
	switch {
	case id == "":
		return p, errors.New("id: missing")
	case err != nil || len(id) > discussion.LongestURI || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return p, errors.New("id: not an address")
	}
	p.Instance = strings.ToLower(u.Hostname())
	switch m := lemmyPath.FindStringSubmatch(u.Path); {
	case m != nil && m[1] == "post":
		p.Platform, p.Kind = discussion.Lemmy, discussion.KindPost
	case m != nil:
		p.Platform, p.Kind = discussion.Lemmy, discussion.KindComment
	case strings.Contains(u.Path, "/users/") && strings.Contains(u.Path, "/statuses/"):
		p.Platform = discussion.Mastodon
	}
	return p, nil
}

const notPublic = "private"

// visibility says in Mastodon's words whom a post is addressed to.
func visibility(o *activity) string {
	public := func(v jsontext.Value) bool {
		return slices.ContainsFunc(names(v), func(s string) bool {
			return s == "https://www.w3.org/ns/activitystreams#Public" || s == "as:Public" || s == "Public"
		})
	}
	switch {
	case public(o.To):
		return "public"
	case public(o.CC):
		return "unlisted"
	}
	return notPublic
}

// actorHost is the host of an activity's actor, whose server wrote the outbox.
func actorHost(raw []byte) string {
	var a activity
	if json.Unmarshal(raw, &a, lenient) != nil {
		return ""
	}
	return discussion.Host(first(a.Actor))
}
