// Package discussion holds the nouns that the stages hand over to one another:
// a Post as a source read it, the Page that carries posts from a source to the
// store, and the Annotation that says what a model made of a post's text.
//
// They are plain data. A source fills Posts, ingest passes Pages on, the store
// turns every URI into a keyed hash before anything is written, annotate turns
// Text into Annotations. Nothing here does input or output.
package discussion

import (
	"net/url"
	"strings"
	"time"
)

// Platform is the family of software whose API showed a post.
type Platform string

// The platforms that a post can come from.
const (
	Lemmy    Platform = "lemmy"
	Mastodon Platform = "mastodon"
	Other    Platform = "other" // an ActivityPub archive of unknown software
)

// Kind says what a post is in its thread.
type Kind string

// The kinds of posts. Article is text that somebody else wrote and that the
// thread is about: it is kept and shown, and never counted as a reaction.
const (
	KindPost    Kind = "post"    // opens a Lemmy thread; has a title
	KindComment Kind = "comment" // answers in a Lemmy thread
	KindStatus  Kind = "status"  // a Mastodon status, root or reply
	KindArticle Kind = "article" // the shared text above a copied thread
)

// Format is the mark-up of Post.Content.
type Format string

// The formats of content, as the servers give it.
const (
	HTML     Format = "html"     // Mastodon and ActivityPub
	Markdown Format = "markdown" // Lemmy: CommonMark with spoilers
	Plain    Format = "plain"    // a page that a person copied
)

// State says whether the author's words still stand.
type State string

// The states of a post. The text of a post that is neither live nor edited is
// dropped before it reaches the store.
const (
	Live      State = "live"
	Edited    State = "edited"
	Deleted   State = "deleted"   // by its author
	Removed   State = "removed"   // by a moderator
	Forgotten State = "forgotten" // on request, by this program
)

// Gone reports whether the post's text must not be kept.
func (s State) Gone() bool { return s == Deleted || s == Removed || s == Forgotten }

// Author is who wrote a post, as far as a source tells. Only URI (as a keyed
// pseudonym) and Bot are stored; the rest is there to ask for consent.
type Author struct {
	URI string `json:"uri,omitempty"` // ActivityPub actor, or user@host where the source shows no more
	Bot bool   `json:"bot,omitempty"`

	Bio       string `json:"-"` // as served, with the profile's fields appended
	NoIndex   bool   `json:"-"` // the author opted out of search engines
	Indexable *bool  `json:"-"` // the author allows search of posts; nil: not known
	Limited   bool   `json:"-"` // silenced or suspended by the instance
	Locked    bool   `json:"-"` // follow requests need approval
}

// Post is one post as one server showed it. Counts are nil where the server
// does not give them.
type Post struct {
	URI       string    `json:"uri"`                   // ActivityPub id, the only global key; urn:uuid:… in this program's own export
	URL       string    `json:"url,omitempty"`         // page for people, where it differs from URI
	LocalID   string    `json:"local_id,omitempty"`    // id on the instance that showed the post
	Platform  Platform  `json:"platform"`              //
	Kind      Kind      `json:"kind"`                  //
	Thread    string    `json:"thread,omitempty"`      // URI of the root; "" where not known
	Parent    string    `json:"parent,omitempty"`      // URI (or LocalRef) of the post replied to; "" for a root
	Depth     int       `json:"depth"`                 // 0 for a root, 1 for a reply to it, …; -1 where not known
	Author    Author    `json:"author"`                //
	Instance  string    `json:"instance,omitempty"`    // host of origin, lower case
	Community string    `json:"community,omitempty"`   // Lemmy community as name@host
	Created   time.Time `json:"created,omitzero"`      // UTC; zero where not known or not believable
	Approx    bool      `json:"approximate,omitempty"` // Created was worked out from words like "2 months ago"
	Edited    time.Time `json:"edited,omitzero"`       // zero where never edited or the time is not known
	State     State     `json:"state"`                 //
	Language  string    `json:"language,omitempty"`    // as declared: BCP 47; "" undetermined
	Title     string    `json:"title,omitempty"`       // plain text
	Content   string    `json:"content,omitempty"`     // as served, in Format
	Format    Format    `json:"format"`                //
	Warning   string    `json:"warning,omitempty"`     // content warning, plain text

	Score       *int64 `json:"score,omitempty"`       // votes up minus votes down
	Upvotes     *int64 `json:"upvotes,omitempty"`     // Lemmy upvotes, Mastodon favourites
	Downvotes   *int64 `json:"downvotes,omitempty"`   //
	Boosts      *int64 `json:"boosts,omitempty"`      //
	Replies     *int64 `json:"replies,omitempty"`     // direct replies that the server claims
	Descendants *int64 `json:"descendants,omitempty"` // replies at every depth that the server claims

	Tags       []string `json:"tags,omitempty"`        // hashtags, lower case, without #
	LinkDomain string   `json:"link_domain,omitempty"` // host of the link that the post shares
	Quotes     string   `json:"quotes,omitempty"`      // URI of the quoted post; its text is never taken

	Absent     bool   `json:"-"` // a tombstone because an instance shows it no more, which of a copy says little
	Visibility string `json:"-"` // as served; "" where the source has no such notion
}

