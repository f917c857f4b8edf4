package report

import (
	"context"
	"fmt"
	"slices"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
	"github.com/fedipulse/fedipulse/internal/report/statistics"
)

// sideBySide is how many groups of a kind are compared: the largest.
const sideBySide = 12

// falseRate is the share of false differences that is accepted among those of a
// table.
const falseRate = 0.05

const sidesSQL = `
select %[1]s, count(distinct author),
  count(*) filter (sentiment = 'negative'), count(*) filter (sentiment = 'neutral'), count(*) filter (sentiment = 'positive')
from counted where %[1]s is not null group by 1 order by count(*) desc, 1 limit %[2]d`

// kind is a way to divide posts.
type kind struct{ column, title string }

var kinds = []kind{{"platform", "Platform"}, {"instance", "Instance"}, {"community", "Community"}, {"language", "Language"}}

// contrast is a group of posts against all others.
type contrast struct {
	kind   string
	name   string
	posts  num
	people num
	own    part
	others part
	p      float64 // of there being no difference
}

// sides compares the negative shares of platforms, instances, communities and
// languages, each with all other posts.
func sides(ctx context.Context, d *draft) error {
	if d.empty() {
		return nil
	}
	var all []contrast
	hidden := false
	for _, k := range kinds {
		list, err := collect(ctx, d, scanPlatform, fmt.Sprintf(sidesSQL, k.column, sideBySide))
		if err != nil {
			return err
		}
		shown := slices.DeleteFunc(list, func(p platform) bool { return p.authors.n < int64(d.MinCell) })
		hidden = hidden || len(shown) < len(list)
		if len(list)-len(shown) == 1 && len(list) < sideBySide { // it could be worked out from the others
			shown = shown[:max(0, len(shown)-1)]
		}
		if len(shown) < 2 {
			continue
		}
		for i, p := range shown {
			r := contrast{name: markdown.Inline(p.name), posts: p.tone.total(), people: p.authors, own: d.toneShare(k.column+" "+p.name, p.tone, 0)}
			if k.column == "platform" {
				r.name = title(platformName(p.name))
			}
			if i == 0 {
				r.kind = k.title
			}
			r.others = of(d.facts.tone[0].minus(p.tone[0]), d.facts.posts.minus(p.tone.total()))
			r.others.Effect = d.toneShare("all", d.facts.tone, 0).Effect
			r.p = statistics.Same(r.own.Proportion, r.others.Proportion)
			all = append(all, r)
		}
	}
	if len(all) == 0 {
		d.para("Not shown: all posts are from one platform, instance, community and language, or the others have fewer than %d authors.", d.MinCell)
		return nil
	}
	d.table([]string{"Kind", "Group", "#Posts", "#Authors", "#Negative", "#95% interval", "#Difference from all others", "Differs"}, differing(all))
	d.para("The negative share of each group, and its difference in percentage points from that of all other posts. A difference is called one "+
		"where it is unlikely without one after allowing for the number of comparisons in this table: among those called so, %s are expected to be "+
		"false (Benjamini and Hochberg 1995). Groups of a kind also differ in what was asked for and when.", percentage(falseRate))
	if hidden {
		d.para("Groups of fewer than %d authors are not shown.", d.MinCell)
	}
	return nil
}

func differing(all []contrast) [][]string {
	var values []float64
	for _, r := range all {
		values = append(values, r.p)
	}
	adjusted := statistics.BenjaminiHochberg(values)
	var rows [][]string
	for i, r := range all {
		cells := slices.Concat(r.own.k.from.cells, r.own.n.from.cells, r.others.k.from.cells, r.others.n.from.cells)
		differs := "no"
		if adjusted[i] <= falseRate {
			differs = "**yes**"
		}
		rows = append(rows, []string{
			r.kind, r.name, number(r.posts), number(r.people), percent(r.own), bounds(r.own),
			figure(isShareDiff, points(r.own.Share()-r.others.Share()), cells), differs,
		})
	}
	return rows
}
