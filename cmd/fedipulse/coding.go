package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/store"
)

func newLabelCode(a *app) *cobra.Command {
	var coder string
	c := &cobra.Command{
		Use:   "code --coder NAME",
		Short: "Label the sample, post by post",
		Long: `Shows the posts of the sample that the coder has not labelled, one after
another, and keeps each label at once. On a terminal one key is enough; else
each line of standard input is one.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.labelling(c.Context(), func(s *store.Store) error { return a.code(c.Context(), s, coder) })
		},
	}
	a.studyFlag(c)
	a.dbFlag(c)
	coderFlag(c, &coder)
	return c
}

// keys are what a coder presses.
var keys = map[rune]discussion.Label{'n': discussion.Negative, 'e': discussion.Neutral, 'p': discussion.Positive, 'u': store.Unclear}

const keyHelp = "[n]egative  n[e]utral  [p]ositive  [u]nclear  [b]ack  [q]uit"

// code shows one post after another and keeps what the coder says of it.
func (a *app) code(ctx context.Context, s *store.Store, coder string) error {
	tasks, err := a.tasks(ctx, s, coder)
	if err != nil {
		return err
	}
	key := a.keyReader()
	at := slices.IndexFunc(tasks, func(t store.Task) bool { return t.Sentiment == "" })
	if at < 0 {
		fmt.Fprintf(a.stdout, "all %d posts are labelled\n", len(tasks))
		return nil
	}
	for at < len(tasks) {
		t := &tasks[at]
		a.showTask(*t, at+1, len(tasks))
		k, err := key()
		if errors.Is(err, io.EOF) || k == 'q' || k == 3 { // 3 is Ctrl-C where keys are read one by one
			break
		}
		if err != nil {
			return err
		}
		label, ok := keys[k]
		switch {
		case ok:
			fmt.Fprintln(a.stdout, label)
			if err := s.Label(ctx, coder, map[string]discussion.Label{t.Post: label}); err != nil {
				return err
			}
			t.Sentiment = label
			for at++; at < len(tasks) && tasks[at].Sentiment != ""; at++ {
			}
		case k == 'b' && at > 0:
			at--
			if err := s.Label(ctx, coder, map[string]discussion.Label{tasks[at].Post: ""}); err != nil {
				return err
			}
			tasks[at].Sentiment = ""
			fmt.Fprintln(a.stdout, "back: its label is taken back")
		default:
			fmt.Fprintln(a.stdout, "one of "+keyHelp)
		}
	}
	done := 0
	for _, t := range tasks {
		if t.Sentiment != "" {
			done++
		}
	}
	fmt.Fprintf(a.stdout, "%d of %d posts labelled\n", done, len(tasks))
	return nil
}

// aboveShown is how much of the post above is shown, in characters.
const aboveShown = 200

func (a *app) showTask(t store.Task, place, of int) {
	when := "day not known"
	if !t.Created.IsZero() {
		when = t.Created.UTC().Format("2006-01-02")
	}
	fmt.Fprintf(a.stdout, "\n%d of %d, %s, %s, %s\n", place, of, t.Platform, t.Language, when)
	if t.Above != "" {
		above := []rune(visible(t.Above))
		if len(above) > aboveShown {
			above = append(above[:aboveShown-1], '…')
		}
		fmt.Fprintf(a.stdout, "  answers: %s\n", string(above))
	}
	fmt.Fprintf(a.stdout, "\n%s\n\n%s ", lines(t.Text), keyHelp)
}

// keyReader returns a function that reads a key: at once from a terminal, else the
// first letter of a line.
func (a *app) keyReader() func() (rune, error) {
	if f, ok := a.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return func() (rune, error) {
			old, err := term.MakeRaw(int(f.Fd()))
			if err != nil {
				return 0, err
			}
			var b [8]byte
			n, err := f.Read(b[:])
			if err := errors.Join(err, term.Restore(int(f.Fd()), old)); err != nil {
				return 0, err
			}
			k, _ := utf8.DecodeRune(b[:n])
			return k, nil
		}
	}
	in := bufio.NewReader(a.stdin)
	return func() (rune, error) {
		line, err := in.ReadString('\n')
		if line = strings.TrimSpace(line); line != "" {
			k, _ := utf8.DecodeRuneInString(line)
			return k, nil
		}
		return 0, err
	}
}
