package lemmy

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/fetch"
)

// Source asks one instance for the threads that a study names. A thread is a
// page: its root and every comment, with the coverage that the instance's own
// counts give it. Nothing else is asked, and a thread that has not changed by
// those counts is not asked for again.
type Source struct {
	Called      string // its name in the study
	Instance    string
	Communities []string // name, or name@host
	Search      []string // words, in posts and in comments
	Threads     []string // addresses; see find
	Since       time.Time
	Until       time.Time // zero: open, as Since
	Keeps       string    // changes with whatever else decides what is kept: then all is asked for again
	Peers       []string  // other instances of the study, which may be asked what a thread of theirs is called

	// Wanted reports whether a community's thread is asked for, by its first
	// post. Nil: all are.
	Wanted func(root *discussion.Post) bool
	Door   *fetch.Client
}

// Bounds of what is followed in one run.
const (
	mostListPages = 10_000 // of one list: half a million posts
	mostFailures  = 5      // in a row, until a list is left for a later run
)

// Name is its name in the study.
func (s *Source) Name() string { return s.Called }

// Host is the instance.
func (s *Source) Host() string { return s.Instance }

// Pages yields threads, and after every page of a list how far the list was
// read. An error names what could not be had; the next thing is tried after it,
// unless the host is not to be asked any more.
func (s *Source) Pages(ctx context.Context, cursor func(stream string) (string, error)) iter.Seq2[discussion.Page, error] {
	return func(yield func(discussion.Page, error) bool) {
		v, err := s.visit(ctx, cursor, yield)
		if err != nil {
			yield(discussion.Page{}, err)
			return
		}
		for _, address := range s.Threads {
			if v.address(ctx, address); v.over {
				return
			}
		}
		for _, name := range s.Communities {
			if v.community(ctx, name); v.over {
				return
			}
		}
		for _, words := range s.Search {
			if v.search(ctx, words); v.over {
				return
			}
		}
	}
}

// visit is one run of a source.
type visit struct {
	*Source
	*Client
	cursor   func(stream string) (string, error)
	yield    func(discussion.Page, error) bool
	done     map[int64]bool // threads that were looked at
	failures int            // in a row
	over     bool           // nothing more is to be asked
}

func (s *Source) visit(ctx context.Context, cursor func(string) (string, error), yield func(discussion.Page, error) bool) (*visit, error) {
	c, err := Dial(ctx, s.Door, s.Instance)
	if err == nil && c.Site.Private {
		err = fmt.Errorf("%s: %w", s.Instance, ErrPrivate)
	}
	return &visit{Source: s, Client: c, cursor: cursor, yield: yield, done: map[int64]bool{}}, err
}

// hand yields a page.
func (v *visit) hand(page discussion.Page) {
	v.failures = 0
	v.over = v.over || !v.yield(page, nil)
}

// fail yields an error, and ends the visit where the host cannot be asked any
// more or nobody listens.
func (v *visit) fail(err error) {
	var deferred *fetch.Deferred
	var wall *fetch.Wall
	v.failures++
	v.over = !v.yield(discussion.Page{}, err) || errors.Is(err, context.Canceled) || errors.As(err, &deferred) || errors.As(err, &wall)
}

// offered looks at a thread whose post view is at hand, and asks for its
// comments if they may have changed.
func (v *visit) offered(ctx context.Context, record jsontext.Value, seen time.Time, from fetch.Validators) {
	w, err := parse(record)
	if err == nil && w.Post == nil {
		err = errors.New("post: missing")
	}
	if err != nil {
		v.fail(fmt.Errorf("read post view: %w", err))
		return
	}
	if v.done[w.Post.ID] {
		return
	}
	v.done[w.Post.ID] = true
	now := w.mark(v.Keeps, from)
	held, err := v.held(w.Post.ID)
	switch {
	case err != nil:
		v.fail(err)
	case !now.same(held) || !held.settled():
		page, err := v.below(ctx, record, seen)
		v.thread(page, now.after(page.Coverage, held), err)
	}
}

// thread hands on what was read of a thread. One whose reading was broken off is
// asked for again in the next run.
func (v *visit) thread(page discussion.Page, m mark, err error) {
	page.Cursor = discussion.Cursor{Stream: page.Name}
	if err == nil {
		page.Cursor.Position = m.text()
	}
	if len(page.Posts) > 0 {
		failures := v.failures
		if v.hand(page); v.over {
			return
		}
		if err != nil {
			v.failures = failures
		}
	}
	if err != nil {
		v.fail(fmt.Errorf("%s: %w", page.Name, err))
	}
}
