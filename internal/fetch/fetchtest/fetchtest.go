// Package fetchtest is a fake threadiverse: servers of Lemmy 0.18 to 1.0 and of
// PieFed that answer over real HTTP as the real ones do, with what they hide,
// cut off, repeat and get wrong. A client that gets complete trees from here
// would get them from the real servers.
//
// A World holds what people wrote; an Instance is one server's view of it, with
// ids of its own, and is an http.Handler for httptest.NewServer. What an
// Instance lies about is written at the place where it does so; Faults are the
// ways in which an answer can be broken on top of that.
//
// Nothing here dials, and the threads do not know the real clock:
// the same seed gives the same world, and World.Now is its present.
package fetchtest

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// World is what all instances know of together: people, communities and
// threads, by ActivityPub id. Instances serve it while it is edited, if the
// edits are made within Edit; one goroutine at a time may build and edit.
type World struct {
	Now time.Time // the present: ranks and time ranges count from here

	mu      sync.RWMutex // readers serve, the writer edits
	editing atomic.Bool
	edits   uint64 // counts edits: an index of an older count is stale

	random      *rand.Rand
	begun       time.Time
	crowd       map[string][]*Person // who writes by default, by home of the community
	people      []*Person
	communities []*Community
	posts       []*Post
	comments    []*Comment
	instances   map[string]*Instance
}

// NewWorld returns an empty world. Equal seeds and equal calls make equal worlds.
func NewWorld(seed uint64) *World {
	return &World{
		Now:       time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC),
		random:    rand.New(rand.NewPCG(seed, 0x6c656d6d79)),
		begun:     time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC),
		crowd:     map[string][]*Person{},
		instances: map[string]*Instance{},
	}
}

// Edit calls f while no request is answered, and lets all instances see what f
// changed. The World's and the Instances' own methods may be called in f.
func (w *World) Edit(f func()) {
	if w.editing.Load() { // within another Edit, which holds the lock
		f()
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.editing.Store(true)
	defer w.editing.Store(false)
	w.edits++
	f()
}

// Person is an account. Its ActivityPub id is https://Host/u/Name.
type Person struct {
	Name, Host, DisplayName string
	Bio                     string // Markdown; may hold a wish such as #nobot
	Bot, Banned, Deleted    bool
	Unindexable             bool // PieFed's search leaves out what they wrote

	serial int
	joined time.Time
}

// Person adds an account.
func (w *World) Person(name, host string) *Person {
	p := &Person{Name: name, Host: host}
	w.Edit(func() {
		p.serial = len(w.people)
		p.joined = w.begun.AddDate(-2, 0, p.serial).Add(123456 * time.Microsecond)
		w.people = append(w.people, p)
	})
	return p
}

// Visibility says who may see a community; the words are Lemmy 1.0's.
type Visibility string

// Private and local-only communities are not modelled: an anonymous client
// cannot tell them from missing ones.
const (
	Public   Visibility = "public"
	Unlisted Visibility = "unlisted" // v4 leaves its comments out of every list
)

// Community is a group that threads belong to. Its id is https://Home/c/Name.
type Community struct {
	Name, Home, Title string
	Sidebar           string
	NSFW              bool
	Visibility        Visibility
	Moderators        []*Person

	serial int
	posts  []*Post
}

// Community adds a community that lives on the instance home.
func (w *World) Community(name, home string) *Community {
	c := &Community{Name: name, Home: home, Title: name, Visibility: Public}
	mod := w.Person(name+"_mod", home)
	c.Moderators = []*Person{mod}
	w.Edit(func() {
		c.serial = len(w.communities)
		w.communities = append(w.communities, c)
	})
	return c
}

// PostSpec says what a new post is. What is left out is made up, the author
// and the time included.
type PostSpec struct {
	Title, Body, URL string
	Author           *Person
	Published        time.Time
	Pinned, NSFW     bool
	Language         string // code of the language, "" undetermined
}

// Post is a thread's first post. It lives on its author's host. Its fields may
// be changed within Edit.
type Post struct {
	PostSpec
	Updated                  time.Time
	Deleted, Removed, Locked bool
	Up, Down                 int

	community *Community
	serial    int
	comments  []*Comment
}

// Comments are all comments of the thread, in the order they were written.
func (p *Post) Comments() []*Comment { return p.comments }

// Community is where the post was made.
func (p *Post) Community() *Community { return p.community }

// Post adds a post to c.
func (w *World) Post(c *Community, spec PostSpec) *Post {
	p := &Post{PostSpec: spec, community: c}
	w.Edit(func() {
		p.serial = len(w.posts)
		if p.Title == "" {
			p.Title = w.sentence()
		}
		if p.Author == nil {
			p.Author = w.author(c)
		}
		if p.Published.IsZero() {
			p.Published = w.begun.Add(time.Duration(p.serial)*17*time.Minute + 566375*time.Microsecond)
		}
		p.Up, p.Down = 1+w.random.IntN(40), w.random.IntN(4)
		w.posts = append(w.posts, p)
		c.posts = append(c.posts, p)
	})
	return p
}

// Comment is a reply. It lives on its author's host. Its fields may be changed
// within Edit.
type Comment struct {
	Content            string // what the author wrote: it stays here when deleted or removed
	Author             *Person
	Published, Updated time.Time
	Deleted, Removed   bool   // by the author, by a moderator
	Reason             string // of the removal
	Restored           bool   // was removed once: the log of moderation still has both
	Bulk               bool   // removed with everything else by the author
	Distinguished      bool
	Language           string // code of the language, "" undetermined
	Up, Down           int

	post   *Post
	parent *Comment
	serial int
}

// Parent is the comment that c answers, nil when it answers the post.
func (c *Comment) Parent() *Comment { return c.parent }

// Post is the first post of the thread.
func (c *Comment) Post() *Post { return c.post }

// Live reports whether the text of c may still be shown.
func (c *Comment) Live() bool { return !c.Deleted && !c.Removed }

// Depth is 1 for an answer to the post.
func (c *Comment) Depth() int {
	n := 1
	for p := c.parent; p != nil; p = p.parent {
		n++
	}
	return n
}

// Comment adds a comment to p, below parent, or at the top where parent is nil.
// It is published half a minute after the thread's last one.
func (w *World) Comment(p *Post, parent *Comment, text string) *Comment {
	c := &Comment{Content: text, post: p, parent: parent}
	w.Edit(func() {
		c.serial = len(w.comments)
		c.Author = w.author(p.community)
		c.Published = p.Published.Add(30*time.Second + 11*time.Microsecond)
		if n := len(p.comments); n > 0 {
			c.Published = p.comments[n-1].Published.Add(30*time.Second + 11*time.Microsecond)
		}
		c.Up = 1
		w.comments = append(w.comments, c)
		p.comments = append(p.comments, c)
	})
	return c
}
