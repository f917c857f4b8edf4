package lemmy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Bounds of one thread, far beyond any that was seen: a server that invents
// comments for ever must not be followed.
const (
	mostComments = 100_000
	mostRepairs  = 5_000 // requests for subtrees that lack rows
	mostParents  = 50    // requests for single ancestors
)

// tree is a thread as one instance shows it.
type tree struct {
	root     discussion.Post
	id       int64 // of the root
	claimed  int64 // live comments, by the instance's own count; -1: it does not say
	nodes    map[int64]*node
	rejected []discussion.Rejected
	refused  map[string]bool // hashes of the rejected rows

	rootDeleted bool     // by its author, as comments say of it
	notes       []string // why something is missing
}

// node is a comment and where it stands.
type node struct {
	post    discussion.Post
	above   []int64 // ids of its ancestors, topmost first
	replies int64   // below it at every depth, tombstones too, as the server counts
	held    int64   // of them
}

func (n *node) parent() int64 {
	if len(n.above) == 0 {
		return 0
	}
	return n.above[len(n.above)-1]
}

// add takes the rows of an answer in and says how many are new.
func (a *api) add(t *tree, rows []jsontext.Value) int {
	fresh := 0
	for _, raw := range rows {
		n, id, err := a.node(t, raw)
		if err != nil {
			t.reject(raw, id, err)
			continue
		}
		if _, twice := t.nodes[id]; !twice && len(t.nodes) < mostComments {
			t.nodes[id] = n
			fresh++
		}
	}
	return fresh
}

func (a *api) node(t *tree, raw jsontext.Value) (*node, int64, error) {
	v, err := parse(raw)
	if err != nil {
		return nil, 0, fmt.Errorf("read comment view: %w", err)
	}
	p, err := a.decoder.commentIn(v, t.root)
	if err != nil {
		return nil, identity(v), err
	}
	if v.Comment.PostID != 0 && v.Comment.PostID != t.id {
		return nil, v.Comment.ID, fmt.Errorf("read comment %d: it is of post %d", v.Comment.ID, v.Comment.PostID)
	}
	t.rootDeleted = t.rootDeleted || v.Post != nil && v.Post.Deleted
	n := &node{post: p}
	if p.Descendants != nil {
		n.replies = *p.Descendants
	}
	labels := strings.Split(v.Comment.Path, ".")
	for _, l := range labels[min(1, len(labels)):max(len(labels)-1, min(1, len(labels)))] {
		id, _ := strconv.ParseInt(l, 10, 64)
		n.above = append(n.above, id)
	}
	return n, v.Comment.ID, nil
}

// identity is the id of what a view shows; 0: of nothing.
func identity(v *view) int64 {
	switch {
	case v.Comment != nil:
		return v.Comment.ID
	case v.Post != nil:
		return v.Post.ID
	}
	return 0
}

// reject notes a row that cannot be read, once however often it comes.
func (t *tree) reject(raw jsontext.Value, id int64, err error) {
	r := rejected(commentID(strconv.FormatInt(id, 10)), raw, err)
	if t.refused == nil {
		t.refused = map[string]bool{}
	}
	if len(t.rejected) < mostComments && !t.refused[r.SHA256] {
		t.refused[r.SHA256] = true
		t.rejected = append(t.rejected, r)
	}
}

func rejected(item string, raw []byte, err error) discussion.Rejected {
	sum := sha256.Sum256(raw)
	return discussion.Rejected{Item: item, Reason: err.Error(), SHA256: hex.EncodeToString(sum[:])}
}

// contradictions drops comments whose path does not go on from that of their
// parent: a server that says so has mixed something up, or answers in a circle.
func (t *tree) contradictions() {
	var wrong []int64
	for id, n := range t.nodes {
		if up := t.nodes[n.parent()]; up != nil && !slices.Equal(n.above[:len(n.above)-1], up.above) {
			wrong = append(wrong, id)
		}
	}
	slices.Sort(wrong)
	for _, id := range wrong {
		delete(t.nodes, id)
		t.rejected = append(t.rejected, discussion.Rejected{
			Item: commentID(strconv.FormatInt(id, 10)), Reason: fmt.Sprintf("read comment %d: its path contradicts that of its parent", id),
		})
	}
}

// count works out how many of each comment's descendants are held.
func (t *tree) count() {
	for _, n := range t.nodes {
		n.held = 0
	}
	for _, n := range t.nodes {
		for _, id := range n.above {
			if up, ok := t.nodes[id]; ok {
				up.held++
			}
		}
	}
}

