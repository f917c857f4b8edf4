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
	"github.com/fedipulse/fedipulse/internal/ingest/visit"
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

// mostListPages bounds what is followed of one list in one run: half a million
// posts.
const mostListPages = 10_000

// Name is its name in the study.
func (s *Source) Name() string { return s.Called }

// Host is the instance.
func (s *Source) Host() string { return s.Instance }

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
		for _, name := range s.Communities {
			if v.community(ctx, name); v.Over {
				return
			}
		}
		for _, words := range s.Search {
			if v.search(ctx, words); v.Over {
				return
			}
		}
		v.last = true
		for _, o := range v.later {
			if v.offered(ctx, o.record, o.seen, o.from); v.Over {
				return
			}
		}
	}
}

// reading is one run of a source.
type reading struct {
	*Source
	*Client
	*visit.Visit
	done   map[int64]bool // threads that were looked at
	sought map[int64]bool // threads that were asked for by their ids
	later  []offer        // threads whose last reading was broken off
	last   bool           // it is their turn
}

// offer is a thread whose post view is at hand.
type offer struct {
	record jsontext.Value
	seen   time.Time
	from   fetch.Validators
}

func (s *Source) begin(ctx context.Context, v *visit.Visit) (*reading, error) {
	c, err := Dial(ctx, s.Door, s.Instance)
	if err == nil && c.Site.Private {
		err = fmt.Errorf("%s: %w", s.Instance, ErrPrivate)
	}
	return &reading{Source: s, Client: c, Visit: v, done: map[int64]bool{}, sought: map[int64]bool{}}, err
}

// offered looks at a thread whose post view is at hand, and asks for its
// comments if they may have changed.
func (v *reading) offered(ctx context.Context, record jsontext.Value, seen time.Time, from fetch.Validators) {
	w, err := parse(record)
	if err == nil && w.Post == nil {
		err = errors.New("post: missing")
	}
	if err != nil {
		v.Fail(fmt.Errorf("read post view: %w", err))
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
		v.Fail(err)
	case held.Failed && !v.last:
		v.later = append(v.later, offer{record, seen, from})
		delete(v.done, w.Post.ID)
	case !now.same(held) || !held.settled():
		page, err := v.below(ctx, record, seen)
		v.thread(page, now.after(page.Coverage, held), err)
	}
}

// thread hands on what was read of a thread. One whose reading was broken off is
// asked for again in the next run.
func (v *reading) thread(page discussion.Page, m mark, err error) {
	page.Cursor = discussion.Cursor{Stream: page.Name}
	if err == nil {
		page.Cursor.Position = m.text()
	} else {
		page.Cursor.Position = broken.text()
		err = fmt.Errorf("%s: %w", page.Name, err)
	}
	v.Hand(page, err)
}
