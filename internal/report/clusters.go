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

// populationsSQL has the posts of those whose shares of tones have intervals: all
// posts, those that are negative or positive, the posts of each platform and of the
// largest instances, communities and languages, of each depth of threads, the
// replies to posts of each tone, those of each theme and target, and those of the
// weeks around events.
const populationsSQL = `
with posts as (
  select r.sentiment, r.platform, r.instance, r.community, r.language, r.day, r.approximate, coalesce(r.author, r.post) as author, r.thread,
    least(r.depth, %[2]d) as depth, above.sentiment as answered
  from reactions r left join reactions above on above.post = r.parent),
themed as (
  select 'all' as population, theme, theme_sentiment, coalesce(author, post) as author, thread from theme_reactions where theme <> 'off_topic'),
aimed as (
  select target, target_sentiment, coalesce(author, post) as author, thread
  from target_reactions where main and target_sentiment is not null),
tones as (
  select 'all' as population, sentiment, author, thread from posts
  union all select 'sides', sentiment, author, thread from posts where sentiment <> 'neutral'
  union all select 'platform ' || platform, sentiment, author, thread from posts
  union all select 'instance ' || instance, sentiment, author, thread from posts
    where instance in (select instance from posts group by instance order by count(*) desc, instance limit %[3]d)
  union all select 'community ' || community, sentiment, author, thread from posts
    where community in (select community from posts where community is not null group by community order by count(*) desc, community limit %[3]d)
  union all select 'language ' || language, sentiment, author, thread from posts
    where language in (select language from posts group by language order by count(*) desc, language limit %[3]d)
  union all select 'depth ' || depth, sentiment, author, thread from posts where depth is not null
  union all select 'answer to ' || answered, sentiment, author, thread from posts where answered is not null
  union all select 'theme ' || theme, theme_sentiment, author, thread from themed where theme_sentiment is not null
  union all select 'target ' || target, target_sentiment, author, thread from aimed
  %[1]s)`

// groupedSQL sums up one way of grouping; see statistics.Clusters.
const groupedSQL = `
, grouped%[1]d as (
  select population, %[2]s as g, count(*) as n, count(*) filter (sentiment = 'negative') as k1,
    count(*) filter (sentiment = 'neutral') as k2, count(*) filter (sentiment = 'positive') as k3
  from tones group by all)`

const summedSQL = `
select %[1]d, population, unnest(['negative', 'neutral', 'positive']) as label, count(*), sum(n * n)::double,
  unnest([sum(k1 * n), sum(k2 * n), sum(k3 * n)])::double, unnest([sum(k1 * k1), sum(k2 * k2), sum(k3 * k3)])::double
from grouped%[1]d group by population
union all
select %[1]d, population, 'theme ' || theme, any_value(groups), any_value(nn), sum(k * n)::double, sum(k * k)::double
from (select population, theme, %[2]s as g, count(*) as k from themed group by all) t
join grouped%[1]d using (population, g)
join (select population, count(*) as groups, sum(n * n)::double as nn from grouped%[1]d group by population) using (population)
group by population, theme`

// groupings are the ways in which posts are alike: they share an author, a
// thread, or both.
var groupings = [3]string{"hash(author)", "hash(thread)", "hash(author, thread)"}

// group asks how posts fall into authors and threads, for every share.
func (d *draft) group(ctx context.Context) error {
	var weekly strings.Builder
	seen := map[time.Time]bool{}
	for _, e := range d.sortedEvents() {
		for _, w := range weeks(e) {
			if seen[w] {
				continue
			}
			seen[w] = true
			fmt.Fprintf(&weekly, " union all select 'week %s', sentiment, author, thread from posts where not approximate and day >= date '%s' and day < date '%s'",
				day(w), day(w), day(w.AddDate(0, 0, weekDays)))
		}
	}
	d.facts.groups = map[shareOf]grouped{}
	return d.clusters(ctx, fmt.Sprintf(populationsSQL, weekly.String(), deepest, sideBySide))
}

// clusters asks how posts fall into authors and threads: of populations by tone,
// and of the themes that posts of some of them speak of. Both are tables of the query,
// tones and themed.
func (d *draft) clusters(ctx context.Context, query string) error {
	var parts []string
	for i, by := range groupings {
		query += fmt.Sprintf(groupedSQL, i, by)
		parts = append(parts, fmt.Sprintf(summedSQL, i, by))
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
	}, query+strings.Join(parts, " union all ")+" order by 1, 2, 3")
	if err != nil {
		return err
	}
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
