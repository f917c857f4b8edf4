package report

import (
	"context"
	"fmt"
	"time"

	"github.com/fedipulse/fedipulse/internal/report/statistics"
)

// shareOf names a share: posts with a label out of those of a population.
type shareOf struct{ of, label string }

// subpopulation is a way to divide posts into populations whose shares of tones have
// intervals.
type subpopulation struct {
	prefix string // of the populations' names
	name   string // SQL: what follows it
	tone   string // column
	from   string // SQL: a table with the columns of groupings, and what may be asked of it
}

// largest is a condition for the largest groups of posts in a column.
func largest(column string) string {
	return fmt.Sprintf("counted where %[1]s in (select %[1]s from counted where %[1]s is not null group by %[1]s order by count(*) desc, %[1]s limit %[2]d)", column, sideBySide)
}

// subpopulations are all posts, those that are negative or positive, the posts of each
// platform and of the largest instances, communities and languages, of each depth of
// threads, the replies to posts of each tone, those of each theme and target, and those
// of the weeks around events.
func (d *draft) subpopulations() []subpopulation {
	list := []subpopulation{
		{"all", "''", "sentiment", "counted"},
		{"sides", "''", "sentiment", "counted where sentiment <> 'neutral'"},
		{"platform ", "platform", "sentiment", "counted"},
		{"instance ", "instance", "sentiment", largest("instance")},
		{"community ", "community", "sentiment", largest("community")},
		{"language ", "language", "sentiment", largest("language")},
		{"depth ", "depth", "sentiment", "counted where depth is not null"},
		{"answer to ", "answered", "sentiment", "counted where answered is not null"},
		{"theme ", "theme", "theme_sentiment", "themed where theme_sentiment is not null"},
		{"target ", "target", "target_sentiment", "aimed where target_sentiment is not null"},
	}
	seen := map[time.Time]bool{}
	for _, e := range d.sortedEvents() {
		for _, w := range weeks(e) {
			if !seen[w] {
				seen[w] = true
				list = append(list, subpopulation{"week " + day(w), "''", "sentiment",
					fmt.Sprintf("counted where not approximate and day >= date '%s' and day < date '%s'", day(w), day(w.AddDate(0, 0, weekDays)))})
			}
		}
	}
	return list
}

// groupings are the ways in which posts are alike: they share an author, a
// thread, or both.
var groupings = [3]string{"of_author", "thread", "of_both"}

// togetherSQL sums up one way of grouping a subpopulation: see statistics.Clusters.
const togetherSQL = `
select name, count(*), sum(n * n)::double, sum(a * n)::double, sum(b * n)::double, sum(c * n)::double, sum(a * a)::double, sum(b * b)::double, sum(c * c)::double
from (
  select %[1]s as name, %[2]s, count(*) as n, count(*) filter (%[3]s = 'negative') as a, count(*) filter (%[3]s = 'neutral') as b, count(*) filter (%[3]s = 'positive') as c
  from %[4]s group by all)
group by name order by name`

// pairsOfSQL does the same of authors in threads. Most have one post there: those are
// counted without being grouped.
const pairsOfSQL = `
with posts as (select %[1]s as name, of_both, %[3]s as tone, of_both in (select of_both from repeated) as again from %[4]s)
select name, sum(n)::bigint, sum(nn)::double, sum(an)::double, sum(bn)::double, sum(cn)::double, sum(aa)::double, sum(bb)::double, sum(cc)::double
from (
  select name, count(*) as n, sum(n * n) as nn, sum(a * n) as an, sum(b * n) as bn, sum(c * n) as cn, sum(a * a) as aa, sum(b * b) as bb, sum(c * c) as cc
  from (
    select name, of_both, count(*) as n, count(*) filter (tone = 'negative') as a, count(*) filter (tone = 'neutral') as b, count(*) filter (tone = 'positive') as c
    from posts where again group by all)
  group by name
  union all
  select name, n, n, a, b, c, a, b, c
  from (
    select name, count(*) as n, count(*) filter (tone = 'negative') as a, count(*) filter (tone = 'neutral') as b, count(*) filter (tone = 'positive') as c
    from posts where not again group by name))
group by name order by name`

