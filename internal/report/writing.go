package report

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
	"github.com/fedipulse/fedipulse/internal/report/statistics"
)

func (d *draft) printf(format string, args ...any) { fmt.Fprintf(&d.text, format, args...) }

func (d *draft) line(s string) { d.text.WriteString(s + "\n") }

// para writes a paragraph.
func (d *draft) para(format string, args ...any) { d.printf(format+"\n\n", args...) }

// list writes a list of one-line items.
func (d *draft) list(items []string) {
	for _, item := range items {
		d.line("- " + item)
	}
	d.line("")
}

// table writes a table. A column whose heading starts with "#" holds numbers and
// is aligned to the right. Cells are Markdown already.
func (d *draft) table(columns []string, rows [][]string) {
	names, rules := make([]string, len(columns)), make([]string, len(columns))
	for i, column := range columns {
		name, number := strings.CutPrefix(column, "#")
		names[i], rules[i] = name, "---"
		if number {
			rules[i] = "---:"
		}
	}
	d.line("| " + strings.Join(names, " | ") + " |")
	d.line("|" + strings.Join(rules, "|") + "|")
	for _, row := range rows {
		d.line("| " + strings.Join(row, " | ") + " |")
	}
	d.line("")
}

// collect runs a query and scans each of its rows.
func collect[T any](ctx context.Context, q Querier, scan func(*sql.Rows, *T) error, query string, args ...any) (all []T, err error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	defer func() {
		if closing := rows.Close(); err == nil {
			err = closing
		}
	}()
	for rows.Next() {
		var t T
		if err := scan(rows, &t); err != nil {
			return nil, fmt.Errorf("read row: %w", err)
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

// one runs a query that has exactly one row.
func one(ctx context.Context, q Querier, query string, targets ...any) error {
	rows, err := collect(ctx, q, func(r *sql.Rows, _ *struct{}) error { return r.Scan(targets...) }, query)
	if err == nil && len(rows) != 1 {
		err = fmt.Errorf("query: %d rows, want 1", len(rows))
	}
	return err
}

// strs runs a query with one column of text.
func strs(ctx context.Context, q Querier, query string) ([]string, error) {
	return collect(ctx, q, func(r *sql.Rows, s *string) error { return r.Scan(s) }, query)
}

// number writes 12345 as 12,345.
func number(n int64) string {
	s := strconv.FormatInt(n, 10)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}

// count writes "no posts", "1 post", "2 posts".
func count(n int64, singular, plural string) string {
	switch n {
	case 0:
		return "no " + plural
	case 1:
		return "1 " + singular
	}
	return number(n) + " " + plural
}

// sentence starts s with a capital.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// verb agrees with a number.
func verb(n int64, singular, plural string) string {
	if n == 1 {
		return singular
	}
	return plural
}

func posts(n int64) string { return count(n, "post", "posts") }

// asked reports whether the study lets words of people be shown: quotes, and the
// titles of threads.
func (d *draft) asked() bool { return d.Quotes == "unattributed" || d.Quotes == "attributed" }

// percent writes a share with one decimal.
func percent(share float64) string { return fmt.Sprintf("%.1f%%", 100*share) }

// ratio writes a proportion as a share, without an interval: for what is counted
// in full rather than sampled.
func ratio(k, n int64) string {
	if n == 0 {
		return "–"
	}
	return percent(float64(k) / float64(n))
}

// bounds writes an interval of a share: "12.1–15.0%".
func bounds(i statistics.Interval) string {
	return fmt.Sprintf("%.1f–%.1f%%", 100*i.Low, 100*i.High)
}

// share writes a proportion as findings need it: share, counts and interval.
func share(p statistics.Proportion) string {
	return fmt.Sprintf("%s (%s of %s; 95%% interval %s)", percent(p.Share()), number(p.K), posts(p.N), bounds(p.Wilson()))
}

// points writes a difference of shares in percentage points.
func points(d float64) string {
	s := fmt.Sprintf("%+.1f", 100*d)
	if s == "+0.0" || s == "-0.0" {
		return "0.0"
	}
	return strings.Replace(s, "-", "−", 1)
}

// day writes a UTC day.
func day(t time.Time) string { return t.UTC().Format("2006-01-02") }

// join writes "a", "a and b", "a, b and c".
func join(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}

// platformName writes a platform as its makers do.
func platformName(platform string) string {
	switch platform {
	case "lemmy":
		return "Lemmy"
	case "mastodon":
		return "Mastodon"
	case "other":
		return "other platforms"
	}
	return markdown.Inline(platform)
}

// themeName writes a theme as the codebook titles it; it is not escaped yet.
func (d *draft) themeName(theme string) string { return titled(d.Themes, theme) }

// titled writes an entry of a codebook by its title, or by its name where it has
// none.
func titled(book map[string]Theme, name string) string {
	if t := book[name]; t.Title != "" {
		return t.Title
	}
	return name
}

// name shows a version or a model in the type of code. Names of this program's
// own making have nothing to escape; others are escaped as foreign text.
func name(s string) string {
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == ' ' || r == '.' || r == '-' || r == '_' || r == '+') {
			return markdown.Inline(s)
		}
	}
	return "`" + s + "`"
}
