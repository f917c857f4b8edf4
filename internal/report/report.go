// Package report writes the answer: report.md, charts/*.svg and the evidence
// for every number in report.evidence.json, from the
// analysts' views of the DuckDB file and the provenance tables beside them
// (pages, quarantine, exclusions, permissions, runs, study). It reads nothing
// else, above all not the schema identity.
//
// A report is a table of sections in a fixed order, one file each; a section
// asks its own questions in SQL and writes Markdown. The same database and the
// same options give the same bytes. Every share carries its count, its unit and
// a 95% interval, and what is not known is said. Words of other people pass
// through package markdown, everything else is written here.
package report

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/fedipulse/fedipulse/internal/report/chart"
	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

// Querier answers SQL over the DuckDB file, by one connection: a report makes
// temporary tables.
type Querier interface {
	Query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Options is what the study file says about its report.
type Options struct {
	Title     string
	Question  string
	Since     time.Time // start of the window, inclusive; zero: open
	Until     time.Time // end of the window, exclusive; zero: open
	Events    []Event
	Languages []string          // base languages that count; none: all that a model can score
	Quotes    string            // none, unattributed or attributed; "" is none
	MinCell   int               // smallest number of authors that a cell may stand for; 0 means 5, 1 shows all
	Version   string            // of fedipulse
	Model     string            // model version in use; the report says where posts were scored by another one
	Taggers   map[string]string // what decides on themes and targets now; the report says where others did
	Themes    map[string]Theme  // the codebook, by the themes' names
	Targets   map[string]Theme  // those whom posts may be about, by name
	// Vader is another model, which the report holds its own against: it returns
	// negative, neutral or positive for an English text. None: nothing is held against it.
	Vader func(text string) string
	HTML  bool // write report.html as well
	PNG   bool // write each chart as PNG as well
	// Compare asks for a comparison of two populations; see CheckCompare. Where it names
	// an earlier database, Attach makes that known to the Querier under a name.
	Compare string
	Attach  func(ctx context.Context, path, name string) error
	// Sections are the names of those to write, in the report's own order; none: all.
	// See SectionNames.
	Sections []string
	AsOf     time.Time // day of the report; zero: no day is printed
}

// Event is a day that the timeline marks.
type Event struct {
	Date  time.Time // only its UTC day counts
	Label string
}

// Theme is what the codebook says about a theme or a target.
type Theme struct{ Title, Definition string }

// Summary says what Write wrote.
type Summary struct {
	Path     string   // of report.md
	Evidence string   // path of report.evidence.json
	HTML     string   // path of report.html; "" where it is not asked for
	Charts   []string // paths of the charts
	// Changed says whether a file is not what it was before.
	Changed bool
	// Posts, authors and threads that count; shares are of Posts.
	Posts, Authors, Threads       int64
	Negative, Neutral, Positive   int64
	RepliesHeld, RepliesClaimed   int64
	Quarantined, LeftOutOnPurpose int64
}

// section is one heading of the report.
type section struct {
	title string
	write func(context.Context, *draft) error
}

// sections is the report's table of contents.
var sections = []section{
	{"Findings", findings},
	{"What this does not show", caveats},
	{"At a glance", glance},
	{"Timeline", timeline},
	{"Tone", tone},
	{"Side by side", sides},
	{comparisonTitle, compared},
	{"Themes", themes},
	{"Tone by theme", themeTone},
	{"Themes together", together},
	{"Words behind the themes", words},
	{"Whom posts are about", targets},
	{"Conversation", conversation},
	{"Checked by hand", checked},
	{"Robustness", robustness},
	{"Quotes", quotes},
	{"Thread coverage", coverage},
	{"From collected to counted", exclusions},
	{"Method", method},
	{"Limits", limits},
	{"Ethics and privacy", privacy},
	{"Data and reproduction", reproduction},
}

// name is that of a section on the command line.
func (s section) name() string { return strings.ReplaceAll(strings.ToLower(s.title), " ", "-") }

// SectionNames are the names of the sections that a report can have, in its order.
func SectionNames() []string {
	var names []string
	for _, s := range sections {
		names = append(names, s.name())
	}
	return names
}

// comparisonTitle is the section that is there only where it is asked for.
const comparisonTitle = "Comparison"

// Write makes the report in dir, which it creates where it is missing. It
// replaces files that it wrote itself, each in one step and only where they
// change, and refuses to touch others; nothing is written outside dir. An empty database gives a report that
// says so.
func Write(ctx context.Context, q Querier, dir string, o Options) (Summary, error) {
	d, err := compose(ctx, q, o)
	if err == nil {
		err = d.save(dir)
	}
	if err != nil {
		return Summary{}, fmt.Errorf("write report: %w", err)
	}
	return d.summary, nil
}

// compose makes the report and all that stands beside it.
func compose(ctx context.Context, q Querier, o Options) (*draft, error) {
	for _, name := range o.Sections {
		if !slices.Contains(SectionNames(), name) {
			return nil, fmt.Errorf("there is no section %q", name)
		}
	}
	d, err := newDraft(ctx, q, o)
	if err != nil {
		return nil, err
	}
	for _, s := range sections {
		if len(o.Sections) > 0 && !slices.Contains(o.Sections, s.name()) || s.title == comparisonTitle && o.Compare == "" {
			continue
		}
		d.section(s.title)
		if err := s.write(ctx, d); err != nil {
			return nil, fmt.Errorf("section %q: %w", s.title, err)
		}
	}
	text, figures := unmark(d.text.String())
	d.files[Name] = []byte(text)
	if o.HTML {
		if d.files[htmlName], err = d.page(); err != nil {
			return nil, err
		}
	}
	return d, d.prove(figures)
}

const untitled = "Untitled study"

// draft is a report in the making.
type draft struct {
	Options
	q       Querier
	text    strings.Builder   // with the origins of its figures in it
	files   map[string][]byte // what is written, by path
	facts   facts
	summary Summary

	statements []statement // that were asked so far
	tables     []table
	snapshot   string
	duckdb     string // its version
}

func newDraft(ctx context.Context, q Querier, o Options) (*draft, error) {
	if o.MinCell <= 0 {
		o.MinCell = 5
	}
	d := &draft{Options: o, q: q, files: map[string][]byte{}}
	if err := d.identify(ctx); err != nil {
		return nil, fmt.Errorf("identify data: %w", err)
	}
	if err := d.prepare(ctx); err != nil {
		return nil, fmt.Errorf("gather what counts: %w", err)
	}
	if err := d.gather(ctx); err != nil {
		return nil, err
	}
	d.line(mark)
	title := o.Title
	if title == "" {
		title = untitled
	}
	d.printf("# %s\n\n", markdown.Inline(title))
	if o.Question != "" {
		d.printf("**Question.** %s\n\n", markdown.Inline(o.Question))
	}
	d.para("%s", d.imprint())
	d.para("**Cite as.** %s: fedipulse report, snapshot %s%s.", markdown.Inline(title), code(d.snapshot), d.seenUntil())
	return d, nil
}

func (d *draft) seenUntil() string {
	if d.facts.lastSeen == "" {
		return ""
	}
	return ", data as seen until " + d.facts.lastSeen
}

// imprint is the line that a citation needs.
func (d *draft) imprint() string {
	parts := []string{}
	if !d.AsOf.IsZero() {
		parts = append(parts, "Report of "+day(d.AsOf)+".")
	}
	if d.facts.lastSeen != "" {
		parts = append(parts, "Data as seen until "+d.facts.lastSeen+".")
	}
	parts = append(parts, "Window: "+d.window()+".")
	made := "Made with fedipulse"
	if d.Version != "" {
		made += " " + name(d.Version)
	}
	if models := d.facts.models; len(models) == 1 {
		made += ", model " + name(models[0])
	} else if len(models) > 1 {
		made += ", " + fmt.Sprint(len(models)) + " models (see Method)"
	}
	return strings.Join(append(parts, made+".", "Snapshot "+code(d.snapshot)+"."), " ")
}

func (d *draft) section(title string) { d.printf("## %s\n\n", title) }

// keep stores a chart and shows it, with what it says for readers who do not
// see it, in Markdown.
func (d *draft) keep(name, alt string, c *chart.Chart) (err error) {
	path := "charts/" + name
	if d.files[path+".svg"], err = c.SVG(); err != nil {
		return err
	}
	if d.PNG {
		if d.files[path+".png"], err = c.PNG(); err != nil {
			return err
		}
	}
	d.printf("![%s](%s.svg)\n\n", alt, path)
	return nil
}

// heading makes a chart's heading; its words are cleaned, since SVG is not
// Markdown.
func heading(title, subtitle, alt string) chart.Heading {
	return chart.Heading{Title: markdown.Clean(title), Subtitle: markdown.Clean(bare(subtitle)), Alt: markdown.Clean(bare(alt))}
}