// lacking returns the topmost comments below which rows are missing and that
// one more answer of at most `most` rows may complete; a larger one is asked
// once for its first rows and then by its children.
func (t *tree) lacking(most int64, asked map[int64]bool) []int64 {
	t.count()
	short := func(n *node) bool { return n.replies > n.held }
	below := map[int64]int64{} // what a comment's children lack
	for _, n := range t.nodes {
		if short(n) {
			below[n.parent()] += n.replies - n.held
		}
	}
	var list []int64
	for id, n := range t.nodes {
		if !short(n) || asked[id] || n.replies+1 > most && below[id] >= n.replies-n.held {
			continue
		}
		if !slices.ContainsFunc(n.above, func(up int64) bool {
			p := t.nodes[up]
			return p != nil && short(p) && !asked[up] && p.replies+1 <= most
		}) {
			list = append(list, id)
		}
	}
	slices.SortFunc(list, func(x, y int64) int {
		return cmp.Or(cmp.Compare(t.nodes[y].replies-t.nodes[y].held, t.nodes[x].replies-t.nodes[x].held), cmp.Compare(x, y))
	})
	return list
}

// missing is how many rows the comments that are held count and lack.
func (t *tree) missing() int64 {
	t.count()
	var sum int64
	for _, n := range t.nodes {
		if n.replies > n.held && !slices.ContainsFunc(n.above, func(up int64) bool { return t.nodes[up] != nil }) {
			sum += n.replies - n.held
		}
	}
	return sum
}

func (t *tree) live() int64 {
	var live int64
	for _, n := range t.nodes {
		if !n.post.State.Gone() {
			live++
		}
	}
	return live
}

// unseen are the topmost ancestors that are named, not held, and not asked for
// yet.
func (t *tree) unseen(asked map[int64]bool) []int64 {
	var lost []int64
	for _, n := range t.nodes {
		for _, up := range n.above {
			if t.nodes[up] == nil {
				if !asked[up] {
					lost = append(lost, up)
				}
				break
			}
		}
	}
	slices.Sort(lost)
	return slices.Compact(lost)
}

func (t *tree) note(format string, args ...any) {
	if s := fmt.Sprintf(format, args...); !slices.Contains(t.notes, s) {
		t.notes = append(t.notes, s)
	}
}

// subtrees estimates the answers that it takes to fill every subtree. It is not
// known while more top levels may exist than were shown.
func (t *tree) subtrees() (answers int, known bool) {
	for _, n := range t.nodes {
		known = known || len(n.above) > 0
	}
	for _, id := range t.lacking(treed, nil) {
		answers += int((t.nodes[id].replies + treed) / treed)
	}
	return answers, known
}

// pages is how many pages the flat list has, or far too many where the server
// does not serve them all.
func (t *tree) pages(d v3) int {
	rows := t.claimed
	var counted int64
	for _, n := range t.nodes {
		if len(n.above) == 0 {
			counted += 1 + n.replies
		}
	}
	pages := int((max(rows, counted) + listed - 1) / listed)
	if d.lastPage > 0 && pages > 2*d.lastPage {
		return mostComments
	}
	return pages
}

// coverage sums up what was shown and why anything is not.
func (t *tree) coverage(failed error) *discussion.Coverage {
	c := &discussion.Coverage{
		Thread: t.root.URI, Claimed: t.claimed, Shown: t.live(), Rows: int64(len(t.nodes)), Lacking: t.missing(),
	}
	for _, n := range t.nodes {
		if up := n.parent(); up != 0 && t.nodes[up] == nil {
			c.Orphans++
		}
	}
	if len(t.rejected) > 0 {
		t.note("%d could not be read", len(t.rejected))
	}
	switch {
	case failed != nil:
		t.note("the reading was broken off: %s", failed)
	case c.Lacking > 0:
		t.note("the server counts comments below others that it does not show")
	case c.Claimed > c.Shown && len(t.rejected) == 0:
		t.note("the server counts more than it shows")
	}
	c.Reason = strings.Join(t.notes, "; ")
	return c
}

// posts returns the tree's posts in an order that does not depend on how they
// came: the root, then by id.
func (t *tree) posts() []discussion.Post {
	ids := make([]int64, 0, len(t.nodes))
	for id := range t.nodes {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	all := make([]discussion.Post, 0, len(ids)+1)
	if t.root.Kind != "" {
		all = append(all, t.root)
	}
	for _, id := range ids {
		all = append(all, t.nodes[id].post)
	}
	return all
}
