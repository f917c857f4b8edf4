package report

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
	"github.com/fedipulse/fedipulse/internal/report/statistics"
)

// population is one of two sets of posts that are compared.
type population struct {
	name  string // for the table
	view  string // reactions, of this database or of an earlier one
	tags  string // theme_reactions of the same
	where string // SQL
}

// earlier is the name that another database is attached by.
const earlier = "earlier"

// ErrCompare says that a comparison cannot be read.
var ErrCompare = errors.New("not a comparison")

// CheckCompare reports what is wrong with a comparison "A..B". Each side is a year, month or day, two days with a slash
// between them, one of platform=, instance=, community= and language= with a value,
// or, on the left, the path of an earlier database; an empty side is all posts.
func CheckCompare(s string) error {
	_, _, err := parseCompare(s)
	return err
}

func parseCompare(s string) (a, b population, err error) {
	left, right, ok := strings.Cut(s, "..")
	if !ok || left == "" && right == "" {
		return a, b, fmt.Errorf("%w: %q is not two sides with .. between them", ErrCompare, s)
	}
	if a, err = parseSide(left); err == nil {
		b, err = parseSide(right)
	}
	if err == nil && b.view != "reactions" {
		err = fmt.Errorf("%w: %q: the earlier database stands on the left", ErrCompare, s)
	}
	return a, b, err
}

// parseSide reads one side of a comparison.
func parseSide(s string) (population, error) {
	p := population{name: s, view: "reactions", tags: "theme_reactions", where: "true"}
	if s == "" {
		p.name = "all posts"
		return p, nil
	}
	if strings.HasSuffix(s, ".duckdb") {
		p.name, p.view, p.tags = filepath.Base(s), earlier+".reactions", earlier+".theme_reactions"
		return p, nil
	}
	if key, value, ok := strings.Cut(s, "="); ok && slices.ContainsFunc(kinds, func(k kind) bool { return k.column == key }) && value != "" {
		p.name = value
		if key == "platform" {
			p.name = platformName(value)
		}
		p.where = key + " = '" + strings.ReplaceAll(value, "'", "''") + "'"
		return p, nil
	}
	first, last, ok := strings.Cut(s, "/")
	if !ok {
		last = first
	}
	from, _, err := period(first)
	_, to, err2 := period(last)
	if err := errors.Join(err, err2); err != nil || !from.Before(to) {
		return p, fmt.Errorf("%w: %q is no period such as 2025-03 or 2025-03-06/2025-03-19, no platform=, instance=, community= or language= with a value, and no .duckdb file", ErrCompare, s)
	}
	p.name = day(from) + " to " + day(to.AddDate(0, 0, -1))
	p.where = fmt.Sprintf("not approximate and day >= date '%s' and day < date '%s'", day(from), day(to))
	return p, nil
}

