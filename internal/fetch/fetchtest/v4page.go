package fetchtest

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// page is what every list of v4 answers with.
type page struct {
	Items any    `json:"items"`
	Next  string `json:"next_page,omitempty"`
	Prev  string `json:"prev_page,omitempty"`
}

// cursor names the row that a page ends at. The server looks the row up again
// and compares keys; it does not count rows.
type cursor struct {
	id   int64
	back bool
}

func (c cursor) String() string {
	direction := "P"
	if c.back {
		direction = "N"
	}
	return base64.RawURLEncoding.EncodeToString([]byte(direction + strconv.FormatInt(c.id, 16)))
}

func parseCursor(s string) (c cursor, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) < 2 {
		return c, false
	}
	id, err := strconv.ParseInt(string(b[1:]), 16, 64)
	return cursor{id, b[0] == 'N'}, err == nil && strings.ContainsRune("PN", rune(b[0]))
}

// keyset is a sorted list and what it takes to go on in it from a row.
type keyset[T any] struct {
	items   []T
	id      func(T) int64
	find    func(id int64) (T, bool)
	compare func(a, b T) int // 0: the server takes the two for the same row
}

// cut takes the page that the query asks for. Rows that compare equal to the
// cursor's are neither before nor after it: they are in no page.
func (k keyset[T]) cut(at string, limit int) (items []T, p page, refused *refusal) {
	items = k.items
	c, ok := parseCursor(at)
	if at != "" {
		last, found := k.find(c.id)
		if !ok || !found {
			return nil, p, &refusal{http.StatusBadRequest, "could_not_parse_pagination_token", "", ""}
		}
		items = slices.DeleteFunc(slices.Clone(items), func(x T) bool {
			n := k.compare(x, last)
			return n == 0 || (n < 0) != c.back
		})
	}
	full := len(items) >= limit
	if c.back {
		items = items[max(0, len(items)-limit):]
	} else {
		items = items[:min(limit, len(items))]
	}
	k.link(&p, items, c, at != "", full)
	return items, p, nil
}

// link sets the neighbours: a full page has one further on in its direction,
// and a page that was come to by a cursor has the one it was come from.
func (k keyset[T]) link(p *page, items []T, c cursor, moved, full bool) {
	first, last := c.id, c.id
	if len(items) > 0 {
		first, last = k.id(items[0]), k.id(items[len(items)-1])
	}
	if full && !c.back || c.back {
		p.Next = cursor{id: last}.String()
	}
	if full && c.back || moved && !c.back {
		p.Prev = cursor{id: first, back: true}.String()
	}
}

// v4Limit is limit, which is refused beyond 50 unless a tree is asked for: then
// it is not looked at, and 300 rows make a page.
func v4Limit(q query) (int, *refusal) {
	if _, tree := q.number("max_depth"); tree {
		return treeRows, nil
	}
	n := q.or("limit", v4Items)
	if n < 1 || n > 50 {
		return 0, &refusal{http.StatusBadRequest, "invalid_fetch_limit", "", "InvalidFetchLimit"}
	}
	return int(n), nil
}

// commentKeys is a list of comments to page through in an order without a last
// key that tells all rows apart.
func (in *Instance) commentKeys(rows []*row, o order) keyset[*row] {
	return keyset[*row]{
		items: rows,
		id:    func(r *row) int64 { return r.id },
		find: func(id int64) (*row, bool) {
			r := in.commentByID(id)
			return r, r != nil
		},
		compare: func(a, b *row) int { return in.compare(a, b, o) },
	}
}

func (in *Instance) postKeys(posts []*Post, o postOrder) keyset[*Post] {
	return keyset[*Post]{
		items: posts,
		id:    in.ID,
		find: func(id int64) (*Post, bool) {
			p := in.postByID(id)
			return p, p != nil
		},
		compare: func(a, b *Post) int { return in.comparePosts(a, b, o) },
	}
}

// places pages through what has a total order already, by place.
func places[T any](items []T) keyset[int] {
	all := make([]int, len(items))
	for i := range all {
		all[i] = i
	}
	return keyset[int]{
		items: all, id: func(i int) int64 { return int64(i) },
		find:    func(id int64) (int, bool) { return int(id), id >= 0 },
		compare: func(a, b int) int { return a - b },
	}
}

// parts is the cursor of a search for all kinds: one per kind, none for those
// at their end. It is never absent.
func parts(next []string) string {
	for i, s := range next {
		if s == "" {
			next[i] = "none"
		}
	}
	return strings.Join(next, ",")
}

func part(cursor string, i, n int) (string, error) {
	if cursor == "" {
		return "", nil
	}
	all := strings.Split(cursor, ",")
	if len(all) != n {
		return "", fmt.Errorf("cursor %q: %d parts, want %d", cursor, len(all), n)
	}
	if all[i] == "none" {
		return "", nil
	}
	return all[i], nil
}
