package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/ingest"
	"github.com/fedipulse/fedipulse/internal/ingest/archive"
	"github.com/fedipulse/fedipulse/internal/store"
	"github.com/fedipulse/fedipulse/internal/study"
)

func defaultStudy() *study.Study {
	return &study.Study{Themes: study.DefaultCodebook, Targets: study.DefaultCodebook}
}

func newDoctor(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Check the study file, its sources, the model and the database",
		Long: `Checks everything that a run needs and says what is wrong. Of the database it
reads every value, so that damage is found which a query might not meet.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.doctor(c.Context()) },
	}
	a.studyFlag(c)
	a.dbFlag(c)
	return c
}

func (a *app) doctor(ctx context.Context) error {
	var problems []error
	tell := func(what, fine string, err error) {
		mark := "ok  "
		if err != nil {
			mark, fine = "FAIL", err.Error()
			problems = append(problems, err)
		}
		fmt.Fprintf(a.stdout, "%s  %s: %s\n", mark, what, visible(fine))
	}
	q, err := a.load()
	if err != nil {
		tell("study", "", err)
		return errors.New("one check failed")
	}
	tell("study", q.Title, nil)
	sources, err := ingest.Open(ingest.Place{Files: q.files}, q.Study)
	if err != nil {
		err = usageError{err}
	}
	fine := plural(len(sources), "source")
	if err == nil {
		var formats map[archive.Format]int
		formats, err = ingest.Formats(sources)
		for f := archive.Copied; f <= archive.Export; f++ {
			if formats[f] > 0 {
				fine += fmt.Sprintf(", %s of %s", plural(formats[f], "file"), f)
			}
		}
	}
	tell("sources", fine, err)
	m, err := model(q)
	if err == nil {
		tell("model", versions(m), nil)
	} else {
		tell("model", "", err)
	}
	fine, err = a.checkDatabase(ctx)
	tell("database", fine, err)
	if len(problems) == 0 {
		return nil
	}
	return wrapped{fmt.Sprintf("%s failed", plural(len(problems), "check")), errors.Join(problems...)}
}

// wrapped has a text of its own and the cause's exit status.
type wrapped struct {
	text  string
	cause error
}

func (w wrapped) Error() string { return w.text }
func (w wrapped) Unwrap() error { return w.cause }

func (a *app) checkDatabase(ctx context.Context) (fine string, err error) {
	s, err := store.Open(ctx, a.dbPath, store.Options{ReadOnly: true})
	if errors.Is(err, store.ErrMissing) || errors.Is(err, fs.ErrNotExist) {
		return a.dbPath + " is not there yet", nil
	}
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	broken, err := s.Check(ctx)
	if err != nil {
		return "", err
	}
	if len(broken) > 0 {
		return "", fmt.Errorf("%w: %v", store.ErrDamaged, broken)
	}
	v, err := s.Version(ctx)
	return fmt.Sprintf("%s is sound (DuckDB %s)", a.dbPath, v), err
}
