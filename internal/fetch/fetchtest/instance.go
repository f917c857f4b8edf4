package fetchtest

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Rate is how many requests are let through per span of time.
type Rate struct {
	Requests int
	Per      time.Duration
}

// Limits are the rates that an Instance publishes, and keeps where Enforce is
// set. PieFed publishes none: its Message is the limit on /site alone.
type Limits struct{ Message, Search Rate }

// Instance is one server's view of a World. Set its fields before it serves, or
// within World.Edit.
type Instance struct {
	Host, Version string // Version is one of Versions
	Limits        Limits
	Enforce       bool             // refuse what is beyond Limits
	Validators    bool             // gives ETags, and 304 to who has the same: a proxy in front does so
	Clock         func() time.Time // measures Limits and Asked.Time
	Robots        string           // robots.txt; "": there is none

	Private          bool          // closed to strangers
	Legal, Sidebar   string        // what the operator publishes, Markdown
	ContentWarning   bool          // shows NSFW to strangers
	Downvotes        bool          // counts downvotes at all
	DefaultTimeRange time.Duration // 1.0: lists go back no further unless asked to

	// Fault is called before each request is answered, n counting from 1. True
	// means that it has answered.
	Fault func(n int, w http.ResponseWriter, r *http.Request) bool

	world   *World
	release release
	serial  int64
	hidden  map[any]bool // comments, posts and communities that did not get here
	purged  map[*Comment]bool
	skew    map[*Post]int
	index   index
	buckets buckets

	log    sync.Mutex
	asked  []Asked
	flight int
}

// Asked is one request that came in.
type Asked struct {
	Time      time.Time
	Path      string
	Query     url.Values
	UserAgent string
	InFlight  int // requests being answered when it came, itself included
}

// Instance adds a server that knows all of w. It is as the software is
// installed, but for the Crawl-delay in robots.txt, which would make tests slow;
// StockRobots has it.
func (w *World) Instance(host, version string) *Instance {
	in := &Instance{
		Host: host, Version: version, Downvotes: true, Clock: time.Now,
		Limits:  Limits{Message: Rate{180, time.Minute}, Search: Rate{60, 10 * time.Minute}},
		Robots:  withoutDelay(StockRobots(version)),
		world:   w,
		release: parseRelease(version),
		hidden:  map[any]bool{},
		purged:  map[*Comment]bool{},
		skew:    map[*Post]int{},
	}
	if in.release.piefed() {
		in.Limits = Limits{Message: Rate{20, time.Minute}}
	}
	w.Edit(func() {
		in.serial = int64(len(w.instances) + 1)
		w.instances[host] = in
	})
	return in
}

// Hide keeps comments from this instance, as if they had not been federated.
// What answers them stays: orphans, whose path names what is not there.
func (in *Instance) Hide(comments ...*Comment) {
	in.world.Edit(func() {
		for _, c := range comments {
			in.hidden[c] = true
		}
	})
}

// HidePosts keeps whole threads from this instance.
func (in *Instance) HidePosts(posts ...*Post) {
	in.world.Edit(func() {
		for _, p := range posts {
			in.hidden[p] = true
		}
	})
}

// HideCommunity keeps a community and its threads from this instance: nobody
// here subscribes to it.
func (in *Instance) HideCommunity(c *Community) {
	in.world.Edit(func() { in.hidden[c] = true })
}

// Purge removes a comment from this instance for good: its row is gone, the log
// of moderation says that something was purged and not what.
func (in *Instance) Purge(c *Comment) {
	in.world.Edit(func() { in.hidden[c], in.purged[c] = true, true })
}

// Miscount makes the instance's count of a thread's comments wrong by n, as
// counters on real servers are.
func (in *Instance) Miscount(p *Post, n int) {
	in.world.Edit(func() { in.skew[p] = n })
}

