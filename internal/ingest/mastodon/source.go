package mastodon

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/fetch"
	"github.com/fedipulse/fedipulse/internal/ingest/visit"
)

// Source asks one instance for the threads that a study names. Every hit of a
// timeline, a search or an account is followed to its whole thread, which is a
// page. Nothing else is asked.
type Source struct {
	Called    string   // its name in the study
	Instance  string   //
	Hashtags  []string // posts with any of them
	All, None []string // and with all, and none, of these
	Timelines []string // public, local
	Search    []string // words in posts; needs a token
	Accounts  []string // name, or name@host
	Threads   []string // addresses
	Since     time.Time
	Until     time.Time // zero: open, as Since
	Keeps     string    // changes with whatever else decides what is kept: then all is asked for again
	Token     string    // "": asked as a stranger, which is better
	Peers     []string  // other Mastodon instances of the study: a thread that began there is read there first

	// Wanted reports whether a post of a timeline that is not by hashtag is
	// followed. Nil: all are.
	Wanted func(*discussion.Post) bool
	Door   *fetch.Client
}

// Name is its name in the study.
func (s *Source) Name() string { return s.Called }

// Host is the instance.
func (s *Source) Host() string { return s.Instance }

// reading is one run of a source.
type reading struct {
	*Source
	*Client
	*visit.Visit
	done  map[string]bool // statuses that were looked at, by local id
	peers map[string]*Client
	later []offer // hits whose threads could not be read the last time
	last  bool    // it is their turn
}

// offer is a hit that is at hand.
type offer struct {
	hit  jsontext.Value
	seen time.Time
}

func (s *Source) begin(ctx context.Context, v *visit.Visit) (*reading, error) {
	c, err := Dial(ctx, s.Door, s.Instance, s.Token)
	return &reading{Source: s, Client: c, Visit: v, done: map[string]bool{}, peers: map[string]*Client{}}, err
}

// Pages yields threads, and after every page of a list how far the list was
// read. An error names what could not be had; the next thing is tried after it,
// unless the host is not to be asked any more.
func (s *Source) Pages(ctx context.Context, cursor func(stream string) (string, error)) iter.Seq2[discussion.Page, error] {
	return func(yield func(discussion.Page, error) bool) {
		v, err := s.begin(ctx, visit.New(cursor, yield))
		if err != nil {
			yield(discussion.Page{}, err)
			return
		}
		for _, address := range s.Threads {
			if v.address(ctx, address); v.Over {
				return
			}
		}
		for _, l := range v.lists() {
			if v.read(ctx, l); v.Over {
				return
			}
		}
		for _, handle := range s.Accounts {
			if v.account(ctx, handle); v.Over {
				return
			}
		}
		v.last = true
		for _, o := range v.later {
			if v.follow(ctx, o.hit, o.seen); v.Over {
				return
			}
		}
	}
}

// mark is the cursor of a thread.
type mark struct {
	Keeps   string    `json:"keeps,omitempty"`
	Replies int64     `json:"replies"` // direct ones of the root
	Edited  time.Time `json:"edited,omitzero"`
	Newest  time.Time `json:"newest"` // of its posts
	Read    time.Time `json:"read"`
	Short   int       `json:"short,omitempty"`  // readings on which something could not be read
	Failed  bool      `json:"failed,omitempty"` // the last reading was broken off: the thread comes last, so that it does not keep others waiting
}

const (
	settled   = 48 * time.Hour // a thread that was quiet for so long when it was read is not read again for nothing
	soon      = time.Hour      // nor is one that has just been read
	mostShort = 3              // times that what could not be read is asked for again
)

// unchanged reports whether a thread need not be read again: its root shows
// nothing new, and either it had been quiet or it was read just now. What is
// answered far below a root does not show there.
func (m mark) unchanged(root *discussion.Post, keeps string, now time.Time) bool {
	var replies int64
	if root.Replies != nil {
		replies = *root.Replies
	}
	return !m.Read.IsZero() && m.Keeps == keeps && m.Replies == replies && m.Edited.Equal(root.Edited) &&
		(m.Short == 0 || m.Short >= mostShort) && (m.Read.Sub(m.Newest) > settled || now.Sub(m.Read) < soon)
}

func (v *reading) held(id string) (mark, error) {
	var m mark
	at, err := v.Cursor(stream(id))
	if err != nil || at == "" || json.Unmarshal([]byte(at), &m) != nil {
		return mark{}, err
	}
	return m, nil
}

