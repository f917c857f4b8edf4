package report

import (
	"context"
	"fmt"
	"slices"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
	"github.com/fedipulse/fedipulse/internal/report/statistics"
)

// pairsShown is how many pairs of themes are shown: those with most posts.
const pairsShown = 15

const pairsSQL = `
select a.theme, b.theme, count(*), count(distinct a.author)
from themed a join themed b on b.post = a.post and a.theme < b.theme
group by 1, 2 having count(distinct a.author) >= ? order by 3 desc, 1, 2 limit %d`

// pair is two themes that posts speak of together.
type pair struct {
	a, b           string
	posts, authors num
}

func scanPair(r *row, p *pair) error { return r.Scan(&p.a, &p.b, &p.posts, &p.authors) }

// together says which themes stand in the same posts, and whether more often than
// they would by chance.
func together(ctx context.Context, d *draft) error {
	if d.empty() {
		return nil
	}
	pairs, err := collect(ctx, d, scanPair, fmt.Sprintf(pairsSQL, pairsShown), d.MinCell)
	if err != nil {
		return err
	}
	if len(pairs) == 0 {
		d.para("Not shown: no two themes are spoken of together by %s or more.", count(given(d.MinCell), "author", "authors"))
		return nil
	}
	total := d.facts.posts
	var values []float64
	for _, p := range pairs {
		a, b := d.themeOf(p.a), d.themeOf(p.b)
		with := of(p.posts, a.posts) // of the posts with the first theme, those with the second
		without := of(b.posts.minus(p.posts), total.minus(a.posts))
		effect := max(d.prevalence(a).Effect, d.prevalence(b).Effect)
		with.Effect, without.Effect = effect, effect
		values = append(values, statistics.Same(with.Proportion, without.Proportion))
	}
	adjusted := statistics.BenjaminiHochberg(values)
	var rows [][]string
	for i, p := range pairs {
		a, b := d.themeOf(p.a), d.themeOf(p.b)
		expected := float64(a.posts.n) * float64(b.posts.n) / float64(total.n)
		cells := slices.Concat(a.posts.from.cells, b.posts.from.cells, total.from.cells)
		than := "as often as by chance"
		if adjusted[i] <= falseRate {
			than = "**more often**"
			if float64(p.posts.n) < expected {
				than = "**less often**"
			}
		}
		rows = append(rows, []string{
			markdown.Inline(d.themeName(p.a)) + " and " + markdown.Inline(d.themeName(p.b)), number(p.posts), number(p.authors),
			figure(isExpected, fmt.Sprintf("%.1f", expected), cells), figure(isRatio, fmt.Sprintf("%.1f", float64(p.posts.n)/expected), p.posts.from.cells, cells), than,
		})
	}
	d.table([]string{"Themes in the same posts", "#Posts", "#Authors", "#By chance", "#Times that", "Together"}, rows)
	d.para("By chance: as many posts as would speak of both if neither had to do with the other. What is called more or less often is so after "+
		"allowing for the number of comparisons in this table (Benjamini and Hochberg 1995, %s).", percentage(falseRate))
	return nil
}

// themeOf returns what counting posts say of a theme.
func (d *draft) themeOf(name string) theme {
	i := slices.IndexFunc(d.facts.themes, func(t theme) bool { return t.name == name })
	return d.facts.themes[i]
}
