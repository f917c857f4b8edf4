package report

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/fedipulse/fedipulse/internal/report/statistics"
)

// hand is what people say of a sample of posts.
type hand struct {
	drawn, labelled, coders, unclear num
	tones                            int // that the model found in what was drawn
	strata                           []stratum
	model                            [3]moments // by tone, of all posts that count
	corrected                        [3]correction
	enough                           bool // labels for shares to be corrected
}

// stratum is the labelled part of a stratum, for one tone.
type stratum struct {
	name, tone string
	size       int64
	at         int // row of the statement
	statistics.Stratum
}

// moments are the sums that a mean and a variance follow from.
type moments struct{ sum, squares float64 }

// correction is a share as people would label all posts.
type correction struct {
	share    float64
	interval statistics.Interval
	cells    []cell
}

// Of a post that coders disagree on, each has an equal part. Decimals add up to the
// same in any order.
const momentsSQL = `
with c as (
  select post, any_value(stratum) as stratum, any_value(size) as size,
    avg((sentiment = 'negative')::int) as y1, avg((sentiment = 'neutral')::int) as y2, avg((sentiment = 'positive')::int) as y3
  from coded group by post),
t as (
  select c.stratum, c.size, unnest(['negative', 'neutral', 'positive']) as tone, unnest([y1, y2, y3])::decimal(9, 6) as y,
    unnest([r.p_negative, r.p_neutral, r.p_positive])::decimal(9, 6) as f
  from c join counted r on r.post = c.post)
select stratum, tone, any_value(size), count(*)::double, sum(y)::double, sum(f)::double, sum(y * y)::double, sum(f * f)::double, sum(y * f)::double
from t group by stratum, tone order by stratum, tone`

const modelSQL = `
select
  coalesce(sum(p_negative::decimal(9, 6)), 0)::double, coalesce(sum(p_neutral::decimal(9, 6)), 0)::double, coalesce(sum(p_positive::decimal(9, 6)), 0)::double,
  coalesce(sum(p_negative::decimal(9, 6) * p_negative::decimal(9, 6)), 0)::double, coalesce(sum(p_neutral::decimal(9, 6) * p_neutral::decimal(9, 6)), 0)::double,
  coalesce(sum(p_positive::decimal(9, 6) * p_positive::decimal(9, 6)), 0)::double
from counted`

const labelsSQL = `
select (select count(*) from label_sample), (select count(distinct post) from coded), (select count(distinct coder) from labels),
  (select count(*) from labels where sentiment = 'unclear'), (select count(distinct stratum) from label_sample)`

// leastLabels is how many labelled posts shares are corrected from at least.
const leastLabels = 20

// readLabels reads what people say of posts and corrects the shares of tones by it.
func (d *draft) readLabels(ctx context.Context) error {
	h := &d.facts.hand
	if err := one(ctx, d, labelsSQL, &h.drawn, &h.labelled, &h.coders, &h.unclear, &h.tones); err != nil || h.labelled.n == 0 {
		return err
	}
	var err error
	h.strata, err = collect(ctx, d, func(r *row, s *stratum) error {
		s.at = r.number
		return r.Scan(&s.name, &s.tone, &s.size, &s.N, &s.SumY, &s.SumF, &s.SumYY, &s.SumFF, &s.SumYF)
	}, momentsSQL)
	if err != nil {
		return err
	}
	labels := len(d.statements) - 1
	m := &h.model
	if err := one(ctx, d, modelSQL, &m[0].sum, &m[1].sum, &m[2].sum, &m[0].squares, &m[1].squares, &m[2].squares); err != nil {
		return err
	}
	h.correct(d.facts.posts.n, labels)
	return nil
}

