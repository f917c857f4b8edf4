package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/ingest"
	"github.com/fedipulse/fedipulse/internal/store"
	"github.com/fedipulse/fedipulse/internal/study"
)

func newIngest(a *app) *cobra.Command {
	var dry bool
	c := &cobra.Command{
		Use:   "ingest",
		Short: "Take the posts of the study's sources into the database",
		Long: `Reads every [[source]] of the study and stores what is new, page by page. A page
is stored whole or not at all; a run that was cut off goes on where it ended.
Records that cannot be read are quarantined with their reason.

Of an instance only what the study names is asked, one request at a time, with
pauses, and nothing that its robots.txt forbids: see fedipulse review. Threads
that have not changed by the instance's own counts are not asked for again.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if dry {
				return a.planIngest()
			}
			return a.alone(c.Context(), a.ingest)
		},
	}
	a.studyFlag(c)
	a.dbFlag(c)
	c.Flags().BoolVar(&dry, "dry-run", false, "say what would be read and asked, and do nothing")
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
	return a.take(ctx, q, s, "ingest", ingest.Run)
}

// planIngest says what a study reads and asks.
func (a *app) planIngest() error {
	q, err := a.load()
	if err != nil {
		return err
	}
	for _, s := range q.Sources {
		line := s.Name + ": "
		if s.Kind == study.File {
			line += "read " + s.Path
		} else {
			line += "ask " + s.Instance + " for " + strings.Join(wishes(s), "; ")
		}
		if _, err := fmt.Fprintln(a.stdout, visible(line)); err != nil {
			return err
		}
	}
	return nil
}

func wishes(s study.Source) []string {
	var all []string
	for _, w := range []struct {
		what string
		list []string
	}{{"threads", s.Threads}, {"communities", s.Communities}, {"hashtags", s.Hashtags}, {"timelines", s.Timelines}, {"searches", s.Search}} {
		if len(w.list) > 0 {
			all = append(all, w.what+" "+strings.Join(w.list, ", "))
		}
	}
	if len(s.Accounts) > 0 { // whose they are is nobody else's business
		all = append(all, "the posts of "+plural(len(s.Accounts), "account"))
	}
	return all
}

// taking is ingest.Run or a relative of it.
type taking func(context.Context, ingest.Store, []ingest.Source, ingest.Options) (ingest.Summary, error)

// take runs a stage that brings posts in, and says what became of it.
func (a *app) take(ctx context.Context, q question, s *store.Store, command string, do taking) error {
	door, err := a.door(q)
	if err != nil {
		return err
	}
	if door != nil {
		defer door.Close()
	}
	token, err := tokens()
	if err != nil {
		return err
	}
	sources, err := ingest.Open(ingest.Place{Files: q.files, Door: door, Token: token}, q.Study)
	if err != nil {
		return usageError{err}
	}
	if err := record(ctx, q, s); err != nil {
		return err
	}
	began := time.Now()
	if err := s.Begin(context.WithoutCancel(ctx), command, version()); err != nil {
		return err
	}
	show, end := a.bar(command, "posts", -1)
	sum, problems := do(ctx, s, sources, ingest.Options{
		Consent:  ingest.Consent{Mode: q.Privacy.Consent},
		Progress: func(sum ingest.Summary) { show(sum.Posts) },
	})
	end()
	expired, err := a.expire(ctx, q, s)
	outcome := takenLine(sum, len(sources), expired, time.Since(began))
	err = errors.Join(err, s.End(context.WithoutCancel(ctx), outcome, sum.Pages > 0 || expired > 0))
	a.say(command, outcome, "sources", len(sources), "pages", sum.Pages, "posts", sum.Posts, "fresh", sum.Fresh, "changed", sum.Changed,
		"gone", sum.Gone, "excluded", sum.Excluded, "rejected", sum.Rejected, "failed", sum.Failed, "deferred", sum.Deferred, "refused", sum.Refused,
		"expired", expired)
	if err != nil || problems != nil && ctx.Err() != nil || errors.Is(problems, ingest.ErrStore) {
		return errors.Join(problems, err)
	}
	return errors.Join(problems, advice(sum), ending(sum))
}

// advice says what to do about what went wrong.
func advice(sum ingest.Summary) error {
	var hints []error
	if sum.Rejected > 0 {
		hints = append(hints, fmt.Errorf("%s could not be read; the reasons: fedipulse query \"from quarantine\"", plural(sum.Rejected, "record")))
	}
	if sum.Deferred > 0 {
		hints = append(hints, errors.New("run again later to go on where this run had to stop"))
	}
	if sum.Refused > 0 {
		hints = append(hints, errors.New("fedipulse review HOST shows what an instance allows, and how to note its administrators' consent"))
	}
	return errors.Join(hints...)
}

// ending is the error that gives a stage its exit status.
func ending(sum ingest.Summary) error {
	nothing := sum.Sources == 0 && sum.Pages == 0
	switch {
	case sum.Failed == 0 && sum.Rejected == 0:
		return nil
	case nothing && sum.Deferred == sum.Failed:
		return errLater
	case nothing && sum.Refused == sum.Failed:
		return errRefused
	}
	return errPartly
}

func takenLine(sum ingest.Summary, sources, expired int, took time.Duration) string {
	line := fmt.Sprintf("%s: nothing new", plural(sources, "source"))
	if sum.Posts > 0 || sum.Rejected > 0 {
		line = fmt.Sprintf("%s: %s read, %d new, %d changed, %d left out, %d quarantined, %s",
			plural(sources, "source"), plural(sum.Posts, "post"), sum.Fresh, sum.Changed, sum.Excluded, sum.Rejected, took.Round(10*time.Millisecond))
	}
	if sum.Gone > 0 {
		line += fmt.Sprintf("; the words and scores of %s withdrawn since were dropped", plural(sum.Gone, "post"))
	}
	if sum.Failed > 0 {
		line += fmt.Sprintf("; %s", plural(sum.Failed, "failure"))
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
