package report

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
	"github.com/fedipulse/fedipulse/internal/report/statistics"
)

// variant is the headline under another choice.
type variant struct {
	name string
	tone counts
}

// variantsSQL counts posts by tone under other choices of what counts. Bots are
// left out of what counts, so that they are added from the tables below it.
const variantsSQL = `
with authors as (
  select author, row_number() over (order by count(*) desc, min(created), min(hash_of_words), author) as rank, count(*) over () as all_of_them
  from counted where author is not null group by author),
chosen as (
  select 1 as place, 'One post per author, the first' as name, sentiment
  from (select sentiment from counted qualify row_number() over (partition by of_author order by created, hash_of_words, post) = 1)
  union all
  select 2, 'Without the most active 1% of authors', sentiment from counted
  where author is null or author not in (select author from authors where rank <= ceil(all_of_them * 0.01))
  union all
  select 3, 'Without the largest thread', sentiment from counted
  where thread is distinct from (select thread from counted group by thread order by count(*) desc, min(created), min(hash_of_words), thread limit 1)
  union all
  select 4, 'Without posts that may be ironic', sentiment from counted where coalesce(irony, 0) < 0.5
  union all
  select 5, 'Without posts of whose tone the model is unsure', sentiment from counted where greatest(p_negative, p_neutral, p_positive) >= 0.6
  union all
  select 6, 'With accounts that call themselves bots', sentiment from counted
  union all
  select 6, 'With accounts that call themselves bots', a.sentiment
  from posts p join annotations a on a.post = p.id and a.content_hash = p.content_hash cross join study s
  where a.scored and p.bot and p.state in ('live', 'edited') and (s.since is null or p.created >= s.since)
    and (s.until is null or p.created < s.until) and (s.languages is null or list_contains(s.languages, a.language)))
select name, count(*) filter (sentiment = 'negative'), count(*) filter (sentiment = 'neutral'), count(*) filter (sentiment = 'positive')
from chosen group by place, name order by place`

// withoutSQL has the posts of each of the largest instances.
const withoutSQL = `
select instance, count(distinct author),
  count(*) filter (sentiment = 'negative'), count(*) filter (sentiment = 'neutral'), count(*) filter (sentiment = 'positive')
from counted group by instance order by count(*) desc, instance limit %d`

// weightedSQL weighs each post by the votes for it, and its tones by how likely
// they are. The last two are what a weight does to the number of posts: L. Kish,
// "Survey Sampling" (1965).
const weightedSQL = `
with w as (select *, greatest(coalesce(votes, 0), 0) + 1 as weight from counted)
select coalesce(sum(weight) filter (sentiment = 'negative'), 0)::bigint, coalesce(sum(weight) filter (sentiment = 'neutral'), 0)::bigint,
  coalesce(sum(weight) filter (sentiment = 'positive'), 0)::bigint,
  coalesce(sum(p_negative::decimal(18, 9)), 0)::double, coalesce(sum(p_positive::decimal(18, 9)), 0)::double,
  coalesce(sum(weight), 0)::double, coalesce(sum(weight * weight), 0)::double
from w`

// vaderSQL draws English posts for another model, the same ones from every
// database that holds the same.
const vaderSQL = `
select a.plain, c.sentiment
from (select post, sentiment, hash_of_words from counted where language = 'en' and hash_of_words is not null order by hash_of_words, post limit %d) c
join annotations a on a.post = c.post order by c.hash_of_words, c.post`

// vaderSample is how many posts another model gets to read.
const vaderSample = 2000

// instancesLeftOut is how many instances are left out in turn: the largest.
const instancesLeftOut = 8

// robustness gives the headline under other choices than this report's.
func robustness(ctx context.Context, d *draft) error {
	if d.empty() {
		return nil
	}
	verdict := d.verdict(d.facts.tone, 1)
	d.para("The finding is that %s. Each line makes one choice differently, and says whether that would still be found.", verdicts[verdict])
	rows := [][]string{d.variantRow(variant{name: "**As in this report**", tone: d.facts.tone}, verdict, 1)}
	list, err := collect(ctx, d, func(r *row, v *variant) error { return r.Scan(&v.name, &v.tone[0], &v.tone[1], &v.tone[2]) }, variantsSQL)
	if err != nil {
		return err
	}
	instances, err := collect(ctx, d, scanPlatform, fmt.Sprintf(withoutSQL, instancesLeftOut))
	if err != nil {
		return err
	}
	for _, p := range instances {
		if p.authors.n < int64(d.MinCell) || len(instances) == 1 {
			continue
		}
		v := variant{name: "Without " + markdown.Inline(p.name)}
		for i := range v.tone {
			v.tone[i] = d.facts.tone[i].minus(p.tone[i])
		}
		list = append(list, v)
	}
	for _, v := range list {
		rows = append(rows, d.variantRow(v, verdict, 1))
	}
	weighted, err := d.weighted(ctx, verdict)
	if err != nil {
		return err
	}
	rows = append(rows, weighted...)
	vader, err := d.vader(ctx, verdict)
	if err != nil {
		return err
	}
	d.table([]string{"Choice", "#Posts", "#Negative", "#95% interval", "#Negative of those that are not neutral", "#95% interval", "Found"}, append(rows, vader...))
	d.para("Intervals allow for posts of an author and of a thread being as alike as they are over all; those of weighted posts also for the weights, "+
		"by Kish’s effective number. Votes: a post counts once and once more for each vote for it, less those against. Likely tones: a post that is "+
		"negative with a probability of 0.7 counts as 0.7 of a negative post.%s", d.vaderNote(len(vader) > 0))
	return nil
}