// correct corrects the share of each tone, where every stratum of the sample has
// labels enough.
func (h *hand) correct(n int64, statement int) {
	total, units := 0.0, 0.0
	names := map[string]bool{}
	for _, s := range h.strata {
		if s.N < 2 {
			return
		}
		if s.tone == toneNames[0] {
			total, units = total+float64(s.size), units+s.N
			names[s.name] = true
		}
	}
	if h.enough = units >= leastLabels && len(names) == h.tones; !h.enough {
		return
	}
	var labels [3]statistics.Label
	var cells []cell
	for i, tone := range toneNames {
		l := &labels[i]
		for _, s := range h.strata {
			if s.tone != tone {
				continue
			}
			s.Weight = float64(s.size) / total
			l.Strata = append(l.Strata, s.Stratum)
			for column := 2; column < 9; column++ {
				cells = append(cells, cell{statement, s.at, column})
			}
		}
		l.N, l.Mean = float64(n), h.model[i].sum/float64(n)
		l.Variance = math.Max(0, h.model[i].squares/l.N-l.Mean*l.Mean)
		cells = append(cells, cell{statement + 1, 0, i}, cell{statement + 1, 0, 3 + i})
	}
	power := statistics.Power(labels[:]...)
	for i, l := range labels {
		c := &h.corrected[i]
		c.share, c.interval = l.Corrected(power)
		c.cells = cells
	}
}

func (c correction) percent() string { return figure(isCorrected, percentage(c.share), c.cells) }

func (c correction) bounds() string {
	return figure(isCorrectedInterval, fmt.Sprintf("%.1f–%.1f%%", 100*c.interval.Low, 100*c.interval.High), c.cells)
}

// checked says how far people and model agree, and what that does to the shares.
func checked(ctx context.Context, d *draft) error {
	h := d.facts.hand
	if h.labelled.n == 0 || d.facts.posts.n == 0 {
		d.para("No post has been labelled by hand, so how often the model is wrong on these posts is not known. `fedipulse label` draws a sample and takes labels in.")
		return nil
	}
	d.para("%s of %s that were drawn %s labelled by %s, without sight of what the model says; %s left as unclear. "+
		"The sample was drawn at random, half in proportion to the tones that the model found and half in equal parts; weights undo that below.",
		sentence(posts(h.labelled)), number(h.drawn), verb(h.labelled, "is", "are"), count(h.coders, "person", "people"), count(h.unclear, "label was", "labels were"))
	if err := d.agreement(ctx); err != nil {
		return err
	}
	if !h.enough {
		d.para("Too few posts are labelled to say how often the model is right: it takes %d, with two of each tone that the model finds.", leastLabels)
		return nil
	}
	var rows [][]string
	for i, tone := range toneNames {
		raw, c := d.toneShare("all", d.facts.tone, i), h.corrected[i]
		rows = append(rows, []string{tone, percent(raw), bounds(raw), c.percent(), c.bounds()})
	}
	d.table([]string{"Tone", "#As the model reads", "#95% interval", "#Corrected by labels", "#95% interval"}, rows)
	d.para("Corrected: the share of all posts that count that people would give the tone, by prediction-powered inference (PPI++, Angelopoulos, Duchi and Zrnic 2023) " +
		"in strata. Its interval holds what the model gets wrong, and takes these posts as they are; that of the first column takes the model at its word, and the posts as " +
		"some of many that are alike by author and thread.")
	return d.rightness(ctx)
}

const confusionSQL = `
with c as (
  select post, any_value(stratum) as stratum, any_value(size) as size, count(*) as coders from coded group by post),
n as (select stratum, count(*) as n from c join counted r on r.post = c.post group by stratum)
select c.stratum, any_value(c.size), any_value(n.n), r.sentiment, l.sentiment, sum((1.0 / c.coders)::decimal(9, 6))::double
from c join n on n.stratum = c.stratum join coded l on l.post = c.post join counted r on r.post = c.post
group by 1, 4, 5 order by 1, 4, 5`

