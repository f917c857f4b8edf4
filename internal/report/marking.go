package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
	"github.com/fedipulse/fedipulse/internal/report/statistics"
)

const (
	wordSample   = 20000 // posts whose words are counted, at most
	wordsShown   = 8     // of each theme or period
	wordPrior    = 1000  // words that the prior weighs as much as
	wordsCertain = 1.96  // z from which on a word belongs to its theme
)

// markingSQL counts in how many posts of each theme, and of the week from each event
// on, a word stands, and in how many posts of all in the same language. The posts are
// drawn by a hash of their words. Names by which posts address people are no words.
const markingSQL = `
with drawn as (
  select a.plain as text, c.language, c.author, c.day, c.approximate, a.themes
  from (select * from counted where hash_of_words is not null order by hash_of_words, post limit %d) c join annotations a on a.post = c.post),
names as (
  select distinct unnest(string_split_regex(lower(name), '[^\p{L}]+')) as word
  from (select unnest(regexp_extract_all(text, '@([\p{L}\p{N}_.@-]+)', 1)) as name from drawn)),
words as (
  select language, author, list_concat(coalesce(themes, []::varchar[]), [e for e in [%s] if e is not null]) as labels,
    unnest(list_distinct(regexp_extract_all(lower(text), '[\p{L}][\p{L}''’-]*[\p{L}]'))) as word
  from drawn),
labelled as (select language, unnest(labels) as label, word, author from words),
known as (
  select language, word, count(*) as k from words where length(word) <= 30 and word not in (select word from names)
  group by all having count(distinct author) >= %d),
sizes as (select language, label, count(*) as n from labelled group by all),
totals as (select language, count(*) as n from words group by language)
select label, word, count(*), any_value(known.k), any_value(sizes.n), any_value(totals.n), count(distinct author)
from labelled join known using (language, word) join sizes using (language, label) join totals using (language)
group by language, label, word having count(distinct author) >= %d order by label, word, language`

// marking is a word and how much it belongs to a label.
type marking struct {
	label, word           string
	posts, all, of, ofAll float64
	authors               num
	z                     float64
}

// marks adds the words that mark themes, and the weeks after events, against all
// other posts.
func (d *draft) marks(ctx context.Context) error {
	events := d.sortedEvents()
	events = events[:min(len(events), eventFindings)]
	weeks := []string{"null"}
	for i, e := range events {
		weeks = append(weeks, fmt.Sprintf("case when not approximate and day >= date '%s' and day < date '%s' then 'event %d' end", day(e.Date), day(e.Date.AddDate(0, 0, weekDays)), i))
	}
	list, err := collect(ctx, d, func(r *row, m *marking) error {
		return r.Scan(&m.label, &m.word, &m.posts, &m.all, &m.of, &m.ofAll, &m.authors)
	}, fmt.Sprintf(markingSQL, wordSample, strings.Join(weeks, ", "), d.MinCell, d.MinCell))
	if err != nil {
		return err
	}
	byLabel := map[string][]marking{}
	for _, m := range list {
		if m.of == m.ofAll {
			continue
		}
		m.z = statistics.LogOdds(m.posts, m.of, m.all-m.posts, m.ofAll-m.of, m.all/m.ofAll*wordPrior, wordPrior)
		if m.z >= wordsCertain {
			byLabel[m.label] = append(byLabel[m.label], m)
		}
	}
	var rows [][]string
	add := func(title, label string) {
		words := byLabel[label]
		slices.SortFunc(words, func(a, b marking) int { return cmp.Or(cmp.Compare(b.z, a.z), cmp.Compare(a.word, b.word)) })
		var shown []string
		for _, m := range words[:min(len(words), wordsShown)] {
			shown = append(shown, fmt.Sprintf("%s (%s)", markdown.Inline(m.word), number(m.authors)))
		}
		if len(shown) > 0 {
			rows = append(rows, []string{title, join(shown)})
		}
	}
	for _, t := range d.shown() {
		add(markdown.Inline(d.themeName(t.name)), t.name)
	}
	for i, e := range events {
		add("Week from "+day(e.Date)+" on", fmt.Sprintf("event %d", i))
	}
	if len(rows) == 0 {
		d.para("No word stands out in the posts of a theme or in the week from an event on.")
		return nil
	}
	d.table([]string{"Theme or week", "Words that mark it (authors)"}, rows)
	d.para("Words that stand in more posts of the theme, or of the week from an event on, than in all others in the same language, whether or not the theme was found by them: at most %d, those of "+
		"the highest log-odds ratio by its standard error, with a prior from all words (Monroe, Colaresi and Quinn 2008), from %.2f on. From %s posts at most, drawn by a hash of their words; names by which somebody is addressed are left out.", wordsShown, wordsCertain, digits(wordSample))
	return nil
}