// spokenSQL sums up one way of grouping for the share of posts that speak of a theme.
const spokenSQL = `
select theme, sum(k * n)::double, sum(k * k)::double
from (select theme, %[1]s, count(*) as k from %[2]s group by all) t join (select %[1]s, count(*) as n from %[3]s group by all) g using (%[1]s)
group by theme order by theme`

// spokenPairsSQL does the same of authors in threads.
const spokenPairsSQL = `
select theme, sum(kn)::double, sum(kk)::double
from (
  select theme, sum(k * n) as kn, sum(k * k) as kk
  from (select theme, of_both, count(*) as k from themed where of_both in (from repeated) group by all) t
  join (select of_both, count(*) as n from counted where of_both in (from repeated) group by all) g using (of_both)
  group by theme
  union all
  select theme, count(*), count(*) from themed where of_both not in (from repeated) group by theme)
group by theme order by theme`

// group asks how posts fall into authors and threads, for every share.
func (d *draft) group(ctx context.Context) error {
	d.facts.groups = map[shareOf]grouped{}
	for _, c := range d.subpopulations() {
		if err := d.cluster(ctx, c, true); err != nil {
			return err
		}
	}
	return d.clusterThemes(ctx, "all", "themed", "counted", true)
}

// cluster asks it of a subpopulation, of this database's tables or of others.
func (d *draft) cluster(ctx context.Context, c subpopulation, ours bool) error {
	type line struct {
		name   string
		groups int64
		nn     float64
		kn, kk [3]float64
	}
	for way, by := range groupings {
		query := togetherSQL
		if ours && by == "of_both" {
			query = pairsOfSQL
		}
		lines, err := collect(ctx, d, func(r *row, x *line) error {
			return r.Scan(&x.name, &x.groups, &x.nn, &x.kn[0], &x.kn[1], &x.kn[2], &x.kk[0], &x.kk[1], &x.kk[2])
		}, fmt.Sprintf(query, c.name, by, c.tone, c.from))
		if err != nil {
			return err
		}
		for at, x := range lines {
			for tone, label := range toneNames {
				d.note(shareOf{c.prefix + x.name, label}, way, statistics.Clusters{Groups: x.groups, NN: x.nn, KN: x.kn[tone], KK: x.kk[tone]}, at, 1, 2, 3+tone, 6+tone)
			}
		}
	}
	return nil
}

// clusterThemes asks it of the shares of a population that speak of each theme.
func (d *draft) clusterThemes(ctx context.Context, population, themed, counted string, ours bool) error {
	type line struct {
		theme  string
		kn, kk float64
	}
	for way, by := range groupings {
		query := fmt.Sprintf(spokenSQL, by, themed, counted)
		if ours && by == "of_both" {
			query = spokenPairsSQL
		}
		lines, err := collect(ctx, d, func(r *row, x *line) error { return r.Scan(&x.theme, &x.kn, &x.kk) }, query)
		if err != nil {
			return err
		}
		whole := d.facts.groups[shareOf{population, toneNames[0]}].by[way]
		for at, x := range lines {
			d.note(shareOf{population, "theme " + x.theme}, way, statistics.Clusters{Groups: whole.Groups, NN: whole.NN, KN: x.kn, KK: x.kk}, at, 1, 2)
		}
	}
	return nil
}

// note keeps how a share falls into groups of a way, and the columns of the last
// statement's row that say so.
func (d *draft) note(s shareOf, way int, c statistics.Clusters, row int, columns ...int) {
	g := d.facts.groups[s]
	g.by[way] = c
	for _, column := range columns {
		g.cells = append(g.cells, cell{len(d.statements) - 1, row, column})
	}
	d.facts.groups[s] = g
}

// grouped says how the posts of a population fall into groups of authors, of
// threads and of both.
type grouped struct {
	by    [3]statistics.Clusters
	cells []cell
}

// share returns k of n posts of a population that have a label, with what their
// authors and threads have to do with it.
func (d *draft) share(population, label string, k, n num) part {
	g := d.facts.groups[shareOf{population, label}]
	p := of(k, n)
	p.Proportion, p.groups = p.Clustered(g.by[0], g.by[1], g.by[2]), g.cells
	return p
}

// toneShare returns the share of a tone among the posts of a population.
func (d *draft) toneShare(population string, c counts, tone int) part {
	return d.share(population, toneNames[tone], c[tone], c.total())
}
