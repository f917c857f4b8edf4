package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/fedipulse/fedipulse/internal/report/chart"
	"github.com/fedipulse/fedipulse/internal/report/statistics"
)

// tone is the table and the chart of the tones, overall and per platform.
func tone(ctx context.Context, d *draft) error {
	if d.empty() {
		return nil
	}
	f := d.facts
	all := platform{name: "", tone: f.tone}
	bars := []chart.Tones{d.bar("All posts", "all", f.tone)}
	rows := d.toneRows("All posts", "all", all)
	if len(f.platforms) > 1 {
		for _, p := range f.platforms {
			bars = append(bars, d.bar(title(platformName(p.name)), "platform "+p.name, p.tone))
			rows = append(rows, d.toneRows(title(platformName(p.name)), "platform "+p.name, p)...)
		}
	}
	alt := fmt.Sprintf("Of %s, %s are negative, %s neutral and %s positive.", posts(f.posts),
		percent(f.tone.of(0)), percent(f.tone.of(1)), percent(f.tone.of(2)))
	if err := d.keep("tone", alt, chart.Shares(heading("Tone of posts", "unit: posts; n = "+number(f.posts), alt), bars)); err != nil {
		return err
	}
	d.table([]string{"Posts", "Tone", "#n", "#Share", "#95% interval"}, rows)
	d.para("Unit: posts. Tone is that of an author’s own words; quoted text does not count. %s",
		d.platformNote())
	d.para("Not scored, and in none of these: %s in a language that does not count or that no model reads, %s without enough words.", posts(f.unscored), posts(f.wordless))
	if err := d.drawnAnew(ctx); err != nil {
		return err
	}
	return d.toneOfAuthors(ctx)
}

// draws is how often authors and threads are drawn anew.
const draws = 2000

// kindsSQL counts the groups that have so many posts, so many of them negative.
const kindsSQL = `
select n::double, k::double, count(*)::double
from (select %[1]s, count(*) as n, count(*) filter (sentiment = 'negative') as k from counted group by %[1]s)
group by n, k order by n, k`

// drawnAnew gives the interval of the negative share in another way, which assumes
// less: whole authors, and whole threads, are drawn anew.
func (d *draft) drawnAnew(ctx context.Context) error {
	var texts []string
	for _, by := range groupings[:2] {
		kinds, err := collect(ctx, d, func(r *row, a *statistics.ClusterKind) error { return r.Scan(&a.N, &a.K, &a.Times) }, fmt.Sprintf(kindsSQL, by))
		if err != nil {
			return err
		}
		var cells []cell
		for i := range kinds {
			for column := range 3 {
				cells = append(cells, cell{len(d.statements) - 1, i, column})
			}
		}
		i := statistics.Bootstrap(kinds, draws)
		texts = append(texts, figure(isBootstrap, fmt.Sprintf("%.1f–%.1f%%", 100*i.Low, 100*i.High), cells))
	}
	d.para("Drawing whole authors anew, %s times, puts 95%% of negative shares at %s; drawing whole threads, at %s (cluster bootstrap).", digits(draws), texts[0], texts[1])
	return nil
}

const authorsSQL = `
with own as (
  select (count(*) filter (sentiment = 'negative') / count(*))::decimal(9, 6) as share from counted where author is not null group by author)
select count(*), coalesce(sum(share), 0)::double, coalesce(sum(share * share), 0)::double,
  count(*) filter (share > 0), count(*) filter (share = 1) from own`

