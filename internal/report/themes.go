package report

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/fedipulse/fedipulse/internal/report/chart"
	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

// theme is what counting posts say of one theme.
type theme struct {
	name           string
	posts, authors num
	tone           counts // posts by the tone of the sentences that speak of it
	toneAuthors    [3]num // different authors behind each
}

// themesSQL leaves the theme out that is the want of one.
const themesSQL = `
select theme, count(*), count(distinct author),
  count(*) filter (theme_sentiment = 'negative'),
  count(*) filter (theme_sentiment = 'neutral'),
  count(*) filter (theme_sentiment = 'positive'),
  count(distinct author) filter (theme_sentiment = 'negative'),
  count(distinct author) filter (theme_sentiment = 'neutral'),
  count(distinct author) filter (theme_sentiment = 'positive')
from themed group by theme order by 2 desc, 1`

func scanTheme(r *row, t *theme) error {
	return r.Scan(&t.name, &t.posts, &t.authors, &t.tone[0], &t.tone[1], &t.tone[2],
		&t.toneAuthors[0], &t.toneAuthors[1], &t.toneAuthors[2])
}

// shown are the themes that enough authors speak of to be shown as numbers.
func (d *draft) shown() []theme {
	return slices.DeleteFunc(slices.Clone(d.facts.themes), func(t theme) bool { return t.authors.n < int64(d.MinCell) })
}

// prevalence is how many of the counting posts speak of a theme.
func (d *draft) prevalence(t theme) part {
	return d.share("all", "theme "+t.name, t.posts, d.facts.posts)
}

// themes says how many posts speak of each theme.
func themes(ctx context.Context, d *draft) error {
	if d.empty() {
		return nil
	}
	if len(d.facts.themes) == 0 {
		d.para("Not shown: no post speaks of a theme of the codebook.")
		return nil
	}
	var tagged, off, offAuthors num
	if err := one(ctx, d, `select count(*) filter (speaks),
		count(*) filter (off_topic), count(distinct author) filter (off_topic) from counted`, &tagged, &off, &offAuthors); err != nil {
		return err
	}
	d.para("%s of %s (%s) %s of at least one theme. A post can speak of several themes, so the shares do not add up to 100%%.",
		number(tagged), posts(d.facts.posts), ratio(tagged, d.facts.posts), verb(tagged, "speaks", "speak"))
	if offAuthors.n >= int64(d.MinCell) {
		d.para("%s (%s) %s only of something else than the use of data for AI (off topic). They count in every total of this report.",
			posts(off), ratio(off, d.facts.posts), verb(off, "speaks", "speak"))
	}
	if err := d.themesChart(); err != nil {
		return err
	}
	d.table([]string{"Theme", "#Posts", "#Authors", "#Share of all posts", "#95% interval"}, d.themeRows())
	if slices.ContainsFunc(d.facts.themes, func(t theme) bool { return t.authors.n < int64(d.MinCell) }) {
		d.para("%s: fewer than %d authors, so the number is not shown.", d.few(), d.MinCell)
	}
	if absent := d.absent(); len(absent) > 0 {
		d.para("No post speaks of: %s.", join(absent))
	}
	return nil
}

func (d *draft) themesChart() error {
	var dots []chart.Dot
	for _, t := range d.shown() {
		dots = append(dots, chart.Dot{Label: markdown.Clean(d.themeName(t.name)), Proportion: d.prevalence(t).Proportion})
	}
	if len(dots) == 0 {
		d.para("Chart not shown: no theme is spoken of by %d authors or more.", d.MinCell)
		return nil
	}
	first := d.shown()[0]
	alt := func(name string) string {
		return fmt.Sprintf("The most frequent theme is %s with %s of %s.", name, percent(d.prevalence(first)), posts(d.facts.posts))
	}
	dotted := chart.Dots(heading("Themes", "unit: posts; n = "+number(d.facts.posts)+"; a post can have several themes", alt(dots[0].Label)),
		"share of all posts (%)", dots)
	return d.keep("themes", alt(markdown.Inline(dots[0].Label)), dotted)
}

func (d *draft) themeRows() [][]string {
	var rows [][]string
	for _, t := range d.facts.themes {
		name := markdown.Inline(d.themeName(t.name))
		if t.authors.n < int64(d.MinCell) {
			rows = append(rows, []string{name, "–", d.few(), "–", "–"})
			continue
		}
		p := d.prevalence(t)
		rows = append(rows, []string{name, number(t.posts), number(t.authors), percent(p), bounds(p)})
	}
	return rows
}

// unlessFew writes a rule on small numbers, where the study has one.
func (d *draft) unlessFew(format string) string {
	if d.MinCell <= 1 {
		return ""
	}
	return fmt.Sprintf(format, d.MinCell)
}

// few stands where a number would point at people.
func (d *draft) few() string { return fmt.Sprintf("&lt;%d", d.MinCell) }

// absent are the themes of the codebook that no post speaks of.
func (d *draft) absent() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(d.Themes)) {
		if name != "off_topic" && !slices.ContainsFunc(d.facts.themes, func(t theme) bool { return t.name == name }) {
			names = append(names, markdown.Inline(d.themeName(name)))
		}
	}
	return names
}
