package report

import (
	"fmt"
	"time"

	"github.com/fedipulse/fedipulse/internal/report/markdown"
)

const (
	weekDays     = 7  // compared on each side of an event
	tableDays    = 3  // listed on each side of an event
	comparable   = 10 // posts that a side needs to be compared
	eventsListed = 8
)

// aroundEvents lists the days around each event and says what changed.
func (d *draft) aroundEvents(days []dayCount) {
	events := d.sortedEvents()
	if len(events) == 0 {
		d.para("The study names no events.")
		return
	}
	byDay := map[time.Time]dayCount{}
	for _, one := range days {
		byDay[one.day] = one
	}
	var rows [][]string
	var sentences []string
	for i, e := range events[:min(len(events), eventsListed)] {
		label := fmt.Sprintf("%d. %s", i+1, markdown.Inline(e.Label))
		for offset := -tableDays; offset <= tableDays; offset++ {
			at := e.Date.AddDate(0, 0, offset)
			if !d.within(at) {
				continue
			}
			rows = append(rows, append([]string{label}, d.dayCells(at, byDay[at], offset == 0)...))
			label = ""
		}
		sentences = append(sentences, fmt.Sprintf("Event %d, “%s” (%s): %s", i+1, markdown.Inline(e.Label), day(e.Date), d.beforeAfter(e, days)))
	}
	if len(rows) > 0 {
		d.table([]string{"Event", "Day (UTC)", "#Posts", "#Authors", "#Negative"}, rows)
	}
	d.para("The %d days before each event against the %d days from it on. That something followed an event does not show that the event caused it.",
		weekDays, weekDays)
	d.list(sentences)
	if len(events) > eventsListed {
		d.para("%s not listed.", sentence(count(given(len(events)-eventsListed), "further event is", "further events are")))
	}
}

// dayCells are the cells of one day; a share of few people is not a share.
func (d *draft) dayCells(at time.Time, one dayCount, event bool) []string {
	negative := "–"
	if one.authors.n >= int64(d.MinCell) {
		negative = percent(one.tone.of(0))
	}
	name := day(at)
	if event {
		name = "**" + name + "**"
	}
	return []string{name, number(one.tone.total()), number(one.authors), negative}
}

// within reports whether a day is part of the study's window.
func (d *draft) within(at time.Time) bool {
	return (d.Since.IsZero() || at.AddDate(0, 0, 1).After(d.Since)) && (d.Until.IsZero() || at.Before(d.Until))
}

// beforeAfter compares volume and negative share of the days before an event
// with those from it on.
func (d *draft) beforeAfter(e Event, days []dayCount) string {
	w := weeks(e)
	before, daysBefore := d.stretch(days, w[0])
	after, daysAfter := d.stretch(days, w[1])
	volume := fmt.Sprintf("%s %s written in the %s before it%s, %s in the %s from it on%s.",
		posts(before.total()), verb(before.total(), "was", "were"), count(daysBefore, "day", "days"), perDay(before, daysBefore),
		posts(after.total()), count(daysAfter, "day", "days"), perDay(after, daysAfter))
	if before.total().n < comparable || after.total().n < comparable {
		return volume + fmt.Sprintf(" Tone is not compared: one side has fewer than %d posts.", comparable)
	}
	return volume + " " + comparison(
		side{"from the event on", d.toneShare("week "+day(w[1]), after, 0)},
		side{"before it", d.toneShare("week "+day(w[0]), before, 0)})
}

// weeks are the first days of the week before an event and of that from it on.
func weeks(e Event) [2]time.Time { return [2]time.Time{e.Date.AddDate(0, 0, -weekDays), e.Date} }

// perDay writes the mean of a stretch; windows can cut one side short.
func perDay(sum counts, days num) string {
	total := sum.total()
	if days.n == 0 || total.n == 0 {
		return ""
	}
	return " (" + figure(isMean, fmt.Sprintf("%.1f", float64(total.n)/float64(days.n)), total.from.cells) + " a day)"
}

// stretch sums the week from a day on, as far as the window reaches.
func (d *draft) stretch(days []dayCount, from time.Time) (sum counts, covered num) {
	for offset := range weekDays {
		if d.within(from.AddDate(0, 0, offset)) {
			covered.n++
		}
	}
	to := from.AddDate(0, 0, weekDays)
	for _, one := range days {
		if one.day.Before(from) || !one.day.Before(to) {
			continue
		}
		for i, n := range one.tone {
			sum[i] = sum[i].plus(n)
		}
	}
	return sum, covered
}