// toneOfAuthors counts each author once, however much they wrote.
func (d *draft) toneOfAuthors(ctx context.Context) error {
	var authors, some, all num
	var sum, squares float64
	if err := one(ctx, d, authorsSQL, &authors, &sum, &squares, &some, &all); err != nil || authors.n < max(2, int64(d.MinCell)) {
		return err
	}
	at := len(d.statements) - 1
	cells := []cell{{at, 0, 0}, {at, 0, 1}, {at, 0, 2}}
	mean, i := statistics.Mean(float64(authors.n), sum, squares)
	d.para("Counting each author once, by the share of their own posts that is negative: %s on average (95%% interval %s; %s). %s (%s) wrote a negative post at all, %s (%s) no other.",
		figure(isMeanShare, percentage(mean), cells), figure(isMeanInterval, fmt.Sprintf("%.1f–%.1f%%", 100*i.Low, 100*i.High), cells), count(authors, "author", "authors"),
		number(some), ratio(some, authors), number(all), ratio(all, authors))
	return nil
}

// title puts a capital before "other platforms".
func title(s string) string {
	if s == "other platforms" {
		return "Other platforms"
	}
	return s
}

// bar is a bar of the chart, with the intervals of its ends.
func (d *draft) bar(label, of string, c counts) chart.Tones {
	return chart.Tones{Label: label, Counts: c.plain(), Negative: d.toneShare(of, c, 0).Wilson(), Positive: d.toneShare(of, c, 2).Wilson()}
}

// shareText writes the share of a tone among the posts of a population.
func (d *draft) shareText(of string, c counts, tone int) string {
	return share(d.toneShare(of, c, tone))
}

func (d *draft) toneRows(label, of string, p platform) [][]string {
	var rows [][]string
	for i, name := range toneNames {
		share := d.toneShare(of, p.tone, i)
		rows = append(rows, []string{label, name, number(share.k), percent(share), bounds(share)})
		label = ""
	}
	return rows
}

// platformNote says whether the negative shares of the two platforms with most
// posts can be told apart.
func (d *draft) platformNote() string {
	platforms := d.facts.platforms
	if len(platforms) == 1 {
		return fmt.Sprintf("All posts are from %s: nothing can be said about differences between platforms.", platformName(platforms[0].name))
	}
	most := slices.Clone(platforms)
	slices.SortStableFunc(most, func(a, b platform) int { return cmp.Compare(b.tone.total().n, a.tone.total().n) })
	a, b := most[0], most[1]
	if b.tone.total().n < comparable {
		return fmt.Sprintf("Tone is not compared between platforms: %s fewer than %d posts.", has(b.name), comparable)
	}
	return comparison(
		side{"on " + platformName(a.name), d.toneShare("platform "+a.name, a.tone, 0)},
		side{"on " + platformName(b.name), d.toneShare("platform "+b.name, b.tone, 0)})
}

func has(platform string) string {
	if platform == "other" {
		return "other platforms have"
	}
	return platformName(platform) + " has"
}

// side is one of two shares that are compared; where says which, as in "on Lemmy".
type side struct {
	where    string
	negative part
}

// comparison says in one sentence whether two negative shares can be told apart:
// they can where Newcombe's interval of their difference leaves out zero.
func comparison(a, b side) string {
	d, i := statistics.Difference(a.negative.Proportion, b.negative.Proportion)
	shares := slices.Concat(a.negative.k.from.cells, a.negative.n.from.cells, b.negative.k.from.cells, b.negative.n.from.cells)
	all := slices.Concat(shares, a.negative.groups, b.negative.groups)
	numbers := fmt.Sprintf("%s %s (%s of %s) against %s %s (%s of %s); difference %s percentage points, 95%% interval %s to %s",
		percent(a.negative), a.where, number(a.negative.k), posts(a.negative.n),
		percent(b.negative), b.where, number(b.negative.k), posts(b.negative.n),
		figure(isShareDiff, points(d), shares), figure(isDiffBounds, points(i.Low), all), figure(isDiffBounds, points(i.High), all))
	switch {
	case i.Holds(0):
		return "The negative shares " + a.where + " and " + b.where + " are **not distinguishable**: " + numbers + "."
	case d > 0:
		return "The negative share is higher " + a.where + " than " + b.where + ": " + numbers + "."
	}
	return "The negative share is lower " + a.where + " than " + b.where + ": " + numbers + "."
}
