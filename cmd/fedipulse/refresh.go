package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/ingest"
	"github.com/fedipulse/fedipulse/internal/store"
	"github.com/fedipulse/fedipulse/internal/study"
)

func newRefresh(a *app) *cobra.Command {
	var age time.Duration
	var dry bool
	c := &cobra.Command{
		Use:   "refresh",
		Short: "Ask the study's instances again for what is held, so that edits and deletions get here",
		Long: `Asks every instance that the study names again for the threads that it has shown,
the longest unseen first. Edits replace what was held; what was deleted or removed,
or is no longer shown, loses its words and scores at once, and so does everything
by authors who have refused since. Nothing new is looked for.

Posts from files are asked for too where the study names their instance. Run it
before a report is published, then annotate and report again.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if age < 0 {
				return usagef("--age: %v is negative", age)
			}
			before := time.Now().Add(-age)
			if dry {
				return a.planRefresh(c.Context(), before)
			}
			return a.alone(c.Context(), func(ctx context.Context, q question, s *store.Store) error {
				if !q.live() {
					a.say("refresh", noInstance)
					return nil
				}
				return a.take(ctx, q, s, "refresh", func(ctx context.Context, s ingest.Store, sources []ingest.Source, o ingest.Options) (ingest.Summary, error) {
					return ingest.Refresh(ctx, s, sources, before, o)
				})
			})
		},
	}
	a.studyFlag(c)
	a.dbFlag(c)
	c.Flags().DurationVar(&age, "age", 24*time.Hour, "leave out threads that were seen within this `TIME`")
	c.Flags().BoolVar(&dry, "dry-run", false, "say how many threads would be asked for, and do nothing")
	return c
}

const noInstance = "no source of the study is an instance: there is nobody to ask"

// planRefresh says how many threads each instance would be asked for.
func (a *app) planRefresh(ctx context.Context, before time.Time) (err error) {
	q, err := a.load()
	if err != nil {
		return err
	}
	s, err := a.openReader(ctx, q)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	asked := map[string]bool{}
	for _, source := range q.Sources {
		if source.Kind == study.File || asked[source.Instance] {
			continue
		}
		asked[source.Instance] = true
		threads, posts := 0, 0
		for held, err := range s.Held(ctx, source.Instance, before) {
			if err != nil {
				return err
			}
			threads, posts = threads+1, posts+1+len(held.Posts)
		}
		if _, err := fmt.Fprintf(a.stdout, "%s: %s, %s\n", source.Instance, plural(threads, "thread"), plural(posts, "post")); err != nil {
			return err
		}
	}
	if len(asked) == 0 {
		a.say("refresh", noInstance)
	}
	return nil
}
