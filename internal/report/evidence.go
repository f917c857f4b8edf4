package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// num is a count from the database that knows where it came from, so that what
// is printed of it can be traced. One that the study or this program gives, such
// as a limit, comes from nowhere.
type num struct {
	n    int64
	from source
}

// source says by which statistic a number follows from which cells.
type source struct {
	statistic string
	cells     []cell
}

// cell is a place in the answer to a statement; all three count from 0.
type cell struct{ statement, row, column int }

func (c cell) String() string { return fmt.Sprintf("%d:%d:%d", c.statement, c.row, c.column) }

// The statistics by which a printed number follows from cells.
const (
	isCell       = "cell" // the number that stands there
	isSum        = "sum"
	isDifference = "difference"
	isShare      = "share"               // of the first in the second
	isMean       = "mean per day"        // of a sum over days of the window
	isInterval   = "interval of a share" // Wilson's, with the design effect of sums over groups
	isShareDiff  = "difference of shares"
	isDiffBounds = "interval of a difference of shares" // Newcombe's
	isExpected   = "expected by chance"                 // of two themes in the same posts
	isRatio      = "ratio to what is expected by chance"
	isRead       = "number of rows that a model reads so" // of the statement of the cell
	isChance     = "share of random orders of days with so large a change"
	isWeighted   = "ratio of weighted sums" // over the strata of a sample
	isKappa      = "Cohen's kappa"
	isAlpha      = "Krippendorff's alpha"
	isCorrected  = "corrected share (PPI++)"

	isCorrectedInterval = "interval of a corrected share (PPI++)"

	isMeanShare = "mean of authors' own shares"

	isMeanInterval = "interval of a mean" // Student's

	isBootstrap = "cluster bootstrap" // percentiles of shares of groups drawn anew

	isEffective = "effective number" // of independent units
)

// given is a number that is not from the database.
func given(n int) num { return num{n: int64(n)} }

func (a num) plus(b num) num {
	switch {
	case len(b.from.cells) == 0:
		return num{a.n + b.n, a.from}
	case len(a.from.cells) == 0:
		return num{a.n + b.n, b.from}
	}
	return num{a.n + b.n, source{isSum, slices.Concat(a.from.cells, b.from.cells)}}
}

func (a num) minus(b num) num {
	if len(b.from.cells) == 0 {
		return num{a.n - b.n, a.from}
	}
	return num{a.n - b.n, source{isDifference, slices.Concat(a.from.cells, b.from.cells)}}
}

// A figure is printed between these, with its origin before it: "\x01statistic
// cells\x02text\x03". They are taken out before anything is written.
const (
	figureOpens = '\x01'
	figureReads = '\x02'
	figureEnds  = '\x03'
)

// figure returns a text that stands for a statistic over numbers.
func figure(statistic, text string, over ...[]cell) string {
	cells := slices.Concat(over...)
	if len(cells) == 0 {
		return text
	}
	var b strings.Builder
	b.WriteRune(figureOpens)
	b.WriteString(statistic)
	for _, c := range cells {
		b.WriteByte('|')
		b.WriteString(c.String())
	}
	b.WriteRune(figureReads)
	b.WriteString(text)
	b.WriteRune(figureEnds)
	return b.String()
}

// bare returns a text without the origins of its figures.
func bare(s string) string {
	text, _ := unmark(s)
	return text
}

// printed is a figure in a text: where it stands, and what it follows from.
type printed struct {
	Line      int      `json:"line"`   // from 1
	Column    int      `json:"column"` // from 1, in bytes
	Section   string   `json:"section"`
	Text      string   `json:"text"`
	Statistic string   `json:"statistic"`
	Cells     []string `json:"cells"` // statement:row:column, from 0
}

// unmark takes the origins out of a text and lists the figures in it.
func unmark(s string) (string, []printed) {
	var text strings.Builder
	var list []printed
	line, start, section := 1, 0, ""
	for rest := s; rest != ""; {
		at := strings.IndexAny(rest, "\n\x01")
		if at < 0 {
			text.WriteString(rest)
			break
		}
		text.WriteString(rest[:at])
		if rest[at] == '\n' {
			written := text.String()
			if title, ok := strings.CutPrefix(written[start:], "## "); ok {
				section = title
			}
			text.WriteByte('\n')
			line, start = line+1, text.Len()
			rest = rest[at+1:]
			continue
		}
		origin, after, _ := strings.Cut(rest[at+1:], string(figureReads))
		shown, after, _ := strings.Cut(after, string(figureEnds))
		parts := strings.Split(origin, "|")
		list = append(list, printed{line, text.Len() - start + 1, section, shown, parts[0], parts[1:]})
		text.WriteString(shown)
		rest = after
	}
	return text.String(), list
}

// statement is a question to the database, and a fingerprint of its answer.
type statement struct {
	SQL        string `json:"sql"`
	Parameters []any  `json:"parameters,omitempty"`
	Rows       int    `json:"rows"`
	SHA256     string `json:"sha256"` // of the answer, as this program reads it
}