// Page is what a source hands over at a time: the unit of a transaction.
// Everything in it, and Cursor, is stored together or not at all.
type Page struct {
	Name     string     // names the page within its source: a file and record range, or a request path
	Instance string     // host that showed the posts; "" where not known
	Seen     time.Time  // when that host showed them
	SHA256   string     // of the bytes behind the page, hex; "" where not computed
	Cursor   Cursor     // where the source goes on after this page
	Anew     bool       // the stream is read from its start: what an earlier reading noted of it is void
	Posts    []Post     //
	Rejected []Rejected // records that could not be read

	Coverage *Coverage // how much of its thread a page holds; nil where it is not one whole thread

	Source    string         // which source of the study; set by ingest
	Excluded  map[string]int // posts left out on principle, by reason; set by ingest
	Unwilling []string       // URIs of authors who refuse: what is held of them must go; set by ingest
	Withdrawn []string       // URIs of posts that may not be kept, or no longer; set by ingest
}

// Coverage says how much of a thread one instance showed, by its own counts.
type Coverage struct {
	Thread  string // URI of the root
	Claimed int64  // live replies that the instance claims; -1: it does not say
	Shown   int64  // live replies that it showed
	Rows    int64  // with the tombstones
	Lacking int64  // replies that its comments count below themselves and that it did not show
	Orphans int64  // replies whose parent it did not show
	LeftOut int64  // of Shown, left out on principle; set by ingest
	Reason  string // why anything is missing; "" where nothing is
}

// Held is a thread as the store knows it from one instance: what a source needs
// to ask for it again.
type Held struct {
	Root  HeldPost
	Posts []HeldPost // all but the root that are not gone
}

// HeldPost is a post that is held, by its ids.
type HeldPost struct {
	URI     string
	LocalID string // on the instance
	Kind    Kind
}

// Saved says what became of a page's posts in the store.
type Saved struct {
	Fresh   int // not held before
	Changed int // held before, with other words or another state
	Gone    int // of Changed: they lost their words
	Same    int // held before, nothing new but the time and the counts
	Refused int // left out: their authors refuse, by what another instance showed
}

// Cursor is a source's own note of how far it has come in one stream (a file,
// a timeline). Position is opaque to everybody else.
type Cursor struct {
	Stream   string
	Position string
}

// Rejected is a record that could not become a Post. Its content is not kept.
type Rejected struct {
	Item   string // which record: file and index, line or id
	Reason string // why, in words
	SHA256 string // of the record's bytes, hex, so that it can be found again
}

// LocalRef names a post by its id on one instance, for a reply whose parent's
// URI is not known yet. The store resolves it once the parent has been seen.
func LocalRef(instance, id string) string { return "local://" + instance + "/" + id }

// LongestURI is the most bytes of a URI that a source takes; longer ones are
// no post's.
const LongestURI = 2048

// Believable returns t in UTC, or the zero time where no server of the fediverse can
// have shown it by now (zero: the present): its oldest software is of 2008, and
// an author's own server sets what it likes.
func Believable(t, now time.Time) time.Time {
	if now.IsZero() {
		now = time.Now()
	}
	if t.Year() < 2007 || t.After(now.Add(24*time.Hour)) {
		return time.Time{}
	}
	return t.UTC()
}

// Host returns the lower-case host of a URI, or "" where it has none.
func Host(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}
