package store

import (
	"cmp"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/binary"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// row is a post as the tables hold it: pseudonyms for URIs, clean text.
type row struct {
	discussion.Post
	id    duckdb.UUID
	hash  uint64
	seen  time.Time
	shown string // instance that showed it
}

// rows returns the page's posts, each once.
func (s *Store) rows(page discussion.Page) []*row {
	rows := make([]*row, 0, len(page.Posts))
	at := make(map[duckdb.UUID]int, len(page.Posts))
	uris := map[string]string{} // of the page's posts, by the ids that replies name; Settle finds the others
	for i := range page.Posts {
		if p := &page.Posts[i]; p.LocalID != "" {
			uris[discussion.LocalRef(page.Instance, p.LocalID)] = p.URI
		}
	}
	for _, p := range page.Posts {
		p.Parent = cmp.Or(uris[p.Parent], p.Parent)
		r := s.row(p, &page)
		// The same post twice on a page: one row, the words that stand.
		if i, twice := at[r.id]; twice {
			if supersedes(r.version(), rows[i].version()) {
				rows[i] = r
			}
			continue
		}
		at[r.id] = len(rows)
		rows = append(rows, r)
	}
	return rows
}

func (s *Store) row(p discussion.Post, page *discussion.Page) *row {
	if p.State.Gone() {
		p.Title, p.Content, p.Warning = "", "", ""
	}
	p.Title, p.Content, p.Warning = clean(p.Title), clean(p.Content), clean(p.Warning)
	r := &row{Post: p, hash: contentHash(&p), seen: page.Seen, shown: page.Instance}
	r.id, _ = s.key.id(p.URI)
	return r
}

// contentHash tells texts apart: 64 bits of SHA-256.
func contentHash(p *discussion.Post) uint64 {
	h := make([]byte, 0, len(p.Title)+len(p.Content)+len(p.Warning)+len(p.Format)+3)
	for _, part := range []string{p.Title, p.Content, p.Warning, string(p.Format)} {
		h = append(append(h, part...), 0)
	}
	sum := sha256.Sum256(h)
	return binary.LittleEndian.Uint64(sum[:8])
}

// clean makes text that DuckDB can hold: its appender turns invalid UTF-8 into
// NULL without a word.
func clean(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// post returns the row of posts, in the order of its columns.
func (s *Store) post(r *row) []driver.Value {
	thread, parent, depth := s.place(&r.Post)
	return []driver.Value{
		r.id, string(r.Platform), string(r.Kind), thread, parent, depth,
		s.pseudonym(r.Author.URI), clean(r.Instance), text(r.Community),
		moment(r.Created), r.Approx, moment(r.Edited), string(r.State), r.Author.Bot,
		text(r.Language), text(r.Title), text(r.Content), string(r.Format), text(r.Warning), r.hash,
		count(r.Score), count(r.Upvotes), count(r.Downvotes), count(r.Boosts), count(r.Replies), count(r.Descendants),
		tags(r.Tags), text(r.LinkDomain), s.pseudonym(r.Quotes), r.seen, r.seen, s.now().UTC(), false,
	}
}

// place returns thread, parent and depth, with nil for what is not known: see
// Settle.
func (s *Store) place(p *discussion.Post) (thread, parent, depth driver.Value) {
	if p.Parent == "" {
		return s.pseudonym(cmp.Or(p.Thread, p.URI)), nil, int32(0)
	}
	if p.Depth >= 0 && p.Thread != "" {
		depth = int32(p.Depth)
	}
	return s.pseudonym(p.Thread), s.pseudonym(p.Parent), depth
}

// sighting returns the row of sightings.
func (s *Store) sighting(r *row) []driver.Value {
	return []driver.Value{
		r.id, clean(r.shown), r.seen, r.seen,
		count(r.Score), count(r.Upvotes), count(r.Downvotes), count(r.Boosts), count(r.Replies), count(r.Descendants),
	}
}

// address returns the row of identity.posts, or nil for a post that came as a
// pseudonym and has no address.
func (r *row) address() []driver.Value {
	if strings.HasPrefix(r.URI, exported) {
		return nil
	}
	url := r.URL
	if url == r.URI {
		url = ""
	}
	return []driver.Value{r.id, clean(r.URI), text(url)}
}

// local returns the row of identity.locals, or nil where the source names no id.
func (s *Store) local(r *row) []driver.Value {
	if r.LocalID == "" {
		return nil
	}
	ref, _ := s.key.id(discussion.LocalRef(r.shown, r.LocalID))
	return []driver.Value{ref, r.id, clean(r.shown), clean(r.LocalID)}
}

func (s *Store) pseudonym(uri string) driver.Value {
	if id, ok := s.key.id(uri); ok {
		return id
	}
	return nil
}

func text(s string) driver.Value {
	if s == "" {
		return nil
	}
	return clean(s)
}

func moment(t time.Time) driver.Value {
	if t.IsZero() {
		return nil
	}
	return t
}

func count(n *int64) driver.Value {
	if n == nil {
		return nil
	}
	return *n
}

func tags(list []string) driver.Value {
	if len(list) == 0 {
		return nil
	}
	for i := range list {
		list[i] = clean(list[i])
	}
	return list
}
