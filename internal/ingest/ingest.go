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

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Source is one [[source]] of a study: files now, instances later.
type Source interface {
	// Name tells the source from the others of its study.
	Name() string
	// Pages yields what the source holds beyond the cursors of its streams. An
	// error is about a stream, named in it; the pages after it are of the next.
	Pages(ctx context.Context, cursor func(stream string) (string, error)) iter.Seq2[discussion.Page, error]
}

// Store keeps pages and how far each source has come.
type Store interface {
	Cursor(ctx context.Context, source, stream string) (string, error)
	Save(ctx context.Context, page discussion.Page) (discussion.Saved, error)
	Settle(ctx context.Context) error
}

// Options say what to leave out, and whom to tell.
type Options struct {
	Consent  Consent
	Progress func(Summary) // called after every page; may be nil
}

// Summary counts what a run did.
type Summary struct {
	Pages    int
	Posts    int // read, whether stored or left out
	Fresh    int // not held before
	Changed  int // held before with other words
	Excluded int // left out on principle
	Rejected int // quarantined
	Failed   int // streams that ended with an error
}

// Run takes in every source, one after another. Errors of streams are returned
// together after everything else has been taken in; an error of the store ends
// the run. When ctx is cancelled the page in hand is stored first.
func Run(ctx context.Context, store Store, sources []Source, o Options) (Summary, error) {
	r := run{store: store, options: o}
	for _, s := range sources {
		if err := r.take(ctx, s); err != nil {
			return r.summary, errors.Join(append(r.problems, err)...)
		}
	}
	if err := store.Settle(context.WithoutCancel(ctx)); err != nil {
		return r.summary, err
	}
	return r.summary, errors.Join(append(r.problems, ctx.Err())...)
}

type run struct {
	store    Store
	options  Options
	summary  Summary
	problems []error
}

func (r *run) take(ctx context.Context, s Source) error {
	cursor := func(stream string) (string, error) { return r.store.Cursor(ctx, s.Name(), stream) }
	for page, err := range s.Pages(ctx, cursor) {
		if ctx.Err() != nil {
			return nil // Run settles what is there and reports the cancellation
		}
		if err != nil {
			r.summary.Failed++
			r.problems = append(r.problems, fmt.Errorf("source %s: %w", s.Name(), err))
			continue
		}
		page.Source = s.Name()
		if err := r.keep(ctx, page); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) keep(ctx context.Context, page discussion.Page) error {
	read := len(page.Posts)
	excluded := page.Excluded // by the source: threads that the study does not ask for
	page.Posts, page.Excluded = r.options.Consent.filter(page.Posts)
	for reason, n := range excluded {
		if page.Excluded == nil {
			page.Excluded = map[string]int{}
		}
		page.Excluded[reason] += n
		read += n
	}
	saved, err := r.store.Save(context.WithoutCancel(ctx), page)
	if err != nil {
		return err
	}
	r.summary.Pages++
	r.summary.Posts += read
	r.summary.Fresh += saved.Fresh
	r.summary.Changed += saved.Changed
	r.summary.Rejected += len(page.Rejected)
	r.summary.Excluded += read - len(page.Posts)
	if r.options.Progress != nil {
		r.options.Progress(r.summary)
	}
	return nil
}
