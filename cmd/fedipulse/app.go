package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/fedipulse/fedipulse/data"
	"github.com/fedipulse/fedipulse/internal/fetch"
	"github.com/fedipulse/fedipulse/internal/report"
	"github.com/fedipulse/fedipulse/internal/store"
	"github.com/fedipulse/fedipulse/internal/study"
)

// app is what every command shares: the streams and the common flags.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer

	studyPath, dbPath, outDir string
	format                    string   // of the report
	sections                  []string // of the report; none: all
	png                       bool     // charts as PNG too
	compare                   string   // two populations of the report
	quiet, verbose            bool
	logFormat                 string

	fake func(*fetch.Options) // for tests: clocks that take no time
}

// newRoot returns the command tree.
func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "fedipulse",
		Short: "Measure how the fediverse reacts to something, and how sure one can be",
		Long: `fedipulse takes Lemmy and Mastodon threads into a DuckDB file, tags every post
with tone and themes, and writes a Markdown report that can be cited.

Without a study file, "fedipulse run" runs the embedded sample study.

` + exitHelp,
		SuggestionsMinimumDistance: 2,
		SilenceUsage:               true,
		SilenceErrors:              true,
		Args:                       aCommand,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if a.logFormat != "text" && a.logFormat != "json" {
				return usagef("--log-format: %q is not one of text, json", a.logFormat)
			}
			return nil
		},
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usagef("%w\nsee %s --help", err, c.CommandPath())
	})
	f := root.PersistentFlags()
	f.BoolVarP(&a.quiet, "quiet", "q", false, "say nothing but errors and results")
	f.BoolVarP(&a.verbose, "verbose", "v", false, "log every request, without its query, to stderr")
	f.StringVar(&a.logFormat, "log-format", "text", "form of stderr: text or json")
	root.AddCommand(
		newRun(a), newIngest(a), newAnnotate(a), newReport(a), newVerify(a), newRefresh(a),
		newQuery(a), newExplain(a), newEval(a), newStatus(a), newExport(a),
		newThemes(a), newLabel(a), newReview(a), newInit(a), newDoctor(a), newVersion(a),
	)
	for _, c := range root.Commands() {
		if !c.HasSubCommands() {
			c.Args = asUsage(c.Args)
		}
		for _, c := range c.Commands() {
			c.Args = asUsage(c.Args)
		}
	}
	return root
}

// aCommand refuses what is no command, and names those that are like it.
func aCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := "see " + c.CommandPath() + " --help"
	if like := c.SuggestionsFor(args[0]); len(like) > 0 {
		hint = "did you mean " + strings.Join(like, " or ") + "?"
	}
	return usagef("unknown command %q\n%s", args[0], hint)
}

// asUsage makes a wrong number of arguments a usage error.
func asUsage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if err := check(c, args); err != nil {
			return usagef("%w\nsee %s --help", err, c.CommandPath())
		}
		return nil
	}
}

// The common flags, for the commands that they make sense for.
func (a *app) studyFlag(c *cobra.Command) {
	c.Flags().StringVar(&a.studyPath, "study", "", "study `FILE` (default ./study.toml, else the sample study)")
}

func (a *app) dbFlag(c *cobra.Command) {
	c.Flags().StringVar(&a.dbPath, "db", "fedipulse.duckdb", "database `FILE`")
}

func (a *app) outFlag(c *cobra.Command) {
	c.Flags().StringVar(&a.outDir, "out", "report", "folder `DIR` for report.md and charts/")
}

func (a *app) reportFlags(c *cobra.Command) {
	c.Flags().BoolVar(&a.png, "png", false, "write each chart as PNG too, for slides and print")
	c.Flags().StringVar(&a.compare, "compare", "", "compare two sides `A..B` (see report --help)")
	c.Flags().StringSliceVar(&a.sections, "sections", nil, "write these sections `A,B` only (report --help lists them)")
	c.Flags().StringVar(&a.format, "format", "md", "md, or html for report.html too")
	c.PreRunE = func(*cobra.Command, []string) error {
		if a.format != "md" && a.format != "html" {
			return usagef("--format: %q is not one of md, html", a.format)
		}
		if a.compare != "" {
			if err := report.CheckCompare(a.compare); err != nil {
				return usagef("--compare: %w", err)
			}
		}
		for _, name := range a.sections {
			if all := report.SectionNames(); !slices.Contains(all, name) {
				return usagef("--sections: %q is not one of %s", name, strings.Join(all, ", "))
			}
		}
		return nil
	}
}

