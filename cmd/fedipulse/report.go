package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/accuracy"
	"github.com/fedipulse/fedipulse/internal/report"
	"github.com/fedipulse/fedipulse/internal/store"
)

func newReport(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "report",
		Short: "Write report.md, its charts and its evidence from the database",
		Long: `Writes report.md, charts/*.svg and report.evidence.json into the folder --out.
The evidence holds the SQL behind every number of the report; see verify. With
--format html there is report.html as well: the same in one file, charts and
all, for a browser, a mail or a printer. The same database and study give the
same bytes. Files that fedipulse did not write are not touched.

--compare A..B adds a section that sets two sides side by side. A side is a
period (2025, 2025-03, 2025-03-06, 2025-03-06/2025-03-19), one of platform=,
instance=, community= and language= with a value, or nothing for all posts; A
may also be an earlier database of the study (old.duckdb..), and the change
since then is split into posts that are gone, edited, read otherwise, and new.

--sections writes some sections only:
` + listed(report.SectionNames(), 80) + `

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			q, err := a.load()
			if err != nil {
				return err
			}
			s, err := a.openReader(c.Context(), q)
			if err != nil {
				return err
			}
			return errors.Join(a.report(c.Context(), q, s), s.Close())
		},
	}
	a.studyFlag(c)
	a.dbFlag(c)
	a.outFlag(c)
	a.reportFlags(c)
	return c
}

// listed writes items with commas, in lines of at most so many characters.
func listed(items []string, width int) string {
	var b strings.Builder
	column := 0
	for i, item := range items {
		if i < len(items)-1 {
			item += ","
		}
		switch {
		case i == 0:
		case column+1+len(item) > width:
			b.WriteByte('\n')
			column = 0
		default:
			b.WriteByte(' ')
			column++
		}
		b.WriteString(item)
		column += len(item)
	}
	return b.String()
}

func (a *app) report(ctx context.Context, q question, s *store.Store) error {
	o, err := reportOptions(q)
	if err != nil {
		return err
	}
	o.Compare, o.Attach = a.compare, s.Attach
	o.HTML, o.PNG, o.Sections = a.format == "html", a.png, a.sections
	session, err := s.Session(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	sum, err := report.Write(ctx, session, a.outDir, o)
	if err := errors.Join(err, session.Close()); err != nil {
		return err
	}
	line := "unchanged"
	if sum.Changed {
		line = fmt.Sprintf("%s by %s in %s, %s, %s", plural(int(sum.Posts), "post"), plural(int(sum.Authors), "author"), plural(int(sum.Threads), "thread"),
			plural(len(sum.Charts), "chart"), time.Since(began).Round(10*time.Millisecond))
	}
	a.say("report", line, "posts", sum.Posts, "authors", sum.Authors, "threads", sum.Threads, "charts", len(sum.Charts), "changed", sum.Changed)
	for _, path := range append([]string{sum.Path, sum.HTML, sum.Evidence}, sum.Charts...) {
		if path != "" {
			fmt.Fprintln(a.stdout, path)
		}
	}
	return nil
}

// reportOptions is what a study says about its report.
func reportOptions(q question) (report.Options, error) {
	m, err := model(q)
	if err != nil {
		return report.Options{}, err
	}
	o := report.Options{
		Title: q.Title, Question: q.Question, Since: q.Since, Until: q.Until, Languages: q.Languages,
		Quotes: string(q.Privacy.Quotes), MinCell: q.Privacy.MinCell, Version: version(), Model: m.Version(), Taggers: m.Tags.Versions(),
		Themes: map[string]report.Theme{}, Targets: map[string]report.Theme{},
	}
	vader := accuracy.Vader(func(r accuracy.Row) string { return r.Text })
	o.Vader = func(text string) string { return string(vader(accuracy.Row{Text: text}).Sentiment.Label) }
	for _, e := range q.Events {
		o.Events = append(o.Events, report.Event{Date: e.Date, Label: e.Label})
	}
	for _, t := range m.Tags.Themes.Entries {
		o.Themes[t.Name] = report.Theme{Title: t.Title, Definition: t.Definition}
	}
	for _, t := range m.Tags.Targets.Entries {
		o.Targets[t.Name] = report.Theme{Title: t.Title, Definition: t.Definition}
	}
	return o, nil
}
