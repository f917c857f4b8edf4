package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/fedipulse/fedipulse/internal/fetch"
	"github.com/fedipulse/fedipulse/internal/store"
	"github.com/fedipulse/fedipulse/internal/study"
)

// The exit status of every command.
const (
	exitDone    = 0   // done
	exitFailed  = 1   // failed
	exitUsage   = 2   // the command line or the study file is wrong
	exitPartly  = 3   // done, but something was quarantined, could not be read, or was not to be had
	exitLater   = 5   // nothing was to be had for now: every instance wants to be left alone for a while
	exitRefused = 6   // nothing was to be had: robots.txt, or the instance, does not allow it
	exitDamage  = 7   // the database is damaged, or a report does not follow from it
	exitLocked  = 11  // another process has the database open
	exitStopped = 130 // interrupted
)

// exitHelp is the table above for the help texts.
const exitHelp = `Exit status:
  0    done
  1    failed
  2    the command line or the study file is wrong
  3    partly done: something was quarantined, unreadable, or not to be had
  5    nothing was to be had for now: leave the instances alone; try later
  6    nothing was to be had: robots.txt or the instance does not allow it
  7    the database is damaged, or a report does not follow from it
  11   another process has the database open
  130  interrupted`

// usageError is a mistake on the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// Ends of a command that did its work but for some items, which have been named
// already. What comes after it in a run goes on.
var (
	errPartly  = unfinished("partly done")
	errLater   = unfinished("try later")
	errRefused = unfinished("refused")

	errUnproved = unfinished("report does not follow from the database")
)

type unfinished string

func (u unfinished) Error() string { return string(u) }

func status(ctx context.Context, err error) int {
	var usage usageError
	var deferred *fetch.Deferred
	var refused *fetch.Refused
	var wall *fetch.Wall
	switch {
	case err == nil:
		return exitDone
	case ctx.Err() != nil:
		return exitStopped
	case errors.Is(err, store.ErrLocked):
		return exitLocked
	case errors.Is(err, store.ErrDamaged), errors.Is(err, errUnproved):
		return exitDamage
	case errors.As(err, &usage), study.Invalid(err):
		return exitUsage
	case errors.Is(err, errPartly):
		return exitPartly
	case errors.Is(err, errLater):
		return exitLater
	case errors.Is(err, errRefused):
		return exitRefused
	case errors.As(err, &deferred):
		return exitLater
	case errors.As(err, &refused) && refused.Rule != "", errors.As(err, &wall):
		return exitRefused
	default:
		return exitFailed
	}
}

// messages returns what to print of an error, a line each.
func messages(err error) []string {
	if errors.Is(err, context.Canceled) {
		return []string{"interrupted: what was read is stored; run again to go on"}
	}
	var lines []string
	for line := range strings.Lines(err.Error()) {
		switch line = strings.TrimRight(line, "\n"); unfinished(line) {
		case "", errPartly, errLater, errRefused, errUnproved:
		default:
			lines = append(lines, line)
		}
	}
	return lines
}
