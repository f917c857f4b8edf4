package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/fedipulse/fedipulse/internal/store"
	"github.com/fedipulse/fedipulse/internal/study"
)

// The exit status of every command.
const (
	exitDone    = 0   // done
	exitFailed  = 1   // failed
	exitUsage   = 2   // the command line or the study file is wrong
	exitPartly  = 3   // done, but something was quarantined or could not be read
	exitDamage  = 7   // the database is damaged
	exitLocked  = 11  // another process has the database open
	exitStopped = 130 // interrupted
)

// exitHelp is the table above for the help texts.
const exitHelp = `Exit status:
  0    done
  1    failed
  2    the command line or the study file is wrong
  3    partly done: something was quarantined or could not be read
  7    the database is damaged
  11   another process has the database open
  130  interrupted`

// usageError is a mistake on the command line.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// errPartly ends a command that did its work but for some items, which have
// been named already.
var errPartly = errors.New("partly done")

func status(ctx context.Context, err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case ctx.Err() != nil:
		return exitStopped
	case errors.Is(err, store.ErrLocked):
		return exitLocked
	case errors.Is(err, store.ErrDamaged):
		return exitDamage
	case errors.As(err, &usage), study.Invalid(err):
		return exitUsage
	case errors.Is(err, errPartly):
		return exitPartly
	default:
		return exitFailed
	}
}

// messages returns what to print of an error, a line each.
func messages(err error) []string {
	if errors.Is(err, context.Canceled) {
		return []string{"interrupted: what was read is stored; run again to go on"}
	}
	text := strings.TrimSpace(strings.TrimSuffix(err.Error(), errPartly.Error()))
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
