package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/ingest"
	"github.com/fedipulse/fedipulse/internal/store"
)

func newIngest(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "ingest",
		Short: "Take the posts of the study's sources into the database",
		Long: `Reads every [[source]] of the study and stores what is new, page by page. A page
is stored whole or not at all; a run that was cut off goes on where it ended.
Records that cannot be read are quarantined with their reason.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.alone(c.Context(), a.ingest) },
	}
	a.studyFlag(c)
	a.dbFlag(c)
	return c
}

// stage is one step over an open database.
type stage func(context.Context, question, *store.Store) error

// alone runs one stage with a database of its own.
func (a *app) alone(ctx context.Context, do stage) error {
	q, err := a.load()
	if err != nil {
		return err
	}
	s, err := a.openStore(ctx, q)
	if err != nil {
		return err
	}
	return errors.Join(do(ctx, q, s), s.Close())
}

func (a *app) ingest(ctx context.Context, q question, s *store.Store) error {
	sources, err := ingest.Open(q.files, q.Study)
	if err != nil {
		return usageError{err}
	}
	if err := record(ctx, q, s); err != nil {
		return err
	}
	began := time.Now()
	if err := s.Begin(context.WithoutCancel(ctx), "ingest", version()); err != nil {
		return err
	}
	show, end := a.bar("ingest", "posts", -1)
	sum, problems := ingest.Run(ctx, s, sources, ingest.Options{
		Consent:  ingest.Consent{Mode: q.Privacy.Consent},
		Progress: func(sum ingest.Summary) { show(sum.Posts) },
	})
	end()
	expired, err := a.expire(ctx, q, s)
	outcome := ingestLine(sum, len(sources), expired, time.Since(began))
	err = errors.Join(err, s.End(context.WithoutCancel(ctx), outcome, sum.Pages > 0 || expired > 0))
	a.say("ingest", outcome, "sources", len(sources), "pages", sum.Pages, "posts", sum.Posts, "fresh", sum.Fresh, "changed", sum.Changed,
		"excluded", sum.Excluded, "rejected", sum.Rejected, "failed", sum.Failed, "expired", expired)
	if err != nil || problems != nil && ctx.Err() != nil {
		return errors.Join(problems, err)
	}
	if sum.Rejected > 0 {
		problems = errors.Join(problems, fmt.Errorf("%s could not be read; the reasons: fedipulse query \"from quarantine\"", plural(sum.Rejected, "record")))
	}
	if problems != nil && (sum.Failed > 0 || sum.Rejected > 0) {
		return errors.Join(problems, errPartly)
	}
	return problems
}

func ingestLine(sum ingest.Summary, sources, expired int, took time.Duration) string {
	line := fmt.Sprintf("%s: nothing new", plural(sources, "source"))
	if sum.Posts > 0 || sum.Rejected > 0 {
		line = fmt.Sprintf("%s: %s read, %d new, %d changed, %d left out, %d quarantined, %s",
			plural(sources, "source"), plural(sum.Posts, "post"), sum.Fresh, sum.Changed, sum.Excluded, sum.Rejected, took.Round(10*time.Millisecond))
	}
	if sum.Failed > 0 {
		line += fmt.Sprintf("; %s failed", plural(sum.Failed, "file"))
	}
	if expired > 0 {
		line += fmt.Sprintf("; the text of %s reached its keep_text_days and was dropped", plural(expired, "post"))
	}
	return line
}

// record notes the study in the database, for the views and for the report,
// unless it stands there as it is.
func record(ctx context.Context, q question, s *store.Store) error {
	if held, err := s.Study(context.WithoutCancel(ctx)); err != nil || held.SHA256 == q.SHA256 {
		return err
	}
	st := store.Study{Title: q.Title, Question: q.Question, Since: q.Since, Until: q.Until, Languages: q.Languages, SHA256: q.SHA256}
	for _, p := range q.Permissions {
		st.Permissions = append(st.Permissions, store.Permission{Host: p.Host, Basis: string(p.Basis), By: p.By, Date: p.Date, Note: p.Note})
	}
	return s.SetStudy(context.WithoutCancel(ctx), st)
}

// expire drops text that has been kept for as long as the study promises.
func (a *app) expire(ctx context.Context, q question, s *store.Store) (int, error) {
	if q.Privacy.KeepTextDays <= 0 {
		return 0, nil
	}
	return s.Expire(context.WithoutCancel(ctx), time.Now().AddDate(0, 0, -q.Privacy.KeepTextDays))
}