func stream(id string) string { return "post/" + id }

// follow reads the thread of a hit, unless it was looked at in this run or has
// not changed since the last.
func (v *reading) follow(ctx context.Context, hit jsontext.Value, seen time.Time) {
	p, err := v.decoder.Status(hit)
	if err != nil {
		v.Fail(err)
		return
	}
	if v.done[p.LocalID] {
		return
	}
	v.done[p.LocalID] = true
	if p.Parent == "" {
		m, err := v.held(p.LocalID)
		if err != nil {
			v.Fail(err)
			return
		}
		if m.Failed && !v.last {
			delete(v.done, p.LocalID)
			v.later = append(v.later, offer{hit, seen})
			return
		}
		if m.unchanged(&p, v.Keeps, seen) {
			return
		}
	}
	s, err := parse(hit)
	if err == nil && isObject(s.Reblog) {
		hit = s.Reblog
	}
	t, err := v.thread(ctx, hit, seen)
	v.hand(ctx, t, err)
}

// hand hands on what was read of a thread, and what the instance where it began
// shows of it. One whose reading was broken off is asked for again.
func (v *reading) hand(ctx context.Context, t *tree, err error) {
	root := t.nodes[t.root]
	if root == nil {
		v.Fail(err)
		return
	}
	for id := range t.nodes {
		v.done[id] = true
	}
	if err == nil {
		v.origin(ctx, &root.post)
		if v.Over {
			return
		}
	}
	page := v.Client.page(t, err)
	page.Cursor.Position = `{"failed":true}`
	if err == nil {
		held, herr := v.held(t.root)
		if herr != nil {
			v.Fail(herr)
			return
		}
		page.Cursor.Position = v.position(t, page, held.Short)
	}
	v.Hand(page, err)
}

// position is the cursor of a thread that was read. Something went wrong if a row
// could not be read, or if replies are counted and not one is shown.
func (v *reading) position(t *tree, page discussion.Page, short int) string {
	root := t.nodes[t.root]
	m := mark{Keeps: v.Keeps, Replies: root.replies, Edited: root.post.Edited, Read: t.seen}
	if len(t.rejected) > 0 || root.replies > 0 && len(t.nodes) == 1 {
		m.Short = short + 1
	}
	for _, p := range page.Posts {
		if p.Created.After(m.Newest) {
			m.Newest = p.Created
		}
	}
	b, err := json.Marshal(m, json.Deterministic(true))
	if err != nil {
		panic(err) // plain data cannot fail
	}
	return string(b)
}

func (c *Client) page(t *tree, err error) discussion.Page {
	return discussion.Page{
		Name: stream(t.root), Instance: c.host, Seen: t.seen, Posts: t.posts(), Rejected: t.rejected,
		Coverage: t.coverage(err), Cursor: discussion.Cursor{Stream: stream(t.root)},
	}
}

// origin reads a thread where it began, if the study names that instance: no
// other knows all of its replies.
func (v *reading) origin(ctx context.Context, root *discussion.Post) {
	host := root.Instance
	id := idIn(root.URI)
	if root.Parent != "" || host == v.Instance || id == "" || !slices.Contains(v.Peers, host) {
		return
	}
	peer, known := v.peers[host]
	if !known {
		var err error
		if peer, err = Dial(ctx, v.Door, host, ""); err != nil {
			v.Fail(fmt.Errorf("read threads where they began: %w", err))
			peer = nil
		}
		v.peers[host] = peer
	}
	if peer == nil || v.Over {
		return
	}
	a, err := peer.status(ctx, id)
	if absent(err) {
		return // its ids are not those in its addresses
	}
	var t *tree
	if err == nil {
		if t, err = peer.thread(ctx, a.body, a.seen); t.nodes[t.root] == nil || t.nodes[t.root].post.URI != root.URI {
			return
		}
	}
	if err != nil {
		v.Fail(fmt.Errorf("read a thread on %s, where it began: %w", host, err))
		return
	}
	page := peer.page(t, nil)
	page.Cursor.Stream = host + "/" + page.Cursor.Stream
	v.Hand(page, nil)
}

// idIn is the id at the end of an ActivityPub id of Mastodon or GoToSocial,
// which is the one that its own instance uses; "" for other software's.
func idIn(uri string) string {
	_, id, ok := strings.Cut(uri, "/statuses/")
	if !ok || !localID.MatchString(id) {
		return ""
	}
	return id
}
