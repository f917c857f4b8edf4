// Package visit is one run of a source that asks an instance: it hands pages and
// errors on, counts failures, and knows when there is no sense in asking on.
package visit

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/fetch"
)

// Visit is a run in progress.
type Visit struct {
	Cursor func(stream string) (string, error)
	Over   bool // nothing more is to be asked
	Lost   int  // failures, and records that could not be read: what a later run should look at again

	yield    func(discussion.Page, error) bool
	failures int // in a row
}

// New starts a run that hands on to yield. Cursor says how far a stream was read
// before.
func New(cursor func(string) (string, error), yield func(discussion.Page, error) bool) *Visit {
	return &Visit{Cursor: cursor, yield: yield}
}

// most is how many failures in a row end a list: the rest is left for a later run.
const most = 5

// Hand hands a page on. One that comes with an error, because its reading was
// broken off, is no success.
func (v *Visit) Hand(page discussion.Page, err error) {
	v.Lost += len(page.Rejected)
	if len(page.Posts) > 0 || err == nil {
		v.Over = v.Over || !v.yield(page, nil)
	}
	switch {
	case err == nil:
		v.failures = 0
	case !v.Over:
		v.Fail(err)
	}
}

// Fail hands an error on, and ends the visit where the host cannot be asked any
// more or nobody listens.
func (v *Visit) Fail(err error) {
	var deferred *fetch.Deferred
	var wall *fetch.Wall
	v.failures++
	v.Lost++
	v.Over = !v.yield(discussion.Page{}, err) || errors.Is(err, context.Canceled) || errors.As(err, &deferred) || errors.As(err, &wall)
}

// Afresh forgets the failures so far: something else is asked for.
func (v *Visit) Afresh() { v.failures = 0 }

// Tired reports whether so many things in a row failed that the rest had better
// wait for a later run.
func (v *Visit) Tired() bool { return v.failures >= most }

// Again calls read for every thread that is held, until there is no sense in it.
func (v *Visit) Again(held iter.Seq2[discussion.Held, error], instance string, read func(discussion.Held)) {
	for h, err := range held {
		if err != nil {
			v.Fail(err)
			return
		}
		if read(h); v.Over {
			return
		}
		if v.Tired() {
			v.GiveUp("refresh of " + instance)
			return
		}
	}
}

// GiveUp says that a list is left.
func (v *Visit) GiveUp(list string) {
	v.Fail(fmt.Errorf("%s: %d failures in a row: the rest is left for a later run", list, v.failures))
}
