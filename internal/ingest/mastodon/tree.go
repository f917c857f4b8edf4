package mastodon

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Bounds of one thread: a server that invents replies for ever must not be
// followed.
const (
	mostStatuses = 50_000
	mostContexts = 2_000 // requests
	mostAbove    = 50    // requests on the way up to the root
)

// tree is a thread as one instance shows it.
type tree struct {
	root     string // local id of the topmost status that is shown
	nodes    map[string]*node
	rejected []discussion.Rejected
	notes    []string
	seen     time.Time
	capped   bool            // by the server: it may show less than it has
	mixed    map[string]bool // ids that several posts had
}

// mix drops a status whose id another has too; the one that the thread was
// entered by stands.
func (t *tree) mix(id string) {
	if id == t.root {
		return
	}
	if t.mixed == nil {
		t.mixed = map[string]bool{}
	}
	t.mixed[id] = true
	delete(t.nodes, id)
}

type node struct {
	post    discussion.Post
	parent  string // local id; "" for a root
	replies int64  // direct ones that the server counts
	held    int64  // of them
	closed  bool   // an answer that was not cut showed all below
	asked   bool
}

// add takes statuses in and says how many are new.
func (c *Client) add(t *tree, list []jsontext.Value) int {
	fresh := 0
	for i, raw := range list {
		s, err := parse(raw)
		var p discussion.Post
		if err == nil {
			p, err = c.decoder.post(&s)
		}
		if err == nil && p.LocalID == "" {
			err = fmt.Errorf("id: missing")
		}
		if err != nil {
			t.reject(i, raw, err)
			continue
		}
		if old, twice := t.nodes[p.LocalID]; twice || t.mixed[p.LocalID] {
			// One id for two posts: which one it is of, nobody knows.
			if t.mixed[p.LocalID] || old.post.URI != p.URI {
				t.reject(i, raw, errors.New("id: it is that of another post too"))
				t.mix(p.LocalID)
			}
			continue
		}
		if len(t.nodes) >= mostStatuses {
			continue
		}
		n := &node{post: p, parent: string(s.InReplyTo)}
		if p.Replies != nil {
			n.replies = *p.Replies
		}
		t.nodes[p.LocalID] = n
		fresh++
	}
	return fresh
}

func (t *tree) reject(i int, raw []byte, err error) {
	sum := sha256.Sum256(raw)
	r := discussion.Rejected{Item: fmt.Sprintf("status %d", i+1), Reason: "read status: " + err.Error(), SHA256: hex.EncodeToString(sum[:])}
	if !slices.ContainsFunc(t.rejected, func(o discussion.Rejected) bool { return o.SHA256 == r.SHA256 }) && len(t.rejected) < mostStatuses {
		t.rejected = append(t.rejected, r)
	}
}

func (t *tree) note(s string) {
	if !slices.Contains(t.notes, s) {
		t.notes = append(t.notes, s)
	}
}

// thread reads the whole thread of a status: up to its root, then all below.
// What was read until an error stands in the tree.
func (c *Client) thread(ctx context.Context, hit jsontext.Value, seen time.Time) (*tree, error) {
	t := &tree{nodes: map[string]*node{}, seen: seen, capped: c.caps != caps{}}
	if c.add(t, []jsontext.Value{hit}) == 0 {
		if len(t.rejected) > 0 {
			return t, fmt.Errorf("%s", t.rejected[0].Reason)
		}
		return t, fmt.Errorf("read status: nothing in it")
	}
	for id := range t.nodes {
		t.root = id
	}
	if err := c.climb(ctx, t); err != nil {
		return t, err
	}
	return t, c.descend(ctx, t)
}

// climb goes up to the root, as many ancestors at a time as an answer shows.
func (c *Client) climb(ctx context.Context, t *tree) error {
	for range mostAbove {
		top := t.nodes[t.root]
		if top.parent == "" {
			return nil
		}
		above, below, _, err := c.around(ctx, t.root)
		if err != nil {
			return err
		}
		c.take(t, t.root, below)
		c.add(t, above)
		before := t.root
		for up := map[string]bool{}; !up[t.root]; {
			up[t.root] = true
			if n := t.nodes[t.nodes[t.root].parent]; n != nil {
				t.root = n.post.LocalID
			}
		}
		if t.root == before {
			t.note("the post that opened the thread is not shown")
			return nil
		}
	}
	t.note("the thread is too deep to be followed to its root")
	return nil
}

// descend asks for what is below the root, and again below every status that
// counts more replies than were shown, where an answer may have been cut.
func (c *Client) descend(ctx context.Context, t *tree) error {
	for next := t.root; next != ""; next = t.open() {
		if t.nodes[next].asked {
			break
		}
		if len(t.nodes) >= mostStatuses || t.contexts() >= mostContexts {
			t.note("the thread is too large to be followed to its end")
			break
		}
		_, below, seen, err := c.around(ctx, next)
		if absent(err) && next != t.root {
			t.nodes[next].asked, t.nodes[next].closed = true, true
			continue
		}
		if err != nil {
			return err
		}
		if next == t.root {
			t.seen = seen
		}
		c.take(t, next, below)
	}
	return nil
}

