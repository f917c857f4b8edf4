package fetchtest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// row is a comment as one instance holds it.
type row struct {
	*Comment
	id       int64
	path     string // "0", the ids of the comments above, its own, joined by dots
	above    string // path without its last label
	depth    int    // dots in path: 1 for an answer to the post
	children int    // rows below it, tombstones included
	tie      uint64 // where it stands among rows that the sort holds for equal
}

// thread is all rows of a post.
type thread struct {
	rows   []*row // as written
	live   int
	newest *Comment // nil: no comments
	places map[*Comment]*row
	sorted map[order][]*row
}

// index is what an instance computed about the world, until the world changes.
type index struct {
	mu      sync.Mutex
	edits   uint64
	threads map[*Post]*thread
}

// thread returns the rows of p. The caller holds the world's lock for reading.
func (in *Instance) thread(p *Post) *thread {
	in.index.mu.Lock()
	defer in.index.mu.Unlock()
	if in.index.threads == nil || in.index.edits != in.world.edits {
		in.index.threads, in.index.edits = map[*Post]*thread{}, in.world.edits
	}
	t := in.index.threads[p]
	if t == nil {
		t = in.build(p)
		in.index.threads[p] = t
	}
	return t
}

func (in *Instance) build(p *Post) *thread {
	t := &thread{places: make(map[*Comment]*row, len(p.comments)), sorted: map[order][]*row{}}
	paths := make(map[*Comment]string, len(p.comments)) // of those not here as well
	for _, c := range p.comments {
		id := in.CommentID(c)
		above := "0"
		if c.parent != nil {
			above = paths[c.parent]
		}
		paths[c] = above + "." + strconv.FormatInt(id, 10)
		if in.hidden[c] {
			continue
		}
		r := &row{
			Comment: c, id: id, path: paths[c], above: above,
			depth: strings.Count(paths[c], "."), tie: hash(in.Host, paths[c]),
		}
		t.rows, t.places[c] = append(t.rows, r), r
		t.count(r)
	}
	return t
}

// count counts r wherever the server's triggers do: in every row above it,
// whether or not those between are there, and, if it is live, in the post.
func (t *thread) count(r *row) {
	for above := r.parent; above != nil; above = above.parent {
		if a := t.places[above]; a != nil {
			a.children++
		}
	}
	if r.Live() {
		t.live++
	}
	if t.newest == nil || r.Published.After(t.newest.Published) {
		t.newest = r.Comment
	}
}

// order is how a list of comments is sorted.
type order struct {
	by   string // lower case: hot, top, new, old, controversial
	tree bool   // by the path of the parent first
	pins bool   // then distinguished comments first
}

// in sorts the rows of t once for each order that is asked for.
func (in *Instance) sorted(t *thread, o order) []*row {
	in.index.mu.Lock()
	defer in.index.mu.Unlock()
	rows, ok := t.sorted[o]
	if !ok {
		rows = slices.Clone(t.rows)
		in.sort(rows, o)
		t.sorted[o] = rows
	}
	return rows
}

// sort orders rows as the database does. Rows that are equal in all that the
// server compares come in an order that means nothing.
func (in *Instance) sort(rows []*row, o order) {
	slices.SortFunc(rows, func(a, b *row) int {
		return cmp.Or(in.compare(a, b, o), cmp.Compare(a.tie, b.tie))
	})
}

// compare is 0 where the server sees no difference: there is no id in the end.
func (in *Instance) compare(a, b *row, o order) int {
	if o.tree {
		// ltree compares labels as text: 0 < 0.10 < 0.100 < 0.9
		if n := strings.Compare(a.above, b.above); n != 0 {
			return n
		}
	}
	if o.pins && a.Distinguished != b.Distinguished {
		if a.Distinguished {
			return -1
		}
		return 1
	}
	switch o.by {
	case "new":
		return b.Published.Compare(a.Published)
	case "old":
		return a.Published.Compare(b.Published)
	case "top":
		return cmp.Compare(in.score(b.Up, b.Down), in.score(a.Up, a.Down))
	case "controversial":
		return cmp.Compare(controversy(b.Up, in.down(b.Down)), controversy(a.Up, in.down(a.Down)))
	default:
		return cmp.Or(
			cmp.Compare(in.heat(b.Published, b.Up, b.Down), in.heat(a.Published, a.Up, a.Down)),
			cmp.Compare(in.score(b.Up, b.Down), in.score(a.Up, a.Down)),
		)
	}
}
