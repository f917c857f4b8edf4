package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/ingest"
	"github.com/fedipulse/fedipulse/internal/store"
)

func newRefresh(a *app) *cobra.Command {
	var age time.Duration
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
			return a.alone(c.Context(), func(ctx context.Context, q question, s *store.Store) error {
				before := time.Now().Add(-age)
				return a.take(ctx, q, s, "refresh", func(ctx context.Context, s ingest.Store, sources []ingest.Source, o ingest.Options) (ingest.Summary, error) {
					return ingest.Refresh(ctx, s, sources, before, o)
				})
			})
		},
	}
	a.studyFlag(c)
	a.dbFlag(c)
	c.Flags().DurationVar(&age, "age", 24*time.Hour, "leave out threads that were seen within this `TIME`")
	return c
}
