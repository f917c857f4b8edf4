// Package ingest is stage 1: it takes the pages of every source of a study,
// leaves out what must not be taken, and hands the rest to the store, page by
// page.
//
// Source is declared here because it is consumed here; the table of sources
// (sources.go) is the one place that knows them all.
package ingest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/fetch"
	"github.com/fedipulse/fedipulse/internal/ingest/lemmy"
	"github.com/fedipulse/fedipulse/internal/ingest/mastodon"
)

// Source is one [[source]] of a study.
type Source interface {
	// Name tells the source from the others of its study.
	Name() string
	// Pages yields what the source holds beyond the cursors of its streams. An
	// error is about a stream, named in it; the pages after it are of the next.
	Pages(ctx context.Context, cursor func(stream string) (string, error)) iter.Seq2[discussion.Page, error]
}

// Live is a source that asks an instance.
type Live interface {
	Source
	// Host is the instance. Sources of different hosts are read side by side.
	Host() string
	// Refresh asks again for threads that are held. Posts that the instance no
	// longer shows come as tombstones.
	Refresh(ctx context.Context, held iter.Seq2[discussion.Held, error]) iter.Seq2[discussion.Page, error]
}

// Store keeps pages and how far each source has come.
type Store interface {
	Cursor(ctx context.Context, source, stream string) (string, error)
	Save(ctx context.Context, page discussion.Page) (discussion.Saved, error)
	Held(ctx context.Context, instance string, before time.Time) iter.Seq2[discussion.Held, error]
	Settle(ctx context.Context) error
}

// Options say what to leave out, and whom to tell.
type Options struct {
	Consent  Consent
	Progress func(Summary) // called after every page; may be nil
}

// Summary counts what a run did.
type Summary struct {
	Sources  int // taken in without an error
	Pages    int
	Posts    int // read, whether stored or left out
	Fresh    int // not held before
	Changed  int // held before with other words
	Gone     int // held before, and withdrawn since: of Changed
	Excluded int // left out on principle
	Rejected int // quarantined
	Failed   int // streams that ended with an error
	Deferred int // of Failed: the host wants to be left alone for now
	Refused  int // of Failed: robots.txt, a bot wall or the instance's own settings say no
}

// Run takes in every source: files one after another, then instances side by
// side. Errors of streams are returned together after everything else has been
// taken in; an error of the store ends the run. When ctx is cancelled the page in
// hand is stored first.
func Run(ctx context.Context, store Store, sources []Source, o Options) (Summary, error) {
	r := run{store: store, options: o}
	return r.all(ctx, sources, func(ctx context.Context, s Source) iter.Seq2[discussion.Page, error] {
		return s.Pages(ctx, func(stream string) (string, error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			return r.store.Cursor(ctx, s.Name(), stream)
		})
	})
}

// Refresh asks the instances among sources again for what they have shown and
// was not seen there since before, so that edits and deletions get here.
func Refresh(ctx context.Context, store Store, sources []Source, before time.Time, o Options) (Summary, error) {
	r := run{store: store, options: o}
	sources = slices.DeleteFunc(slices.Clone(sources), func(s Source) bool { _, live := s.(Live); return !live })
	asked := map[string]bool{} // two sources of one instance hold the same threads
	sources = slices.DeleteFunc(sources, func(s Source) bool {
		host := s.(Live).Host()
		defer func() { asked[host] = true }()
		return asked[host]
	})
	return r.all(ctx, sources, func(ctx context.Context, s Source) iter.Seq2[discussion.Page, error] {
		live := s.(Live)
		return live.Refresh(ctx, r.held(ctx, live.Host(), before))
	})
}

// run is what the goroutines of a run share.
type run struct {
	options Options

	mu       sync.Mutex // of the store, which has one writer, and of all below
	store    Store
	summary  Summary
	problems []error
	broken   error // of the store
}

type reading func(ctx context.Context, s Source) iter.Seq2[discussion.Page, error]

func (r *run) all(ctx context.Context, sources []Source, read reading) (Summary, error) {
	work, stop := context.WithCancel(ctx)
	defer stop()
	hosts := map[string][]Source{}
	for _, s := range sources {
		if live, ok := s.(Live); ok {
			hosts[live.Host()] = append(hosts[live.Host()], s)
		} else {
			r.take(work, stop, s, read)
		}
	}
	var wait sync.WaitGroup
	for _, all := range hosts {
		wait.Go(func() {
			for _, s := range all {
				r.take(work, stop, s, read)
			}
		})
	}
	wait.Wait()
	if r.broken == nil {
		r.broken = r.store.Settle(context.WithoutCancel(ctx))
	}
	if r.broken != nil {
		r.broken = storeError{r.broken}
	}
	return r.summary, errors.Join(append(r.problems, r.broken, ctx.Err())...)
}

// ErrStore marks an error of the store, which ends a run.
var ErrStore = errors.New("store")

type storeError struct{ error }

func (e storeError) Unwrap() error   { return e.error }
func (storeError) Is(err error) bool { return err == ErrStore }

// held is the store's list of threads, one at a time.
func (r *run) held(ctx context.Context, host string, before time.Time) iter.Seq2[discussion.Held, error] {
	return func(yield func(discussion.Held, error) bool) {
		next, stop := iter.Pull2(r.store.Held(ctx, host, before))
		defer stop()
		for {
			r.mu.Lock()
			h, err, ok := next()
			r.mu.Unlock()
			if !ok || !yield(h, err) {
				return
			}
		}
	}
}

// take reads one source. Once work is cancelled no more pages are stored but the
// one in hand.
func (r *run) take(work context.Context, stop context.CancelFunc, s Source, read reading) {
	failed := 0
	for page, err := range read(work, s) {
		if err != nil {
			if work.Err() != nil {
				return // the cancellation is reported once
			}
			failed++
			r.fail(fmt.Errorf("source %s: %w", s.Name(), err))
			continue
		}
		page.Source = s.Name()
		if err := r.keep(work, page); err != nil {
			stop()
			return
		}
		if work.Err() != nil {
			return // all settles what is there and reports the cancellation
		}
	}
	if failed == 0 && work.Err() == nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.summary.Sources++
	}
}

func (r *run) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.problems = append(r.problems, err)
	r.summary.Failed++
	var deferred *fetch.Deferred
	var refused *fetch.Refused
	var wall *fetch.Wall
	switch {
	case errors.As(err, &deferred):
		r.summary.Deferred++
	case errors.As(err, &refused) && refused.Rule != "", errors.As(err, &wall), errors.Is(err, lemmy.ErrPrivate), errors.Is(err, mastodon.ErrClosed):
		r.summary.Refused++
	}
}

func (r *run) keep(ctx context.Context, page discussion.Page) error {
	r.options.Consent.filter(&page)
	read := len(page.Posts)
	for _, n := range page.Excluded {
		read += n
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken != nil {
		return r.broken
	}
	saved, err := r.store.Save(context.WithoutCancel(ctx), page)
	if err != nil {
		r.broken = err
		return err
	}
	r.summary.Pages++
	r.summary.Posts += read
	r.summary.Fresh += saved.Fresh
	r.summary.Changed += saved.Changed
	r.summary.Gone += saved.Gone
	r.summary.Rejected += len(page.Rejected)
	r.summary.Excluded += read - len(page.Posts) + saved.Refused
	if r.options.Progress != nil {
		r.options.Progress(r.summary)
	}
	return nil
}
