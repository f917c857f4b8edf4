package report

import (
	"context"
	"slices"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

// targetsSQL has the columns of themesSQL, by the target that a post is most
// about.
const targetsSQL = `
select target, count(*), count(distinct author),
  count(*) filter (target_sentiment = 'negative'),
  count(*) filter (target_sentiment = 'neutral'),
  count(*) filter (target_sentiment = 'positive'),
  count(distinct author) filter (target_sentiment = 'negative'),
  count(distinct author) filter (target_sentiment = 'neutral'),
  count(distinct author) filter (target_sentiment = 'positive')
from aimed group by target order by 2 desc, 1`

// targets says whom posts are about, and in what tone towards them.
func targets(ctx context.Context, d *draft) error {
	if d.empty() {
		return nil
	}
	all, err := collect(ctx, d, scanTheme, targetsSQL)
	if err != nil {
		return err
	}
	shown := slices.DeleteFunc(slices.Clone(all), func(t theme) bool { return t.authors.n < int64(d.MinCell) })
	var some num // without those that are not shown, or their number could be worked out
	for _, t := range shown {
		some = some.plus(t.posts)
	}
	if len(shown) == 0 {
		d.para("Not shown: nobody is the subject of posts by %s or more.", count(given(d.MinCell), "author", "authors"))
		return nil
	}
	d.para("%s of %s (%s) %s about one of the following by the program’s reading, and count for the one that they are most about. "+
		"This is the least certain reading in this report: whom a post is about is often not said in it. Firms count only where they are named. "+
		"Each cell: posts, share of the row, 95%% interval.", number(some), posts(d.facts.posts), ratio(some, d.facts.posts), verb(some, "is", "are"))
	var rows [][]string
	hidden := false
	for _, t := range shown {
		row := []string{markdown.Inline(titled(d.Targets, t.name)), number(t.posts), number(t.authors)}
		masks := d.masks(t)
		for i := range toneNames {
			row = append(row, toneCell(d.toneShare("target "+t.name, t.tone, i), masks[i]))
			hidden = hidden || masks[i] != ""
		}
		rows = append(rows, row)
	}
	d.table([]string{"About", "#Posts", "#Authors", "#Negative", "#Neutral", "#Positive"}, rows)
	if hidden {
		d.fewNote()
	}
	if left := len(all) - len(shown); left > 0 {
		d.para("%s not shown: fewer than %s each.", sentence(count(given(left), "other is", "others are")), count(given(d.MinCell), "author", "authors"))
	}
	return nil
}
