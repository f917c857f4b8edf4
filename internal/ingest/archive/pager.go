package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"github.com/go-json-experiment/json"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// outcome is what became of one record.
type outcome struct {
	raw      []byte // the record's bytes
	posts    []discussion.Post
	root     bool // posts[0] is only what a comment shows of its thread's post
	rejected []discussion.Rejected
}

// pager gathers outcomes into pages and yields them.
type pager struct {
	file     File
	yield    func(discussion.Page, error) bool
	stopped  bool // yield has returned false
	sum      string
	skip     int // records that a former run has stored
	instance string

	page    discussion.Page
	start   int // records before the page
	records int // records so far, skipped ones too
	bytes   int // of the page's records
	hash    hash.Hash
	roots   map[string]bool // thread openers on the page
}

// add puts a record on the page, yielding a full one; false means stop.
func (p *pager) add(o outcome) bool {
	if p.skip > p.records {
		p.records++
		p.start = p.records
		return true
	}
	posts := p.unseen(o)
	if len(p.page.Posts)+len(posts) > p.file.PageSize && p.records > p.start && !p.flush(false) {
		return false
	}
	p.begin()
	p.hash.Write(o.raw)
	p.bytes += len(o.raw)
	for len(posts) > p.file.PageSize { // a line that holds a whole answer
		p.page.Posts = posts[:p.file.PageSize:p.file.PageSize]
		if !p.flush(false) {
			return false
		}
		posts = posts[p.file.PageSize:]
	}
	p.begin()
	p.keep(posts)
	p.page.Rejected = append(p.page.Rejected, o.rejected...)
	p.records++
	if p.records-p.start >= p.file.PageSize || p.bytes >= pageCap {
		return p.flush(false)
	}
	return true
}

// begin makes the page ready for a record.
func (p *pager) begin() {
	if p.hash == nil {
		p.hash, p.roots = sha256.New(), map[string]bool{}
	}
}

func (p *pager) keep(posts []discussion.Post) {
	if p.page.Posts == nil && len(posts) > 0 {
		p.page.Posts = make([]discussion.Post, 0, min(p.file.PageSize, 10_000))
	}
	for i := range posts {
		if posts[i].Kind == discussion.KindPost {
			p.roots[posts[i].URI] = true
		}
	}
	p.page.Posts = append(p.page.Posts, posts...)
}

// unseen leaves out a thread's post that the page has already, as each of the
// thread's comments carries it.
func (p *pager) unseen(o outcome) []discussion.Post {
	if o.root && p.roots[o.posts[0].URI] {
		return o.posts[1:]
	}
	return o.posts
}

// flush yields the page, if there is anything on it or it is the last.
func (p *pager) flush(done bool) bool {
	empty := p.hash == nil && len(p.page.Posts) == 0 && len(p.page.Rejected) == 0
	if empty && !done {
		return true
	}
	page := p.page
	page.Name = fmt.Sprintf("records %d-%d", p.start+1, max(p.records, p.start+1))
	if empty {
		page.Name = "end"
	}
	if p.hash != nil {
		page.SHA256 = hex.EncodeToString(p.hash.Sum(nil))
	}
	at, err := json.Marshal(position{SHA256: p.sum, Records: p.records, Done: done})
	if err != nil { // a string, a number and a boolean
		panic(err)
	}
	page.Instance, page.Seen, page.Anew = p.instance, p.file.Seen, p.start == 0
	page.Cursor = discussion.Cursor{Stream: p.file.Name, Position: string(at)}
	p.page, p.hash, p.roots, p.bytes, p.start = discussion.Page{}, nil, nil, 0, p.records
	p.stopped = !p.yield(page, nil)
	return !p.stopped
}
