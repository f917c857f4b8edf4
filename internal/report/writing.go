package report

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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

// collect runs a query and scans each of its rows. Query and answer are noted as
// evidence.
func collect[T any](ctx context.Context, d *draft, scan func(*row, *T) error, query string, args ...any) (all []T, err error) {
	rows, err := d.q.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("query: %w", err)
	}
	defer func() {
		if closing := rows.Close(); err == nil {
			err = closing
		}
	}()
	r := &row{Rows: rows, statement: len(d.statements), sum: sha256.New()}
	for ; rows.Next(); r.number++ {
		var t T
		if err := scan(r, &t); err != nil {
			return nil, fmt.Errorf("read row: %w", err)
		}
		all = append(all, t)
	}
	d.statements = append(d.statements, statement{strings.TrimSpace(query), args, r.number, hex.EncodeToString(r.sum.Sum(nil))})
	return all, rows.Err()
}

// one runs a query that has exactly one row.
func one(ctx context.Context, d *draft, query string, targets ...any) error {
	rows, err := collect(ctx, d, func(r *row, _ *struct{}) error { return r.Scan(targets...) }, query)
	if err == nil && len(rows) != 1 {
		err = fmt.Errorf("query: %d rows, want 1", len(rows))
	}
	return err
}

// strs runs a query with one column of text.
func strs(ctx context.Context, d *draft, query string) ([]string, error) {
	return collect(ctx, d, func(r *row, s *string) error { return r.Scan(s) }, query)
}

// number writes 12345 as 12,345.
func number(a num) string { return figure(a.from.statistic, digits(a.n), a.from.cells) }

// count writes "no posts", "1 post", "2 posts".
func count(a num, singular, plural string) string {
	switch a.n {
	case 0:
		return figure(a.from.statistic, "no", a.from.cells) + " " + plural
	case 1:
		return number(a) + " " + singular
	}
	return number(a) + " " + plural
}

// sentence starts s with a capital.
func sentence(s string) string {
	at := 0
	if strings.HasPrefix(s, string(figureOpens)) {
		at = strings.IndexRune(s, figureReads) + 1
	}
	if at == len(s) {
		return s
	}
	return s[:at] + strings.ToUpper(s[at:at+1]) + s[at+1:]
}

// verb agrees with a number.
func verb(a num, singular, plural string) string {
	if a.n == 1 {
		return singular
	}
	return plural
}

func posts(a num) string { return count(a, "post", "posts") }

// asked reports whether the study lets words of people be shown: quotes, and the
// titles of threads.
func (d *draft) asked() bool { return d.Quotes == "unattributed" || d.Quotes == "attributed" }

// part is a share of posts, and where its numbers are from.
type part struct {
	statistics.Proportion
	k, n   num
	groups []cell // that its design effect follows from
}

// of is the share of k in n, taken as independent of each other.
func of(k, n num) part { return part{statistics.Proportion{K: k.n, N: n.n}, k, n, nil} }

func percentage(share float64) string { return fmt.Sprintf("%.1f%%", 100*share) }

// percent writes a share with one decimal.
func percent(p part) string {
	return figure(isShare, percentage(p.Share()), p.k.from.cells, p.n.from.cells)
}

// ratio writes k of n as a share: for what is counted in full rather than sampled.
func ratio(k, n num) string {
	if n.n == 0 {
		return "–"
	}
	return percent(of(k, n))
}

// bounds writes the interval of a share: "12.1–15.0%".
func bounds(p part) string {
	i := p.Wilson()
	return figure(isInterval, fmt.Sprintf("%.1f–%.1f%%", 100*i.Low, 100*i.High), p.k.from.cells, p.n.from.cells, p.groups)
}

// share writes a proportion as findings need it: share, counts and interval.
func share(p part) string {
	return fmt.Sprintf("%s (%s of %s; 95%% interval %s)", percent(p), number(p.k), posts(p.n), bounds(p))
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