// Held is what a complete client must end up with from this instance: rows of
// the thread, tombstones included, and those of them that are live. A client of
// 1.0 has to ask past DefaultTimeRange for that, and past the ties of its cursors.
func (in *Instance) Held(p *Post) (rows, live int) {
	in.world.mu.RLock()
	defer in.world.mu.RUnlock()
	if !in.knowsPost(p) || !in.showsComments(p) {
		return 0, 0
	}
	t := in.thread(p)
	return len(t.rows), t.live
}

// ID is the number of p on this instance.
func (in *Instance) ID(p *Post) int64 { return number(in.Host, "post", p.serial) }

// CommentID is the number of c on this instance.
func (in *Instance) CommentID(c *Comment) int64 { return number(in.Host, "comment", c.serial) }

// CommunityID is the number of c on this instance.
func (in *Instance) CommunityID(c *Community) int64 { return number(in.Host, "community", c.serial) }

// PersonID is the number of p on this instance.
func (in *Instance) PersonID(p *Person) int64 { return number(in.Host, "person", p.serial) }

// URI is the ActivityPub id of p, the same on every instance.
func (w *World) URI(p *Post) string {
	n := number(p.Author.Host, "post", p.serial)
	if home := w.instances[p.Author.Host]; home != nil && home.release.piefed() && p.serial%2 == 1 {
		return fmt.Sprintf("https://%s/c/%s@%s/p/%d/a-long-slug", p.Author.Host, p.community.Name, p.community.Home, n)
	}
	return fmt.Sprintf("https://%s/post/%d", p.Author.Host, n)
}

// URI is the ActivityPub id of c, the same on every instance.
func (c *Comment) URI() string {
	return fmt.Sprintf("https://%s/comment/%d", c.Author.Host, number(c.Author.Host, "comment", c.serial))
}

// URI is the ActivityPub id of p.
func (p *Person) URI() string { return "https://" + p.Host + "/u/" + p.Name }

// URI is the ActivityPub id of c.
func (c *Community) URI() string { return "https://" + c.Home + "/c/" + c.Name }

// numbering is how a host numbers one kind of thing: base, base+step, ... It
// starts below 1,000, so that ids of a thread differ in length and their order
// as text is not their order as numbers.
func numbering(host, kind string) (base, step int64) {
	h := hash(host, kind)
	return 20 + int64(h%70), 1 + int64(h/70%3)
}

func number(host, kind string, serial int) int64 {
	base, step := numbering(host, kind)
	return base + step*int64(serial)
}

// serial is the reverse of number; false where the host has given no such id.
func serial(host, kind string, id int64, most int) (int, bool) {
	base, step := numbering(host, kind)
	n := (id - base) / step
	if id < base || (id-base)%step != 0 || n >= int64(most) {
		return 0, false
	}
	return int(n), true
}

func hash(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// Requests are those that came in so far, in order.
func (in *Instance) Requests() []Asked {
	in.log.Lock()
	defer in.log.Unlock()
	return append([]Asked(nil), in.asked...)
}

// Forget empties the record of requests and starts counting them anew.
func (in *Instance) Forget() {
	in.log.Lock()
	defer in.log.Unlock()
	in.asked = nil
}

// ServeHTTP answers as the software of this version does.
func (in *Instance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n := in.arrive(r)
	defer in.leave()
	in.world.mu.RLock()
	fault := in.Fault
	in.world.mu.RUnlock()
	if fault != nil && fault(n, w, r) {
		return
	}
	in.Truth().ServeHTTP(w, r)
}

func (in *Instance) arrive(r *http.Request) (n int) {
	in.log.Lock()
	defer in.log.Unlock()
	in.flight++
	in.asked = append(in.asked, Asked{in.Clock(), r.URL.Path, r.URL.Query(), r.UserAgent(), in.flight})
	return len(in.asked)
}

func (in *Instance) leave() {
	in.log.Lock()
	defer in.log.Unlock()
	in.flight--
}
