package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

func newRun(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "run",
		Short: "Ingest, annotate and report in one go",
		Long: `Runs the whole pipeline of a study: ingest, annotate, report. Only what is new
is done; the files of the report are named on stdout. Without a study file it
runs the embedded sample study, about invented people, offline.

` + exitHelp,
		Example: "  fedipulse run\n  fedipulse run --study linkedin.toml --db linkedin.duckdb --out linkedin",
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return a.run(c.Context()) },
	}
	a.studyFlag(c)
	a.dbFlag(c)
	a.outFlag(c)
	a.reportFlags(c)
	return c
}

func (a *app) run(ctx context.Context) error {
	q, err := a.load()
	if err != nil {
		return err
	}
	if q.sample {
		a.say("study", "no study.toml here: running the embedded sample study, about invented people")
	}
	s, err := a.openStore(ctx, q)
	if err != nil {
		return err
	}
	partly := a.ingest(ctx, q, s)
	var end unfinished
	if partly != nil && !errors.As(partly, &end) {
		return errors.Join(partly, s.Close())
	}
	err = a.annotate(ctx, q, s)
	if err == nil {
		err = a.report(ctx, q, s)
	}
	return errors.Join(err, s.Close(), partly)
}
