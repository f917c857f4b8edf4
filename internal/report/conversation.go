package report

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

// deepest is the depth in a thread from which on posts are taken together.
const deepest = "3"

const depthsSQL = `
select depth::varchar, count(distinct author),
  count(*) filter (sentiment = 'negative'), count(*) filter (sentiment = 'neutral'), count(*) filter (sentiment = 'positive')
from counted where depth is not null group by 1 order by 1`

const answersSQL = `
select answered, count(distinct author),
  count(*) filter (sentiment = 'negative'), count(*) filter (sentiment = 'neutral'), count(*) filter (sentiment = 'positive')
from counted where answered is not null group by 1 order by 1`

// loudestSQL has the posts of the most active authors, and of the largest threads.
const loudestSQL = `
with authors as (
  select count(*) as n, row_number() over (order by n desc, author) as rank, count(*) over () as all_of_them
  from counted where author is not null group by author),
threads as (
  select count(*) as n, row_number() over (order by n desc, thread) as rank, count(*) over () as all_of_them from counted group by thread)
select
  (select count(*) from authors where rank <= ceil(all_of_them * 0.01)), coalesce((select sum(n) from authors where rank <= ceil(all_of_them * 0.01)), 0)::bigint,
  (select count(*) from authors where rank <= ceil(all_of_them * 0.1)), coalesce((select sum(n) from authors where rank <= ceil(all_of_them * 0.1)), 0)::bigint,
  (select count(*) from threads where rank <= ceil(all_of_them * 0.1)), coalesce((select sum(n) from threads where rank <= ceil(all_of_them * 0.1)), 0)::bigint,
  coalesce((select sum(n) from authors), 0)::bigint`

// conversation says how tone changes as threads go on, and how few may have
// written most of them.
func conversation(ctx context.Context, d *draft) error {
	if d.empty() {
		return nil
	}
	depths, err := collect(ctx, d, scanPlatform, depthsSQL)
	if err != nil {
		return err
	}
	names := map[string]string{"0": "First posts", "1": "Replies to them", "2": "Replies to those", deepest: "Deeper"}
	d.toneTable("Place in the thread", depths, "depth ", func(name string) string { return names[name] })
	answers, err := collect(ctx, d, scanPlatform, answersSQL)
	if err != nil {
		return err
	}
	d.toneTable("Replies to posts that are", answers, "answer to ", markdown.Inline)
	if negative := slices.IndexFunc(answers, func(p platform) bool { return p.name == "negative" && p.tone.total().n >= comparable }); negative >= 0 {
		for _, p := range answers {
			if p.name == "positive" && p.tone.total().n >= comparable {
				d.para("%s", comparison(
					side{"in replies to negative posts", d.toneShare("answer to negative", answers[negative].tone, 0)},
					side{"in replies to positive ones", d.toneShare("answer to positive", p.tone, 0)}))
			}
		}
	}
	var first, firstPosts, tenth, tenthPosts, threads, threadPosts, known num
	if err := one(ctx, d, loudestSQL, &first, &firstPosts, &tenth, &tenthPosts, &threads, &threadPosts, &known); err != nil {
		return err
	}
	var items []string
	loudest := func(whose string, n, posts, of num) {
		if n.n >= int64(d.MinCell) {
			items = append(items, fmt.Sprintf("%s (%s) %s %s of %s posts (%s).", sentence(whose), number(n), verb(n, "wrote", "wrote"), number(posts), number(of), ratio(posts, of)))
		}
	}
	loudest("the most active 1% of authors", first, firstPosts, known)
	loudest("the most active 10% of authors", tenth, tenthPosts, known)
	items = append(items, fmt.Sprintf("The largest 10%% of threads (%s) hold %s of %s (%s).", number(threads), number(threadPosts), posts(d.facts.posts), ratio(threadPosts, d.facts.posts)))
	d.list(items)
	return nil
}

// toneTable is a table of populations and their tones; those of too few authors
// are left out, and the smallest with a single one.
func (d *draft) toneTable(heading string, list []platform, population string, name func(string) string) {
	shown := slices.DeleteFunc(slices.Clone(list), func(p platform) bool { return p.authors.n < int64(d.MinCell) })
	if len(list)-len(shown) == 1 && len(shown) > 0 { // it could be worked out from the others
		least := slices.MinFunc(shown, func(a, b platform) int { return cmp.Compare(a.tone.total().n, b.tone.total().n) })
		shown = slices.DeleteFunc(shown, func(p platform) bool { return p.name == least.name })
	}
	var rows [][]string
	for _, p := range shown {
		row := []string{name(p.name), number(p.tone.total()), number(p.authors)}
		for i := range toneNames {
			share := d.toneShare(population+p.name, p.tone, i)
			row = append(row, percent(share)+" ("+bounds(share)+")")
		}
		rows = append(rows, row)
	}
	if len(rows) > 0 {
		d.table([]string{heading, "#Posts", "#Authors", "#Negative", "#Neutral", "#Positive"}, rows)
	}
}
