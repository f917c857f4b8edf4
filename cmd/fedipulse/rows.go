package main

import (
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

// rowWriter writes the rows of an answer in one form.
type rowWriter func(io.Writer, *sql.Rows) error

var writers = map[string]rowWriter{"table": writeTable, "csv": writeCSV, "json": writeJSON, "md": writeMarkdown}

// each calls do with the values of every row; header is called first.
func each(rows *sql.Rows, header func([]string) error, do func([]any) error) error {
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	if err := header(columns); err != nil {
		return err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := do(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// cellWidth is how many characters of a value a table shows.
const cellWidth = 60

func writeTable(w io.Writer, rows *sql.Rows) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	n := 0
	line := func(cells []string) error {
		_, err := fmt.Fprintln(t, strings.Join(cells, "\t"))
		return err
	}
	err := each(rows, line, func(values []any) error {
		n++
		cells := make([]string, len(values))
		for i, v := range values {
			cells[i] = visible(text(v))
			if r := []rune(cells[i]); len(r) > cellWidth {
				cells[i] = string(r[:cellWidth-1]) + "…"
			}
		}
		return line(cells)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(t, "(%s)\n", plural(n, "row"))
	return t.Flush()
}

func writeCSV(w io.Writer, rows *sql.Rows) error {
	c := csv.NewWriter(w)
	err := each(rows, c.Write, func(values []any) error {
		cells := make([]string, len(values))
		for i, v := range values {
			cells[i] = text(v)
			// A spreadsheet would run such a cell as a formula.
			if s, ok := v.(string); ok && s != "" && strings.ContainsRune("=+-@\t\r＝＋－＠", []rune(s)[0]) {
				cells[i] = "'" + s
			}
		}
		return c.Write(cells)
	})
	c.Flush()
	if err == nil {
		err = c.Error()
	}
	return err
}

func writeJSON(w io.Writer, rows *sql.Rows) error {
	var names []string
	first := true
	err := each(rows, func(columns []string) error { names = columns; return nil }, func(values []any) error {
		object := make([]string, len(values))
		for i, v := range values {
			name, err := json.Marshal(names[i])
			if err != nil {
				return err
			}
			value, err := json.Marshal(plainValue(v))
			if err != nil {
				return fmt.Errorf("column %s: %w", names[i], err)
			}
			object[i] = string(name) + ": " + string(value)
		}
		start := ",\n "
		if first {
			start, first = "[\n ", false
		}
		_, err := fmt.Fprint(w, start+"{"+strings.Join(object, ", ")+"}")
		return err
	})
	if err != nil {
		return err
	}
	if first {
		_, err = fmt.Fprintln(w, "[]")
		return err
	}
	_, err = fmt.Fprintln(w, "\n]")
	return err
}

func writeMarkdown(w io.Writer, rows *sql.Rows) error {
	line := func(cells []string) error {
		_, err := fmt.Fprintln(w, "| "+strings.Join(cells, " | ")+" |")
		return err
	}
	return each(rows, func(columns []string) error {
		names, rule := make([]string, len(columns)), make([]string, len(columns))
		for i, c := range columns {
			names[i], rule[i] = markdown.Inline(c), "---"
		}
		if err := line(names); err != nil {
			return err
		}
		return line(rule)
	}, func(values []any) error {
		cells := make([]string, len(values))
		for i, v := range values {
			cells[i] = markdown.Inline(text(v))
		}
		return line(cells)
	})
}

// text is a value as a person reads it; NULL is empty.
func text(v any) string {
	switch v := plainValue(v).(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return fmt.Sprintf("%.6g", v)
	case []any, map[string]any:
		b, err := json.Marshal(v)
		if err != nil {
			return fmt.Sprint(v)
		}
		return string(b)
	default:
		return fmt.Sprint(v)
	}
}

// plainValue turns the driver's types into ones that JSON has.
func plainValue(v any) any {
	switch v := v.(type) {
	case time.Time:
		if v.Equal(v.Truncate(24 * time.Hour)) {
			return v.UTC().Format(time.DateOnly)
		}
		return v.UTC().Format(time.RFC3339)
	case duckdb.UUID:
		return v.String()
	case []byte:
		if len(v) == 16 {
			u := duckdb.UUID(v)
			return u.String()
		}
		return fmt.Sprintf("%x", v)
	case float32:
		return plainValue(float64(v))
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Sprint(v)
		}
		return math.Round(v*1e6) / 1e6
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = plainValue(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = plainValue(v[k])
		}
		return out
	case duckdb.Decimal:
		return v.Float64()
	}
	return v
}