func (d *draft) vaderNote(shown bool) string {
	if !shown {
		return ""
	}
	return fmt.Sprintf(" VADER is a list of English words and rules (Hutto and Gilbert 2014); it and the model of this report read the same %s English posts at most, drawn by a hash of their words.", digits(vaderSample))
}

// What the headline can say, in the order of verdict.
var verdicts = [3]string{"positive posts outnumber negative ones", "negative and positive posts cannot be told apart in number", "negative posts outnumber positive ones"}

// verdict says which of verdicts holds of posts that say as much as one in so many
// of them, beside what the groups that they fall into take away.
func (d *draft) verdict(c counts, weight float64) int {
	p := d.against(c, weight)
	switch i := p.Wilson(); {
	case p.N == 0 || i.Holds(0.5):
		return 1
	case i.Low > 0.5:
		return 2
	}
	return 0
}

// against is the share of the negative among those that are not neutral, with the
// design effect of the whole.
func (d *draft) against(c counts, weight float64) part {
	t := d.facts.tone
	whole := d.share("sides", toneNames[0], t[0], t[0].plus(t[2]))
	p := of(c[0], c[0].plus(c[2]))
	p.Effect, p.groups = math.Max(1, whole.Effect)*weight, whole.groups
	return p
}

func (d *draft) variantRow(v variant, verdict int, weight float64) []string {
	if v.tone.total().n == 0 {
		return []string{v.name, "0", "–", "–", "–", "–", "–"}
	}
	whole := d.toneShare("all", d.facts.tone, 0)
	p := v.tone.of(0)
	p.Effect, p.groups = math.Max(1, whole.Effect)*weight, whole.groups
	sides := d.against(v.tone, weight)
	return []string{v.name, number(v.tone.total()), percent(p), bounds(p), percent(sides), bounds(sides), found(d.verdict(v.tone, weight), verdict)}
}

func found(got, want int) string {
	if got == want {
		return "yes"
	}
	return "**no**: " + verdicts[got]
}

// weighted are the lines of weighted posts.
func (d *draft) weighted(ctx context.Context, verdict int) ([][]string, error) {
	var votes counts
	var negative, positive, sum, squares float64
	if err := one(ctx, d, weightedSQL, &votes[0], &votes[1], &votes[2], &negative, &positive, &sum, &squares); err != nil {
		return nil, err
	}
	// The weights add up to more than the posts are: effect is how many units of
	// weight say as much as one post.
	byVotes := d.variantRow(variant{name: "Posts weighted by votes", tone: votes}, verdict, squares/sum)
	byVotes[1] = number(d.facts.posts)

	at := len(d.statements) - 1
	n := float64(d.facts.posts.n)
	cells := []cell{{at, 0, 3}, {at, 0, 4}}
	whole := d.toneShare("all", d.facts.tone, 0)
	sides := d.against(d.facts.tone, 1)
	interval := func(share, n float64) (statistics.Interval, string) {
		i := statistics.Score(share, n)
		return i, fmt.Sprintf("%.1f–%.1f%%", 100*i.Low, 100*i.High)
	}
	share := negative / n
	_, text := interval(share, whole.Effective())
	row := []string{"Tones weighted by how likely they are", number(d.facts.posts), figure(isShare, percentage(share), cells, d.facts.posts.from.cells), figure(isInterval, text, cells, whole.n.from.cells, whole.groups)}
	if negative+positive > 0 {
		of := negative / (negative + positive)
		i, text := interval(of, (negative+positive)/math.Max(1, sides.Effect))
		got := 1
		if !i.Holds(0.5) {
			got = 2 * int(math.Round(of))
		}
		return [][]string{byVotes, append(row, figure(isShare, percentage(of), cells), figure(isInterval, text, cells, sides.groups), found(got, verdict))}, nil
	}
	return [][]string{byVotes, append(row, "–", "–", "–")}, nil
}

// vader are the lines of VADER, on a sample, and of ours on the same.
func (d *draft) vader(ctx context.Context, verdict int) ([][]string, error) {
	if d.Vader == nil {
		return nil, nil
	}
	type post struct{ text, tone string }
	sample, err := collect(ctx, d, func(r *row, p *post) error { return r.Scan(&p.text, &p.tone) }, fmt.Sprintf(vaderSQL, vaderSample))
	if err != nil || len(sample) < comparable {
		return nil, err
	}
	var ours, theirs counts
	for i := range toneNames {
		at := source{isRead, []cell{{len(d.statements) - 1, 0, 1}}}
		ours[i].from = at
		at.cells = []cell{{len(d.statements) - 1, 0, 0}}
		theirs[i].from = at
	}
	for _, p := range sample {
		ours[slices.Index(toneNames[:], p.tone)].n++
		theirs[slices.Index(toneNames[:], d.Vader(p.text))].n++
	}
	return [][]string{
		d.variantRow(variant{name: "Some posts in English", tone: ours}, verdict, 1),
		d.variantRow(variant{name: "VADER’s reading of those", tone: theirs}, verdict, 1),
	}, nil
}