// period returns the first day of a year, a month or a day, and the first after it.
func period(s string) (from, to time.Time, err error) {
	for _, form := range []struct {
		layout              string
		years, months, days int
	}{{"2006-01-02", 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if from, err = time.Parse(form.layout, s); err == nil {
			return from, from.AddDate(form.years, form.months, form.days), nil
		}
	}
	return from, to, err
}

// earlierDatabase returns the path of the database that a comparison names, or "".
func earlierDatabase(compare string) string {
	if left, _, _ := strings.Cut(compare, ".."); strings.HasSuffix(left, ".duckdb") {
		return left
	}
	return ""
}

const comparedSQL = `
select p, count(distinct author),
  count(*) filter (sentiment = 'negative'), count(*) filter (sentiment = 'neutral'), count(*) filter (sentiment = 'positive')
from (select 'A' as p, author, sentiment from %[1]s where %[2]s union all select 'B', author, sentiment from %[3]s where %[4]s)
group by p order by p`

const comparedThemesSQL = `
select theme, count(*) filter (p = 'A'), count(*) filter (p = 'B'), count(distinct author) filter (p = 'A'), count(distinct author) filter (p = 'B')
from (select 'A' as p, theme, author from %[1]s where %[2]s union all select 'B', theme, author from %[3]s where %[4]s)
where theme <> 'off_topic' group by theme order by count(*) desc, theme`

// comparedPostsSQL has the groups that posts, or what they speak of, fall into.
const comparedPostsSQL = `(
  select %s, hash(coalesce(author, post)) as of_author, hash(thread) as thread, hash(coalesce(author, post), thread) as of_both from %s where %s)`

// compared sets two populations side by side.
func compared(ctx context.Context, d *draft) error {
	a, b, err := parseCompare(d.Compare)
	if err != nil {
		return err
	}
	if path := earlierDatabase(d.Compare); path != "" {
		if d.Attach == nil {
			return fmt.Errorf("%s: cannot be attached", path)
		}
		if err := d.Attach(ctx, path, earlier); err != nil {
			return err
		}
	}
	sides, err := collect(ctx, d, scanPlatform, fmt.Sprintf(comparedSQL, a.view, a.where, b.view, b.where))
	if err != nil {
		return err
	}
	d.para("A: %s. B: %s.", markdown.Inline(a.name), markdown.Inline(b.name))
	if len(sides) < 2 || sides[0].authors.n < int64(d.MinCell) || sides[1].authors.n < int64(d.MinCell) {
		d.para("Not compared: one side has posts of fewer than %s.", count(given(max(1, d.MinCell)), "author", "authors"))
		return nil
	}
	for i, p := range []population{a, b} {
		name := [2]string{"A", "B"}[i]
		posts := fmt.Sprintf(comparedPostsSQL, "sentiment", p.view, p.where)
		if err := d.cluster(ctx, subpopulation{name, "''", "sentiment", posts}, false); err != nil {
			return err
		}
		if err := d.clusterThemes(ctx, name, fmt.Sprintf(comparedPostsSQL, "theme", p.tags, p.where), posts, false); err != nil {
			return err
		}
	}
	var rows [][]string
	for i, tone := range toneNames {
		x, y := d.toneShare("A", sides[0].tone, i), d.toneShare("B", sides[1].tone, i)
		rows = append(rows, append([]string{tone}, d.comparedCells(x, y)...))
	}
	d.table([]string{"Tone", "#A", "#95% interval", "#B", "#95% interval", "#B less A", "#95% interval"}, rows)
	d.para("A: %s by %s. B: %s by %s. Differences are in percentage points. The two sides are taken as independent of each other, although authors and threads may be on both.",
		posts(sides[0].tone.total()), count(sides[0].authors, "author", "authors"), posts(sides[1].tone.total()), count(sides[1].authors, "author", "authors"))
	if err := d.comparedThemes(ctx, a, b, sides); err != nil {
		return err
	}
	if a.view != b.view {
		return d.changes(ctx, sides, b.where)
	}
	return nil
}

// comparedCells are two shares and their difference.
func (d *draft) comparedCells(x, y part) []string {
	diff, i := statistics.Difference(y.Proportion, x.Proportion)
	cells := slices.Concat(y.k.from.cells, y.n.from.cells, x.k.from.cells, x.n.from.cells)
	all := slices.Concat(cells, y.groups, x.groups)
	return []string{percent(x), bounds(x), percent(y), bounds(y), figure(isShareDiff, points(diff), cells), figure(isDiffBounds, points(i.Low)+" to "+points(i.High), all)}
}

func (d *draft) comparedThemes(ctx context.Context, a, b population, sides []platform) error {
	type line struct {
		theme                    string
		a, b, authorsA, authorsB num
	}
	list, err := collect(ctx, d, func(r *row, x *line) error { return r.Scan(&x.theme, &x.a, &x.b, &x.authorsA, &x.authorsB) },
		fmt.Sprintf(comparedThemesSQL, a.tags, a.where, b.tags, b.where))
	if err != nil {
		return err
	}
	few := func(n, authors num) bool { return n.n > 0 && authors.n < int64(d.MinCell) }
	list = slices.DeleteFunc(list, func(x line) bool { return few(x.a, x.authorsA) || few(x.b, x.authorsB) })
	if len(list) == 0 {
		d.para("Themes are not compared: none is spoken of by enough authors on both sides.")
		return nil
	}
	var values []float64
	var shares [][2]part
	for _, x := range list {
		pair := [2]part{d.share("A", "theme "+x.theme, x.a, sides[0].tone.total()), d.share("B", "theme "+x.theme, x.b, sides[1].tone.total())}
		shares = append(shares, pair)
		values = append(values, statistics.Same(pair[0].Proportion, pair[1].Proportion))
	}
	adjusted := statistics.BenjaminiHochberg(values)
	var rows [][]string
	for i, x := range list {
		differs := "no"
		if adjusted[i] <= falseRate {
			differs = "**yes**"
		}
		rows = append(rows, append(append([]string{markdown.Inline(d.themeName(x.theme))}, d.comparedCells(shares[i][0], shares[i][1])...), differs))
	}
	d.table([]string{"Theme", "#A", "#95% interval", "#B", "#95% interval", "#B less A", "#95% interval", "Differs"}, rows)
	d.para("A theme is said to differ after allowing for the number of themes (Benjamini and Hochberg 1995, %s). Themes that fewer than %d authors speak of on a side are not shown.", percentage(falseRate), d.MinCell)
	return nil
}

// changesSQL sorts posts by what became of them since the earlier database.
const changesSQL = `
with was as (select r.post, r.sentiment, p.content_hash from earlier.reactions r join earlier.posts p on p.id = r.post),
is_now as (select r.post, r.sentiment, p.content_hash from (from reactions where %s) r join posts p on p.id = r.post)
select case when n.post is null then 1 when w.post is null then 4 when w.content_hash <> n.content_hash then 2 else 3 end as what,
  count(w.post), count(w.post) filter (w.sentiment = 'negative'), count(n.post), count(n.post) filter (n.sentiment = 'negative')
from was w full join is_now n on n.post = w.post group by what order by what`

// changes splits the change of the negative share since the earlier database into
// what caused it, one after another.
func (d *draft) changes(ctx context.Context, sides []platform, where string) error {
	type line struct {
		what                     int
		was, wasNegative, is, in num
	}
	list, err := collect(ctx, d, func(r *row, x *line) error { return r.Scan(&x.what, &x.was, &x.wasNegative, &x.is, &x.in) }, fmt.Sprintf(changesSQL, where))
	if err != nil {
		return err
	}
	both := int64(0)
	for _, x := range list {
		if x.what == 2 || x.what == 3 {
			both += x.is.n
		}
	}
	if both == 0 {
		d.para("The databases have no post in common, or their pseudonyms have different keys, so that what became of single posts is not known.")
		return nil
	}
	slices.SortFunc(list, func(x, y line) int { return cmp.Compare(x.what, y.what) })
	names := map[int]string{
		1: "No longer counts: deleted, removed, forgotten, refused, or outside the study now", 2: "Edited", 3: "Same words; read otherwise where model or codebook changed", 4: "New",
	}
	k, n := sides[0].tone[0], sides[0].tone.total()
	var rows [][]string
	for _, x := range list {
		k2, n2 := k.minus(x.wasNegative).plus(x.in), n.minus(x.was).plus(x.is)
		step := points(of(k2, n2).Share() - of(k, n).Share())
		affected := x.is
		if x.what == 1 {
			affected = x.was
		}
		rows = append(rows, []string{names[x.what], number(affected), figure(isShareDiff, step, k.from.cells, n.from.cells, k2.from.cells, n2.from.cells)})
		k, n = k2, n2
	}
	d.table([]string{"What became of posts", "#Posts", "#Change of the negative share"}, rows)
	d.para("The change in percentage points, taken in this order; the changes add up to the whole, but for rounding.")
	return nil
}
