package report

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Difference is something in a report that does not follow from the database.
type Difference struct {
	Where    string // file and line, or table
	Printed  string // what stands there
	Computed string // what should
	From     string // the statistic and the statement that it follows from; "" where it is no number of the database
}

// Verified says what Verify looked at.
type Verified struct {
	Differences []Difference
	Figures     int // numbers of the report that follow from the database
	Statements  int
	Snapshot    string
}

// Verify makes the report again, from the same database and options, and compares
// every byte of its files in dir. A difference is told as the number that it is
// in. Files that are no part of a report are left alone. It returns an error
// where there is no report or it cannot be read.
func Verify(ctx context.Context, q Querier, dir string, o Options) (Verified, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return Verified{}, fmt.Errorf("verify report: %w", err)
	}
	v, err := verify(ctx, q, root, o)
	if err := errors.Join(err, root.Close()); err != nil {
		return Verified{}, fmt.Errorf("verify report: %w", err)
	}
	return v, nil
}

func verify(ctx context.Context, q Querier, root *os.Root, o Options) (Verified, error) {
	there := map[string][]byte{}
	for _, name := range slices.Concat(chartNames, []string{Name, evidenceName, htmlName}) {
		content, err := read(root, name)
		if err != nil {
			return Verified{}, fmt.Errorf("%s: %w", filepath.Join(root.Name(), filepath.FromSlash(name)), err)
		}
		if content != nil {
			there[name] = content
		}
	}
	if there[Name] == nil {
		return Verified{}, fmt.Errorf("%s: no such report; fedipulse report writes one", filepath.Join(root.Name(), Name))
	}
	o.HTML = there[htmlName] != nil
	for _, name := range chartNames {
		o.PNG = o.PNG || there[name] != nil && strings.HasSuffix(name, ".png")
	}
	o.Sections, o.Compare = requested(there[evidenceName])
	d, err := compose(ctx, q, o)
	if err != nil {
		return Verified{}, err
	}
	return d.compare(there), nil
}

// requested returns the sections and the comparison that a report was asked for, as its
// evidence says.
func requested(there []byte) (names []string, compare string) {
	var e evidence
	if json.Unmarshal(there, &e) != nil || slices.ContainsFunc(e.Sections, func(name string) bool { return !slices.Contains(SectionNames(), name) }) {
		return nil, ""
	}
	if CheckCompare(e.Compare) != nil {
		return e.Sections, ""
	}
	return e.Sections, e.Compare
}

// compare holds files against what they should be.
func (d *draft) compare(there map[string][]byte) Verified {
	_, figures := unmark(d.text.String())
	v := Verified{Figures: len(figures), Statements: len(d.statements), Snapshot: d.snapshot}
	v.Differences = d.evidenceDifferences(there[evidenceName])
	for _, name := range slices.Sorted(maps.Keys(d.files)) {
		switch {
		case there[name] == nil:
			v.Differences = append(v.Differences, Difference{Where: name, Printed: "missing", Computed: "a file"})
		case name != evidenceName:
			v.Differences = append(v.Differences, d.lineDifferences(name, there[name], figures)...)
		}
	}
	for _, name := range chartNames {
		if there[name] != nil && d.files[name] == nil {
			v.Differences = append(v.Differences, Difference{Where: name, Printed: "a file", Computed: "none"})
		}
	}
	return v
}

// maxFile is more than any file of a report has, in bytes.
const maxFile = 64 << 20

