package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/fedipulse/fedipulse/internal/report/chart"
	"github.com/fedipulse/fedipulse/internal/report/markdown"
	"github.com/fedipulse/fedipulse/internal/report/statistics"
)

// dayCount is what one UTC day holds.
type dayCount struct {
	day     time.Time
	authors num
	tone    counts
}

// Times worked out from "2 months ago" would heap up on single days.
const daysSQL = `
select strftime(day, '%Y-%m-%d'), count(distinct author),
  count(*) filter (sentiment = 'negative'), count(*) filter (sentiment = 'neutral'), count(*) filter (sentiment = 'positive')
from counted where not approximate and day is not null group by day order by day`

const monthsSQL = `
select coalesce(strftime(day, '%Y-%m'), 'not known') as month, count(*), count(distinct author)
from counted group by month order by month`

func scanDay(r *row, d *dayCount) (err error) {
	var text string
	if err := r.Scan(&text, &d.authors, &d.tone[0], &d.tone[1], &d.tone[2]); err != nil {
		return err
	}
	d.day, err = time.Parse(time.DateOnly, text)
	return err
}

// timeline is the chart of posts over time with the study's events, and what
// changed around them.
func timeline(ctx context.Context, d *draft) error {
	if d.empty() {
		return nil
	}
	if d.facts.exact.n == 0 {
		return d.months(ctx)
	}
	days, err := collect(ctx, d, scanDay, daysSQL)
	if err != nil {
		return err
	}
	if left := d.facts.posts.minus(d.facts.exact); left.n > 0 {
		d.para("%s of %s %s not dated to the day: left out of this section, counted everywhere else.",
			number(left), posts(d.facts.posts), verb(left, "is", "are"))
	}
	if len(days) == 1 {
		d.para("Chart not shown: every post with a known day is of %s.", day(days[0].day))
	} else if err := d.timelineChart(days); err != nil {
		return err
	}
	d.aroundEvents(days)
	d.turn(days)
	return nil
}

// orders is into how many random orders days are put, to see what chance does.
const orders = 999

// turn says on which day tone changed most, whatever the study says of events.
func (d *draft) turn(days []dayCount) {
	var series []statistics.Proportion
	var cells []cell
	for _, one := range days {
		series = append(series, one.tone.of(0).Proportion)
		cells = append(cells, one.tone.total().from.cells...)
	}
	at, p := statistics.ChangePoint(series, comparable, orders)
	if at == 0 {
		d.para("No day is looked for on which tone turned: there are too few posts on either side of each.")
		return
	}
	var before, after counts
	for i, one := range days {
		side := &before
		if i >= at {
			side = &after
		}
		for j, n := range one.tone {
			side[j] = side[j].plus(n)
		}
	}
	numbers := fmt.Sprintf("%s negative before it (%s of %s) against %s from it on (%s of %s); with the days in random order, so large a change is found in %s of 100 cases",
		percent(before.of(0)), number(before[0]), posts(before.total()), percent(after.of(0)), number(after[0]), posts(after.total()), figure(isChance, fmt.Sprintf("%.1f", 100*p), cells))
	if p > falseRate {
		d.para("No day stands out on which tone turned. It changes most on %s, but that is **not distinguishable** from chance: %s.", day(days[at].day), numbers)
		return
	}
	d.para("Tone changes most on %s: %s.", day(days[at].day), numbers)
}

// months stands in for the chart where no post has an exact day.
func (d *draft) months(ctx context.Context) error {
	d.para("Chart not shown: the time of every post was worked out from words such as “2 months ago”, so that a chart by day " +
		"would show the rounding and not the discussion. For the same reason events are not compared with what came before.")
	months, err := collect(ctx, d, scanGroup, monthsSQL)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, m := range months {
		rows = append(rows, []string{m.name, number(m.posts), number(m.authors)})
	}
	d.table([]string{"Month (approximate)", "#Posts", "#Authors"}, rows)
	return nil
}

func (d *draft) timelineChart(days []dayCount) error {
	s := series(days)
	var total counts
	peak := days[0]
	for _, one := range days {
		for i, n := range one.tone {
			total[i] = total[i].plus(n)
		}
		if one.tone.total().n > peak.tone.total().n {
			peak = one
		}
	}
	for _, e := range d.sortedEvents() {
		s.Events = append(s.Events, chart.Event{Day: e.Date, Label: markdown.Clean(e.Label)})
	}
	alt := fmt.Sprintf("Posts per %s from %s to %s. The day with most posts is %s with %s.",
		s.Unit, day(days[0].day), day(days[len(days)-1].day), day(peak.day), posts(peak.tone.total()))
	return d.keep("timeline", alt, chart.Timeline(heading("Posts per "+s.Unit+", by tone", "unit: posts with a known day; n = "+number(total.total()), alt), s))
}

// sortedEvents are the study's events by UTC day.
func (d *draft) sortedEvents() []Event {
	events := slices.Clone(d.Events)
	for i := range events {
		events[i].Date = events[i].Date.UTC().Truncate(24 * time.Hour)
	}
	slices.SortStableFunc(events, func(a, b Event) int { return a.Date.Compare(b.Date) })
	return events
}

// series puts days into bins without gaps: days up to a quarter, weeks up to two
// years, months beyond.
func series(days []dayCount) chart.Series {
	first, last := days[0].day, days[len(days)-1].day
	s := chart.Series{Unit: "day"}
	start, next := first, func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }
	switch length := last.Sub(first); {
	case length > 730*24*time.Hour:
		s.Unit = "month"
		start = time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, time.UTC)
		next = func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }
	case length > 92*24*time.Hour:
		s.Unit = "week"
		start = first.AddDate(0, 0, -(int(first.Weekday())+6)%7) // Monday
		next = func(t time.Time) time.Time { return t.AddDate(0, 0, 7) }
	}
	i := 0
	for ; !start.After(last); start = next(start) {
		bin := chart.Bin{Start: start}
		for ; i < len(days) && days[i].day.Before(next(start)); i++ {
			for j, n := range days[i].tone {
				bin.Counts[j] += n.n
			}
		}
		s.Bins = append(s.Bins, bin)
	}
	s.End = start
	return s
}
