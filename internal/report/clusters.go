package report

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/fedipulse/fedipulse/internal/report/statistics"
)

// shareOf names a share: posts with a label out of those of a population.
type shareOf struct{ of, label string }

// populationsSQL has those whose shares have intervals: all posts, those that are
// negative or positive, the posts of each platform, those of each theme
// and target, and those of the weeks around events.
const populationsSQL = `
with posts as (
  select sentiment, platform, coalesce(author::varchar, post::varchar) as author, thread::varchar as thread, day, approximate from reactions),
themed as (
  select theme, theme_sentiment, coalesce(author::varchar, post::varchar) as author, thread::varchar as thread from theme_reactions where theme <> 'off_topic'),
aimed as (
  select target, target_sentiment, coalesce(author::varchar, post::varchar) as author, thread::varchar as thread
  from target_reactions where main and target_sentiment is not null),
units as (
  select 'all' as population, author, thread from posts
  union all select 'sides', author, thread from posts where sentiment <> 'neutral'
  union all select 'platform ' || platform, author, thread from posts
  union all select 'theme ' || theme, author, thread from themed where theme_sentiment is not null
  union all select 'target ' || target, author, thread from aimed
  %[1]s),
hits as (
  select 'all' as population, sentiment as label, author, thread from posts
  union all select 'sides', sentiment, author, thread from posts where sentiment <> 'neutral'
  union all select 'platform ' || platform, sentiment, author, thread from posts
  union all select 'all', 'theme ' || theme, author, thread from themed
  union all select 'theme ' || theme, theme_sentiment, author, thread from themed where theme_sentiment is not null
  union all select 'target ' || target, target_sentiment, author, thread from aimed
  %[2]s)`

// groupedSQL sums up one way of grouping; see statistics.Clusters.
const groupedSQL = `
select %[1]d, h.population, h.label, any_value(t.groups), any_value(t.nn), sum(h.k * u.n)::double, sum(h.k * h.k)::double
from (select population, label, %[2]s as g, count(*) as k from hits group by all) h
join (select population, %[2]s as g, count(*) as n from units group by all) u on u.population = h.population and u.g = h.g
join (select population, count(*) as groups, sum(n * n)::double as nn from (select population, %[2]s as g, count(*) as n from units group by all) group by population) t
  on t.population = h.population
group by h.population, h.label`

// groupings are the ways in which posts are alike: they share an author, a
// thread, or both.
var groupings = [3]string{"hash(author)", "hash(thread)", "hash(author, thread)"}

// group asks how posts fall into authors and threads, for every share.
func (d *draft) group(ctx context.Context) error {
	var units, hits strings.Builder
	seen := map[time.Time]bool{}
	for _, e := range d.sortedEvents() {
		for _, w := range weeks(e) {
			if seen[w] {
				continue
			}
			seen[w] = true
			from := fmt.Sprintf("from posts where not approximate and day >= date '%s' and day < date '%s'", day(w), day(w.AddDate(0, 0, weekDays)))
			fmt.Fprintf(&units, " union all select 'week %s', author, thread %s", day(w), from)
			fmt.Fprintf(&hits, " union all select 'week %s', sentiment, author, thread %s", day(w), from)
		}
	}
	var parts []string
	for i, by := range groupings {
		parts = append(parts, fmt.Sprintf(groupedSQL, i, by))
	}
	type line struct {
		way      int
		share    shareOf
		clusters statistics.Clusters
		at       int
	}
	rows, err := collect(ctx, d, func(r *row, x *line) error {
		x.at = r.number
		return r.Scan(&x.way, &x.share.of, &x.share.label, &x.clusters.Groups, &x.clusters.NN, &x.clusters.KN, &x.clusters.KK)
	}, fmt.Sprintf(populationsSQL, units.String(), hits.String())+strings.Join(parts, " union all ")+" order by 1, 2, 3")
	if err != nil {
		return err
	}
	d.facts.groups = map[shareOf]grouped{}
	for _, x := range rows {
		g := d.facts.groups[x.share]
		g.by[x.way] = x.clusters
		for column := 3; column < 7; column++ {
			g.cells = append(g.cells, cell{len(d.statements) - 1, x.at, column})
		}
		d.facts.groups[x.share] = g
	}
	return nil
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