// read returns the content of a file, or nil where there is none.
func read(root *os.Root, name string) (content []byte, err error) {
	f, err := root.Open(filepath.FromSlash(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	content, err = io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(content) > maxFile {
		err = errors.New("too large for a file of a report")
	}
	return append([]byte{}, content...), err
}

// evidenceDifferences compares the evidence that stands beside a report with what
// it should be: what the numbers stand on, then the statements, then the rest.
func (d *draft) evidenceDifferences(there []byte) (list []Difference) {
	if there == nil || bytes.Equal(there, d.files[evidenceName]) {
		return nil
	}
	var old evidence
	if err := json.Unmarshal(there, &old); err != nil {
		return []Difference{{Where: evidenceName, Printed: "not JSON: " + err.Error(), Computed: "evidence"}}
	}
	if old.Fedipulse != d.Version {
		list = append(list, Difference{Where: "fedipulse", Printed: old.Fedipulse, Computed: d.Version, From: "another version may count or write otherwise"})
	}
	if old.DuckDB != d.duckdb {
		list = append(list, Difference{Where: "DuckDB", Printed: old.DuckDB, Computed: d.duckdb, From: "another version may fingerprint tables otherwise"})
	}
	tables := map[string]table{}
	for _, t := range old.Tables {
		tables[t.Name] = t
	}
	for _, t := range d.tables {
		if o := tables[t.Name]; o != t {
			list = append(list, Difference{Where: "table " + t.Name, Printed: o.String(), Computed: t.String(), From: t.SQL})
		}
	}
	for i, s := range d.statements {
		var o statement
		if i < len(old.Statements) {
			o = old.Statements[i]
		}
		if o.SHA256 != s.SHA256 || o.SQL != s.SQL {
			list = append(list, Difference{Where: fmt.Sprintf("statement %d", i), Printed: o.String(), Computed: s.String(), From: s.SQL})
		}
	}
	if len(list) == 0 {
		list = lineByLine(evidenceName, there, d.files[evidenceName], func(int, int, int) string { return "" })
	}
	return list
}

func (t table) String() string { return fmt.Sprintf("%d rows, %s", t.Rows, t.Hash) }

func (s statement) String() string {
	return fmt.Sprintf("%d rows, %.12s", s.Rows, s.SHA256)
}

// lineDifferences compares a file with what it should be, and names the figures
// that differ.
func (d *draft) lineDifferences(name string, there []byte, figures []printed) []Difference {
	return lineByLine(name, there, d.files[name], func(line, from, to int) string {
		for _, f := range figures {
			if name == Name && f.Line == line && f.Column-1 <= to && from <= f.Column-1+len(f.Text) {
				return d.follows(f)
			}
		}
		return ""
	})
}

// follows says from what a figure follows.
func (d *draft) follows(f printed) string {
	var at int
	if len(f.Cells) == 0 {
		return f.Statistic
	}
	if _, err := fmt.Sscanf(f.Cells[0], "%d:", &at); err != nil || at >= len(d.statements) {
		return f.Statistic
	}
	return f.Statistic + " of " + strings.Join(f.Cells, ", ") + ": " + d.statements[at].SQL
}

// lineByLine compares two texts. Lines that both begin and end with are passed
// over; of the others each is held against the one in its place. from says what
// the bytes of a line of the second text follow from.
func lineByLine(name string, there, want []byte, from func(line, start, end int) string) (list []Difference) {
	a, b := bytes.Split(there, []byte("\n")), bytes.Split(want, []byte("\n"))
	if len(a) != len(b) {
		list = append(list, Difference{Where: name, Printed: fmt.Sprintf("%d lines", len(a)), Computed: fmt.Sprintf("%d lines", len(b))})
	}
	start, cut := 0, 0
	for start < min(len(a), len(b)) && bytes.Equal(a[start], b[start]) {
		start++
	}
	for cut < min(len(a), len(b))-start && bytes.Equal(a[len(a)-1-cut], b[len(b)-1-cut]) {
		cut++
	}
	for i := start; i < max(len(a), len(b))-cut; i++ {
		var x, y []byte
		if i < len(a)-cut {
			x = a[i]
		}
		if i < len(b)-cut {
			y = b[i]
		}
		if bytes.Equal(x, y) {
			continue
		}
		at, xEnd, yEnd := differ(x, y)
		list = append(list, Difference{
			Where: fmt.Sprintf("%s, line %d", name, i+1), Printed: string(x[at:xEnd]), Computed: string(y[at:yEnd]), From: from(i+1, at, yEnd),
		})
	}
	return list
}

// differ returns the words in which two lines differ: where they begin in both,
// and where they end in each.
func differ(x, y []byte) (start, xEnd, yEnd int) {
	for start < min(len(x), len(y)) && x[start] == y[start] {
		start++
	}
	for start > 0 && x[start-1] != ' ' {
		start--
	}
	same := 0
	for same < min(len(x), len(y))-start && x[len(x)-1-same] == y[len(y)-1-same] {
		same++
	}
	for same > 0 && x[len(x)-same] != ' ' {
		same--
	}
	return start, len(x) - same, len(y) - same
}