func (t *tree) contexts() int {
	n := 0
	for _, x := range t.nodes {
		if x.asked {
			n++
		}
	}
	return n
}

// take adds what an answer shows below a status. An answer that is far from its
// cap, in number and in depth, was not cut. The cap counts what strangers do not
// see, so that an answer with fewer may have been.
func (c *Client) take(t *tree, id string, below []jsontext.Value) {
	c.add(t, below)
	t.nodes[id].asked = true
	t.count()
	deepest := 0
	depth := map[string]int{id: 0}
	under := t.under(id, depth)
	for _, x := range under {
		deepest = max(deepest, depth[x])
	}
	full := c.caps.descendants > 0 && len(below) >= c.caps.descendants/2 || c.caps.depth > 0 && deepest >= c.caps.depth
	if full {
		return
	}
	t.nodes[id].closed = true
	for _, x := range under {
		t.nodes[x].closed = true
	}
}

// under lists what is below a status, and fills how far.
func (t *tree) under(id string, depth map[string]int) []string {
	children := map[string][]string{}
	for x, n := range t.nodes {
		if n.parent != "" {
			children[n.parent] = append(children[n.parent], x)
		}
	}
	var all []string
	for queue := []string{id}; len(queue) > 0; queue = queue[1:] {
		for _, x := range children[queue[0]] {
			if _, twice := depth[x]; !twice {
				depth[x] = depth[queue[0]] + 1
				all, queue = append(all, x), append(queue, x)
			}
		}
	}
	return all
}

func (t *tree) count() {
	for _, n := range t.nodes {
		n.held = 0
	}
	for _, n := range t.nodes {
		if up := t.nodes[n.parent]; up != nil {
			up.held++
		}
	}
}

// open is the next status below which replies may have been cut: the one nearest
// the root, and of those the oldest.
func (t *tree) open() string {
	t.count()
	depth := map[string]int{t.root: 0}
	best := ""
	for _, x := range append([]string{t.root}, t.under(t.root, depth)...) {
		n := t.nodes[x]
		if n.closed || n.asked || n.replies <= n.held {
			continue
		}
		if best == "" || depth[x] < depth[best] || depth[x] == depth[best] && less(x, best) {
			best = x
		}
	}
	return best
}

// less orders ids as the servers do: by length, then by their text.
func less(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

// posts returns the statuses with their place in the thread, the root first.
func (t *tree) posts() []discussion.Post {
	root := t.nodes[t.root]
	if root == nil {
		return nil
	}
	depth := map[string]int{t.root: 0}
	ids := t.under(t.root, depth)
	slices.SortFunc(ids, func(a, b string) int {
		if less(a, b) {
			return -1
		}
		return 1
	})
	var all []discussion.Post
	for _, id := range append([]string{t.root}, ids...) {
		p := t.nodes[id].post
		if root.parent == "" {
			p.Thread, p.Depth = root.post.URI, depth[id]
		}
		all = append(all, p)
	}
	// What hangs on a status that is not shown keeps the parent that it names.
	var lost []string
	for id := range t.nodes {
		if _, ok := depth[id]; !ok {
			lost = append(lost, id)
		}
	}
	slices.Sort(lost)
	for _, id := range lost {
		p := t.nodes[id].post
		p.Thread = root.post.URI
		all = append(all, p)
	}
	return all
}

// coverage sums up what was shown. What a status counts as replies and does not
// show may be for followers only, hidden, or cut off: no server says which.
func (t *tree) coverage(failed error) *discussion.Coverage {
	t.count()
	c := &discussion.Coverage{Thread: t.nodes[t.root].post.URI, Rows: int64(len(t.nodes) - 1), Shown: int64(len(t.nodes) - 1)}
	cut := false
	for id, n := range t.nodes {
		if lack := n.replies - n.held; lack > 0 {
			c.Lacking += lack
			cut = cut || t.capped && !n.closed
		}
		if id != t.root && t.nodes[n.parent] == nil {
			c.Orphans++
		}
	}
	c.Claimed = c.Shown + c.Lacking
	if len(t.rejected) > 0 {
		t.note(fmt.Sprintf("%d could not be read", len(t.rejected)))
	}
	switch {
	case failed != nil:
		t.note("the reading was broken off: " + failed.Error())
	case c.Lacking > 0 && cut:
		t.note("the server shows strangers no more of the thread")
	case c.Lacking > 0:
		t.note("the server counts replies that it does not show: for followers only, hidden, or gone")
	}
	c.Reason = strings.Join(t.notes, "; ")
	return c
}
