package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/store"
)

func newLabel(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "label",
		Short: "Let people label a sample by hand, to correct the report's shares",
		Long: `How often the model is wrong on these very posts only people can say. Draw a
sample, label it, best by two people who do not see each other's labels, and the
next report says how far they agree, how often the model is right, and corrects
its shares, with intervals:

  fedipulse label draw --posts 200
  fedipulse label code --coder ada
  fedipulse label code --coder bo
  fedipulse report

A post is negative, neutral or positive in its author's own tone towards
whatever it is about, taken over the whole post; sarcasm counts for what it
means. What the model says is not shown. Names of coders stay in the database.`,
		SuggestionsMinimumDistance: 2,
		Args:                       aCommand,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newLabelDraw(a), newLabelCode(a), newLabelStatus(a), newLabelExport(a), newLabelImport(a))
	return c
}

// labelling opens the database for labels and does what is to be done.
func (a *app) labelling(ctx context.Context, do func(*store.Store) error) error {
	q, err := a.load()
	if err != nil {
		return err
	}
	if _, err := os.Stat(a.dbPath); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("open %s: %w: run fedipulse run or fedipulse ingest first", a.dbPath, store.ErrMissing)
	}
	s, err := a.openStore(ctx, q)
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

func newLabelDraw(a *app) *cobra.Command {
	var n int
	var seed int64
	var again bool
	c := &cobra.Command{
		Use:   "draw",
		Short: "Draw the sample",
		Long: `Draws posts that count in the report, half of them in proportion to the tones
that the model found and half in equal parts, so that rare tones are not left
out. Each tone gives ten, if it has them. The same seed draws the same posts; a larger
number draws more beside them.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if n < 1 {
				return usagef("--posts: %d is less than 1", n)
			}
			return a.labelling(c.Context(), func(s *store.Store) error {
				sample, err := s.DrawSample(c.Context(), n, seed, again)
				if errors.Is(err, store.ErrLabelled) {
					return usagef("%w\n--again draws another sample and drops those labels; with the old --seed the sample grows", err)
				}
				if err != nil {
					return err
				}
				if sample.Posts == 0 {
					return errors.New("draw sample: no post counts yet\nfedipulse run takes posts in and scores them")
				}
				fmt.Fprintf(a.stdout, "%s of %d that count, seed %d\n", plural(sample.Posts, "post"), sample.Counting, sample.Seed)
				return nil
			})
		},
	}
	a.studyFlag(c)
	a.dbFlag(c)
	c.Flags().IntVar(&n, "posts", 200, "how many posts")
	c.Flags().Int64Var(&seed, "seed", 1, "`NUMBER` that the draw follows from")
	c.Flags().BoolVar(&again, "again", false, "draw another sample; labels are dropped")
	return c
}

// coderFlag names who labels.
func coderFlag(c *cobra.Command, coder *string) {
	c.Flags().StringVar(coder, "coder", "", "`NAME` of who labels")
	c.PreRunE = func(*cobra.Command, []string) error {
		if *coder = strings.TrimSpace(*coder); *coder == "" {
			return usagef("--coder: say who labels")
		}
		return nil
	}
}

// tasks returns the sample; there must be one.
func (a *app) tasks(ctx context.Context, s *store.Store, coder string) ([]store.Task, error) {
	tasks, err := s.Tasks(ctx, coder)
	if err == nil && len(tasks) == 0 {
		err = errors.New("no sample to label\nfedipulse label draw draws one")
	}
	return tasks, err
}

func newLabelStatus(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "status",
		Short: "Say how far each coder is",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.reading(c.Context(), func(s *store.Store) error {
				sample, coders, err := s.Coders(c.Context())
				if err != nil {
					return err
				}
				fmt.Fprintf(a.stdout, "sample: %s\n", plural(sample, "post"))
				for _, x := range coders {
					fmt.Fprintf(a.stdout, "%s: %s, %d of them unclear\n", visible(x.Name), plural(x.Labels, "label"), x.Unclear)
				}
				return nil
			})
		},
	}
	a.dbFlag(c)
	return c
}