// question is a study with the folder that its paths are relative to.
type question struct {
	*study.Study
	files  fs.FS
	sample bool
}

// load reads the study: the file named by --study, else ./study.toml, else the
// embedded sample.
func (a *app) load() (question, error) {
	name := a.studyPath
	if name == "" {
		if _, err := os.Stat("study.toml"); errors.Is(err, fs.ErrNotExist) {
			st, err := study.Load(data.Sample, "study.toml")
			return question{st, data.Sample, true}, err
		}
		name = "study.toml"
	}
	bytes, err := os.ReadFile(name)
	if err != nil {
		return question{}, usagef("read study: %w\nfedipulse init writes a study file to start from", err)
	}
	st, err := study.Parse(name, bytes)
	return question{st, disk(filepath.Dir(name)), false}, err
}

// disk is a folder whose files may also be named by absolute paths and by paths
// that lead out of it: the study file is the user's own.
type disk string

func (d disk) Open(name string) (fs.File, error) { return os.Open(d.path(name)) }

func (d disk) Stat(name string) (fs.FileInfo, error) { return os.Stat(d.path(name)) }

func (d disk) ReadDir(name string) ([]fs.DirEntry, error) { return os.ReadDir(d.path(name)) }

func (d disk) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(string(d), filepath.FromSlash(name))
}

// openStore opens the database for writing. The sample study must not be mixed
// into the database of another one.
func (a *app) openStore(ctx context.Context, q question) (*store.Store, error) {
	if err := os.MkdirAll(filepath.Dir(a.dbPath), 0o777); err != nil {
		return nil, err
	}
	s, err := store.Open(context.WithoutCancel(ctx), a.dbPath, store.Options{})
	if err != nil {
		return nil, err
	}
	if err := a.sameStudy(ctx, s, q); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// openReader opens the database for reading.
func (a *app) openReader(ctx context.Context, q question) (*store.Store, error) {
	s, err := store.Open(ctx, a.dbPath, store.Options{ReadOnly: true, Memory: "500MB"})
	if err != nil {
		return nil, err
	}
	if err := a.sameStudy(ctx, s, q); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// reading opens the database for reading, whatever study it is of, and does what is
// to be done.
func (a *app) reading(ctx context.Context, do func(*store.Store) error) error {
	s, err := store.Open(ctx, a.dbPath, store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

// writeTo lets write write to a file that its owner alone can read, or to stdout
// where path is empty.
func (a *app) writeTo(path string, write func(io.Writer) error) error {
	if path == "" {
		return write(a.stdout)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

func (a *app) sameStudy(ctx context.Context, s *store.Store, q question) error {
	if !q.sample {
		return nil
	}
	held, err := s.Study(context.WithoutCancel(ctx))
	if err != nil || held.Title == "" || held.Title == q.Title {
		return err
	}
	return usagef("%s belongs to the study %q, and there is no study.toml here\nname its study file with --study, or another database with --db", a.dbPath, held.Title)
}

// say reports on a stage: one line of text, or a JSON object.
func (a *app) say(stage, text string, attrs ...any) {
	switch {
	case a.quiet:
	case a.logFormat == "json":
		slog.New(a.handler(nil)).Info(text, append([]any{"stage", stage}, attrs...)...)
	default:
		fmt.Fprintf(a.stderr, "%s: %s\n", stage, text)
	}
}

// bar returns a function that shows progress, and one that clears it. Both do
// nothing unless stderr is a terminal.
func (a *app) bar(stage, unit string, total int) (show func(done int), end func()) {
	f, ok := a.stderr.(*os.File)
	if !ok || a.quiet || a.logFormat == "json" || !term.IsTerminal(int(f.Fd())) {
		return func(int) {}, func() {}
	}
	bar := progressbar.NewOptions(total,
		progressbar.OptionSetWriter(f), progressbar.OptionSetDescription(stage), progressbar.OptionSetItsString(unit),
		progressbar.OptionShowCount(), progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionShowIts(), progressbar.OptionClearOnFinish(),
		progressbar.OptionEnableColorCodes(os.Getenv("NO_COLOR") == ""))
	return func(done int) { _ = bar.Set(done) }, func() { _ = bar.Finish(); _ = bar.Clear() }
}

// plural counts things: 1 post, 2 posts.
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}
