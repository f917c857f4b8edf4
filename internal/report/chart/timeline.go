package chart

import (
	"fmt"
	"time"
)

// Bin is one bar of a timeline.
type Bin struct {
	Start  time.Time // first day, UTC
	Counts [3]int64  // posts: negative, neutral, positive
}

// Event is a mark on the timeline. Day is a UTC day.
type Event struct {
	Day   time.Time
	Label string
}

// Series is what Timeline draws: bins in order of Start, each reaching to the
// next one's start, without gaps.
type Series struct {
	Bins   []Bin
	End    time.Time // first day after the last bin
	Unit   string    // day, week or month
	Events []Event   // those outside the bins are not drawn
}

// eventsMax is how many events are drawn and listed; more would hide the bars.
const eventsMax = 8

const (
	plotLeft   = 62.0
	plotHeight = 200.0
)

// timeline is a Series on its card.
type timeline struct {
	*Chart
	Series
	top, bottom float64 // of the bars
	ceiling     int64   // posts at top
}

// Timeline draws posts per day (or week, or month), split by tone, with numbered
// dashed lines for the first eight events and their list below. It wants at
// least one bin.
func Timeline(h Heading, s Series) *Chart {
	shown := s.visible()
	rows, highest := badgeRows(s, shown)
	top := 116.0 + 20*float64(highest)
	bottom := top + plotHeight
	ticks := countTicks(s.highest())
	t := timeline{newCard(bottom+52+18*float64(len(shown)), h), s, top, bottom, ticks[len(ticks)-1]}
	t.legend(80)
	for _, tick := range ticks {
		t.line(plotLeft, t.y(tick), right, t.y(tick), 1, grid)
		t.text(plotLeft-8, t.y(tick)+4, thousands(tick), style{size: 11, color: muted, align: 1})
	}
	t.text(margin, top-12, "posts per "+s.Unit, style{size: 11, color: muted, align: -1})
	t.drawBins()
	t.line(plotLeft, bottom, right, bottom, 1, muted)
	t.drawDates()
	t.drawEvents(shown, rows)
	return t.Chart
}

func (s Series) highest() int64 {
	highest := int64(1)
	for _, b := range s.Bins {
		highest = max(highest, b.Counts[0]+b.Counts[1]+b.Counts[2])
	}
	return highest
}

func (s Series) visible() []Event {
	var shown []Event
	for _, e := range s.Events {
		if len(shown) < eventsMax && !e.Day.Before(s.Bins[0].Start) && e.Day.Before(s.End) {
			shown = append(shown, e)
		}
	}
	return shown
}

// badgeRows gives each event's number a row above the bars, so that numbers that
// would touch stand above each other, and returns the highest row.
func badgeRows(s Series, shown []Event) (rows []int, highest int) {
	var ends []float64 // of each row
	for _, e := range shown {
		x, row := s.eventX(e), 0
		for row < len(ends) && x-ends[row] < 20 {
			row++
		}
		if row == len(ends) {
			ends = append(ends, 0)
		}
		ends[row] = x
		rows, highest = append(rows, row), max(highest, row)
	}
	return rows, highest
}

// x is where a moment stands.
func (s Series) x(t time.Time) float64 {
	start := s.Bins[0].Start
	return plotLeft + float64(t.Sub(start))/float64(s.End.Sub(start))*(right-plotLeft)
}

// eventX is the middle of the event's day.
func (s Series) eventX(e Event) float64 { return s.x(e.Day.Add(12 * time.Hour)) }

// end is where bin i ends.
func (s Series) end(i int) time.Time {
	if i+1 < len(s.Bins) {
		return s.Bins[i+1].Start
	}
	return s.End
}

func (t timeline) y(posts int64) float64 {
	return t.bottom - float64(posts)/float64(t.ceiling)*plotHeight
}

func (t timeline) drawBins() {
	for i, b := range t.Bins {
		x0, x1 := t.x(b.Start), t.x(t.end(i))
		gap := min(2, (x1-x0)*0.15)
		if x1-x0 > 52 { // a few bars look like bars, not like a wall
			gap = (x1 - x0 - 48) / 2
		}
		below := int64(0)
		for j, tone := range tones {
			above := below + b.Counts[j]
			t.rect(x0+gap, t.y(above), x1-x0-2*gap, t.y(below)-t.y(above), tone.fill)
			below = above
		}
	}
}

// drawDates writes as many dates below the bars as have room.
func (t timeline) drawDates() {
	layout, room := "2 Jan", 56.0
	if t.Unit == "month" {
		layout, room = "Jan 2006", 76
	}
	step := 1
	for (right-plotLeft)/float64(len(t.Bins))*float64(step) < room {
		step++
	}
	if t.Unit == "day" && step > 3 && step < 7 {
		step = 7
	}
	for i := 0; i < len(t.Bins); i += step {
		at := (t.x(t.Bins[i].Start) + t.x(t.end(i))) / 2
		t.line(at, t.bottom, at, t.bottom+4, 1, muted)
		t.text(at, t.bottom+17, t.Bins[i].Start.Format(layout), style{size: 11, color: muted})
	}
	t.text((plotLeft+right)/2, t.bottom+36, t.Unit+" (UTC), "+t.years(), style{size: 12, color: muted})
}

func (t timeline) years() string {
	first, last := t.Bins[0].Start.Year(), t.End.AddDate(0, 0, -1).Year()
	if first == last {
		return fmt.Sprint(first)
	}
	return fmt.Sprintf("%d to %d", first, last)
}

// drawEvents draws the numbered lines and their list.
func (t timeline) drawEvents(shown []Event, rows []int) {
	for i, e := range shown {
		number := fmt.Sprint(i + 1)
		x, badge := t.eventX(e), t.top-14-20*float64(rows[i])
		t.line(x, badge+8, x, t.bottom, 1.2, ink, 4, 3)
		t.badge(x, badge, number)
		y := t.bottom + 58 + 18*float64(i)
		t.badge(margin+8, y-4, number)
		label := e.Day.Format("2 Jan 2006") + ": " + e.Label
		t.text(margin+24, y, t.fit(label, right-margin-24, 12, regular), style{size: 12, color: ink, align: -1})
	}
}

// badge draws a number in a disc around (x, y).
func (t timeline) badge(x, y float64, number string) {
	t.dot(x, y, 8, ink)
	t.text(x, y+4, number, style{size: 11, weight: bold, color: white})
}