// rightness says for each tone how often the model is right, weighted to all posts.
func (d *draft) rightness(ctx context.Context) error {
	type line struct {
		stratum, model, person string
		size, n                int64
		posts                  float64
	}
	lines, err := collect(ctx, d, func(r *row, x *line) error {
		return r.Scan(&x.stratum, &x.size, &x.n, &x.model, &x.person, &x.posts)
	}, confusionSQL)
	if err != nil {
		return err
	}
	var cells []cell
	for i := range lines {
		cells = append(cells, cell{len(d.statements) - 1, i, 1}, cell{len(d.statements) - 1, i, 2}, cell{len(d.statements) - 1, i, 5})
	}
	ratio := func(k, n float64) string {
		if n == 0 {
			return "–"
		}
		return figure(isWeighted, fmt.Sprintf("%.2f", k/n), cells)
	}
	var rows [][]string
	for _, tone := range toneNames {
		var right, found, given float64
		for _, x := range lines {
			w := x.posts * float64(x.size) / float64(x.n)
			if x.model == tone {
				found += w
			}
			if x.person == tone {
				given += w
			}
			if x.model == tone && x.person == tone {
				right += w
			}
		}
		rows = append(rows, []string{tone, ratio(right, found), ratio(right, given), ratio(2*right, found+given)})
	}
	d.table([]string{"Tone", "#Precision", "#Recall", "#F1"}, rows)
	d.para("Precision: of the posts that the model gives the tone, those that people give it; recall: of the posts that people give it, those that the model finds; "+
		"F1: their harmonic mean. From %s, weighted to all that count.", posts(d.facts.hand.labelled))
	return nil
}

const pairsOfCodersSQL = `
with l as (select post, coder, sentiment, count(*) over (partition by post) as coders from coded)
select a.sentiment, b.sentiment, sum((1.0 / (a.coders - 1))::decimal(18, 9))::double, count(distinct a.post), count(*) filter (a.coder < b.coder)
from l a join l b on b.post = a.post and b.coder <> a.coder
group by 1, 2 order by 1, 2`

const bothSQL = `
select count(distinct a.post), count(*), count(*) filter (a.sentiment = b.sentiment)
from coded a join coded b on b.post = a.post and b.coder > a.coder`

// agreement says how far people agree with each other.
func (d *draft) agreement(ctx context.Context) error {
	if d.facts.hand.coders.n < 2 {
		d.para("Only one person labelled: how far people would agree is not known.")
		return nil
	}
	var both, pairs, same num
	if err := one(ctx, d, bothSQL, &both, &pairs, &same); err != nil {
		return err
	}
	if both.n == 0 {
		d.para("No post was labelled by two people: how far they would agree is not known.")
		return nil
	}
	type line struct {
		a, b              string
		weight            float64
		posts, firstFirst int64
	}
	lines, err := collect(ctx, d, func(r *row, x *line) error { return r.Scan(&x.a, &x.b, &x.weight, &x.posts, &x.firstFirst) }, pairsOfCodersSQL)
	if err != nil {
		return err
	}
	coincidences, table := square(), square()
	var cells []cell
	for i, x := range lines {
		a, b := slices.Index(toneNames[:], x.a), slices.Index(toneNames[:], x.b)
		coincidences[a][b] += x.weight
		table[a][b] += float64(x.firstFirst)
		cells = append(cells, cell{len(d.statements) - 1, i, 2}, cell{len(d.statements) - 1, i, 4})
	}
	value := func(name string, v float64) string {
		if math.IsNaN(v) {
			return "not defined, since all labels are one"
		}
		return figure(name, fmt.Sprintf("%.2f", v), cells)
	}
	kappa := ""
	if d.facts.hand.coders.n == 2 {
		kappa = ", Cohen’s kappa " + value(isKappa, statistics.Kappa(table))
	}
	d.para("%s %s labelled by more than one person; they agree on %s of %s of labels (%s); Krippendorff’s alpha %s%s.", sentence(posts(both)), verb(both, "was", "were"),
		number(same), count(pairs, "pair", "pairs"), ratio(same, pairs), value(isAlpha, statistics.Alpha(coincidences)), kappa)
	return nil
}

// square is an empty table of tones by tones.
func square() [][]float64 {
	return [][]float64{make([]float64, 3), make([]float64, 3), make([]float64, 3)}
}
