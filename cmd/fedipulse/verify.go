package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/report"
)

// differencesShown is how many differences verify lists.
const differencesShown = 40

func newVerify(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "verify [REPORT.MD]",
		Short: "Compute a report again and compare every number",
		Long: `Computes the report in the folder --out again, from the database and the study,
and compares it with what stands there: the text number by number, the charts,
and report.evidence.json, which says what data and which statements each number
came from. Nothing is written. What differs is listed with what it should be and
the SQL that says so, and the exit status is 7.

A report can be verified by whoever has the database and the study that it was
made from. Once words of posts have expired or somebody's posts were forgotten,
the database is another one, and the tables that changed are named.

` + exitHelp,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) (err error) {
			if len(args) == 1 {
				if filepath.Base(args[0]) != report.Name {
					return usagef("%s: reports are named %s; name that file", args[0], report.Name)
				}
				a.outDir = filepath.Dir(args[0])
			}
			q, err := a.load()
			if err != nil {
				return err
			}
			o, err := reportOptions(q)
			if err != nil {
				return err
			}
			s, err := a.openReader(c.Context(), q)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.Close()) }()
			o.Attach = s.Attach
			session, err := s.Session(c.Context())
			if err != nil {
				return err
			}
			began := time.Now()
			v, err := report.Verify(c.Context(), session, a.outDir, o)
			if err := errors.Join(err, session.Close()); err != nil {
				return err
			}
			a.say("verify", fmt.Sprintf("%s from %s, %s, %s", plural(v.Figures, "figure"), plural(v.Statements, "statement"),
				plural(len(v.Differences), "difference"), time.Since(began).Round(10*time.Millisecond)),
				"figures", v.Figures, "statements", v.Statements, "differences", len(v.Differences))
			if len(v.Differences) > 0 {
				a.printDifferences(v.Differences)
				return errUnproved
			}
			fmt.Fprintf(a.stdout, "%s follows from the database: snapshot %s\n", filepath.Join(a.outDir, report.Name), v.Snapshot)
			return nil
		},
	}
	a.studyFlag(c)
	a.dbFlag(c)
	a.outFlag(c)
	return c
}

// printDifferences lists differences. What stands in a report that somebody
// changed is foreign text, and long.
func (a *app) printDifferences(list []report.Difference) {
	for _, d := range list[:min(len(list), differencesShown)] {
		fmt.Fprintln(a.stdout, visible(d.Where))
		for _, line := range [][2]string{{"stands there", d.Printed}, {"should be", d.Computed}, {"from", d.From}} {
			if text := strings.Join(strings.Fields(line[1]), " "); text != "" {
				fmt.Fprintf(a.stdout, "  %-12s  %s\n", line[0], short(visible(text)))
			}
		}
	}
	if more := len(list) - differencesShown; more > 0 {
		fmt.Fprintf(a.stdout, "%s more\n", plural(more, "difference"))
	}
}
