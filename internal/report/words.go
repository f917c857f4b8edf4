package report

import (
	"context"
	"fmt"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

// word is a stretch of text that showed a theme, and how many people used it.
type word struct {
	theme, word string
	authors     num
}

// Names of people and addresses are no examples, however many use them.
const wordsSQL = `
with used as (
  select t.theme, c.author, lower(unnest(list_transform(t.evidence, lambda e: substring(a.plain, e."start" + 1, e.stop - e."start")))) as word
  from theme_tags t join (select post, author from counted) c on c.post = t.post join annotations a on a.post = t.post where t.theme <> 'off_topic'),
once as (select theme, word, author from used group by all)
select theme, word, count(author) as authors
from once
where length(trim(word)) > 1 and length(word) <= 40 and not contains(word, '@') and not contains(word, '://')
group by theme, word
having authors >= ?
qualify row_number() over (partition by theme order by authors desc, word) <= 10
order by theme, authors desc, word`

// words shows by which words the themes were found, as far as several people
// use them.
func words(ctx context.Context, d *draft) error {
	if d.empty() {
		return nil
	}
	scan := func(r *row, w *word) error { return r.Scan(&w.theme, &w.word, &w.authors) }
	all, err := collect(ctx, d, scan, wordsSQL, d.MinCell)
	if err != nil {
		return err
	}
	byTheme := map[string][]string{}
	for _, w := range all {
		byTheme[w.theme] = append(byTheme[w.theme], fmt.Sprintf("%s (%s)", markdown.Inline(w.word), number(w.authors)))
	}
	var rows [][]string
	for _, t := range d.shown() {
		if list := byTheme[t.name]; len(list) > 0 {
			rows = append(rows, []string{markdown.Inline(d.themeName(t.name)), join(list)})
		}
	}
	if len(rows) == 0 {
		d.para("Not shown: no word that shows a theme is used by %s or more.", count(given(d.MinCell), "author", "authors"))
		return d.marks(ctx)
	}
	d.para("The words by which a theme was found, at most ten per theme, each with the number of authors who use it.%s",
		d.unlessFew(" Words of fewer than %d authors are not shown."))
	d.table([]string{"Theme", "Words (authors)"}, rows)
	return d.marks(ctx)
}