// row is a row of an answer that is being read.
type row struct {
	*sql.Rows
	statement, number int
	sum               hash.Hash
}

// Scan is that of sql.Rows. It notes what it reads, and of a num where it is from.
func (r *row) Scan(targets ...any) error {
	plain := slices.Clone(targets)
	for i, t := range targets {
		if n, ok := t.(*num); ok {
			plain[i] = &n.n
		}
	}
	if err := r.Rows.Scan(plain...); err != nil {
		return err
	}
	for i, t := range targets {
		fmt.Fprintf(r.sum, "%v\x1f", reflect.ValueOf(plain[i]).Elem())
		if n, ok := t.(*num); ok {
			n.from = source{isCell, []cell{{r.statement, r.number, i}}}
		}
	}
	fmt.Fprint(r.sum, "\x1e")
	return nil
}

// table is a fingerprint of what the report stands on.
type table struct {
	Name string `json:"name"`
	SQL  string `json:"sql"` // of the rows
	Rows int64  `json:"rows"`
	Hash string `json:"hash"` // hex: DuckDB's hash of every row, summed; it may differ between versions of DuckDB
}

// evidence is how the numbers of a report came about.
type evidence struct {
	About      string            `json:"about"`
	Fedipulse  string            `json:"fedipulse"`
	DuckDB     string            `json:"duckdb"`
	Snapshot   string            `json:"snapshot"`
	Sections   []string          `json:"sections,omitempty"` // those that were asked for; none: all
	Compare    string            `json:"compare,omitempty"`  // what was compared, if anything
	Files      map[string]string `json:"files"`              // SHA-256 of the report and its charts
	Tables     []table           `json:"tables"`             // what the views of the statements stand on
	Statements []statement       `json:"statements"`
	Figures    []printed         `json:"figures"`
}

const aboutEvidence = evidenceMark + " A figure names the statistic and the cells (statement:row:column, all from 0) that it follows from; " +
	"\"fedipulse verify\" computes all of it again."

// evidenceMark tells this program's evidence from other files.
const evidenceMark = "How each number in report.md came about."

// tables are what the views of the analysts stand on. Words of posts are apart:
// a study can have them dropped after a time, and every number stays.
var tables = []struct{ name, rows string }{
	{"posts", "select * exclude (title, content, warning, expired) from posts"},
	{"words of posts", "select id, title, content, warning from posts"},
	{"annotations", "select * exclude (plain) from annotations"},
	{"words that were scored", "select post, plain from annotations"},
	{"theme_tags", "from theme_tags"},
	{"target_tags", "from target_tags"},
	{"taggers", "from taggers"},
	{"sightings", "from sightings"},
	{"coverage", "from coverage"},
	{"pages", "from pages"},
	{"quarantine", "from quarantine"},
	{"exclusions", "from exclusions"},
	{"permissions", "from permissions"},
	{"runs", "from runs"},
	{"study", "from study"},
	{"label_sample", "from label_sample"},
	{"labels", "from labels"},
}

// tablesSQL asks for the fingerprints of the tables.
func tablesSQL() string {
	var parts []string
	for i, t := range tables {
		parts = append(parts, fmt.Sprintf("select %d as n, '%s', count(*), coalesce(format('{:x}', sum(hash(t))), '0') from (%s) t", i, t.name, t.rows))
	}
	return strings.Join(parts, " union all ") + " order by n"
}

// snapshotSQL is a name for what counts. It leaves out pseudonyms, which differ
// between files that hold the same, and words, which may be dropped.
const snapshotSQL = `
select coalesce(format('{:016x}', (sum(fingerprint) % 18446744073709551616)::ubigint), '0')
from counted`

// identify fingerprints what the report stands on.
func (d *draft) identify(ctx context.Context) error {
	var err error
	d.tables, err = collect(ctx, d, func(r *row, t *table) error {
		var n int
		err := r.Scan(&n, &t.Name, &t.Rows, &t.Hash)
		t.SQL = tables[n].rows
		return err
	}, tablesSQL())
	if err != nil {
		return err
	}
	err = one(ctx, d, "select version()", &d.duckdb)
	d.statements = nil // those stand elsewhere in the evidence
	return err
}

// prove adds the evidence for the files of the report.
func (d *draft) prove(figures []printed) error {
	e := evidence{About: aboutEvidence, Fedipulse: d.Version, DuckDB: d.duckdb, Snapshot: d.snapshot, Sections: d.Sections, Compare: d.Compare, Files: map[string]string{}, Tables: d.tables, Statements: d.statements, Figures: figures}
	for name, content := range d.files {
		sum := sha256.Sum256(content)
		e.Files[name] = hex.EncodeToString(sum[:])
	}
	var text bytes.Buffer
	to := json.NewEncoder(&text)
	to.SetIndent("", " ")
	to.SetEscapeHTML(false) // SQL is to be read
	err := to.Encode(e)
	d.files[evidenceName] = text.Bytes()
	return err
}

// digits writes 12345 as 12,345.
func digits(n int64) string {
	s := strconv.FormatInt(n, 10)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}
