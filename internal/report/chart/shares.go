package chart

import (
	"fmt"

	"github.com/fedipulse/fedipulse/internal/report/statistics"
)

// Tones is one bar: how many posts have which tone.
type Tones struct {
	Label              string
	Counts             [3]int64            // negative, neutral, positive
	Negative, Positive statistics.Interval // of their shares
}

func (t Tones) total() int64 { return t.Counts[0] + t.Counts[1] + t.Counts[2] }

// Shares draws one bar of a hundred per cent per row, and below each bar the
// 95% intervals of its negative and of its positive share. Rows without a post
// are left out.
func Shares(h Heading, rows []Tones) *Chart {
	const left, top, step, thick = 150.0, 104.0, 50.0, 26.0
	var held []Tones
	for _, row := range rows {
		if row.total() > 0 {
			held = append(held, row)
		}
	}
	bottom := top + step*float64(len(held))
	c := newCard(bottom+66, h)
	c.legend(80)
	x := func(share float64) float64 { return left + share*(right-left) }
	for _, tick := range []float64{0, 0.25, 0.5, 0.75, 1} {
		c.line(x(tick), top-6, x(tick), bottom, 1, grid)
		c.text(x(tick), bottom+16, fmt.Sprintf("%.0f%%", 100*tick), style{size: 11, color: muted})
	}
	for i, row := range held {
		y := top + step*float64(i)
		c.text(margin, y+11, c.fit(row.Label, left-margin-10, 13, bold), style{size: 13, weight: bold, color: ink, align: -1})
		c.text(margin, y+26, "n = "+thousands(row.total()), style{size: 11, color: muted, align: -1})
		c.shareBar(row, x, y, thick)
	}
	c.text(x(0.5), bottom+34, "share of posts (%)", style{size: 12, color: muted})
	c.text(margin, bottom+54, "Lines below a bar: 95% intervals of the negative (from the left) and the positive share (from the right).",
		style{size: 11, color: muted, align: -1})
	return c
}

func (c *Chart) shareBar(row Tones, x func(float64) float64, y, thick float64) {
	start := 0.0
	for i, tone := range tones {
		p := statistics.Proportion{K: row.Counts[i], N: row.total()}
		end := start + p.Share()
		c.rect(x(start), y, x(end)-x(start), thick, tone.fill)
		label := fmt.Sprintf("%.0f%%", 100*p.Share())
		if x(end)-x(start) > measure(label, 12, regular)+8 {
			c.text((x(start)+x(end))/2, y+thick/2+4, label, style{size: 12, color: tone.on})
		}
		start = end
	}
	c.interval(x(row.Negative.Low), x(row.Negative.High), y+thick+6, 3, negative)
	// Both could meet in a small sample: the second runs a little lower.
	c.interval(x(1-row.Positive.High), x(1-row.Positive.Low), y+thick+12, 3, positive)
}

// Dot is one row of Dots: a share of N.
type Dot struct {
	Label string
	statistics.Proportion
}

// Dots draws shares as dots with their 95% Wilson intervals, one row each, in
// the order given. Axis names the share, with its unit.
func Dots(h Heading, axis string, rows []Dot) *Chart {
	const left, top, step, edge = 220.0, 80.0, 28.0, right - 128
	bottom := top + step*float64(len(rows))
	c := newCard(bottom+66, h)
	highest := 0.0
	for _, row := range rows {
		highest = max(highest, row.Wilson().High)
	}
	ticks := percentTicks(highest)
	x := func(share float64) float64 { return left + share/ticks[len(ticks)-1]*(edge-left) }
	for _, tick := range ticks {
		c.line(x(tick), top-6, x(tick), bottom, 1, grid)
		c.text(x(tick), bottom+16, fmt.Sprintf("%.0f%%", 100*tick), style{size: 11, color: muted})
	}
	for i, row := range rows {
		y := top + step*(float64(i)+0.5)
		c.text(left-12, y+4, c.fit(row.Label, left-12-margin, 13, regular), style{size: 13, color: ink, align: 1})
		bounds := row.Wilson()
		c.interval(x(bounds.Low), x(bounds.High), y, 3.5, muted)
		c.dot(x(row.Share()), y, 4.5, positive)
		c.text(right, y+4, fmt.Sprintf("%s (%.1f%%)", thousands(row.K), 100*row.Share()), style{size: 12, color: ink, align: 1})
	}
	c.text(right, top-8, "posts", style{size: 11, color: muted, align: 1})
	c.text((left+edge)/2, bottom+34, axis, style{size: 12, color: muted})
	c.text(margin, bottom+54, "Dot: share. Line: 95% interval.", style{size: 11, color: muted, align: -1})
	return c
}
