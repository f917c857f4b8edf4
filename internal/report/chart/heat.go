package chart

import (
	"fmt"
	"image/color"
	"slices"

	"github.com/fedipulse/fedipulse/internal/report/statistics"
)

// Heat is a row of Tiles: how a group of posts falls into the tones.
type Heat struct {
	Label  string
	N      int64
	Shares [3]statistics.Proportion // negative, neutral, positive
	Hidden [3]string                // what stands in place of a share; "" shows it
}

// Tiles draws a tile for each row and tone, the darker the larger the share, with
// the share and its 95% interval in it.
func Tiles(h Heading, rows []Heat) *Chart {
	const left, top, step, gap = 220.0, 88.0, 34.0, 2.0
	edge := right - 60
	bottom := top + step*float64(len(rows))
	c := newCard(bottom+34, h)
	wide := (edge - left) / float64(len(tones))
	for j, tone := range tones {
		c.text(left+wide*(float64(j)+0.5), top-8, tone.name, style{size: 12, weight: bold, color: ink})
	}
	c.text(right, top-8, "posts", style{size: 11, color: muted, align: 1})
	for i, row := range rows {
		y := top + step*float64(i)
		c.text(left-12, y+step/2+4, c.fit(row.Label, left-12-margin, 13, regular), style{size: 13, color: ink, align: 1})
		c.text(right, y+step/2+4, thousands(row.N), style{size: 12, color: ink, align: 1})
		for j, p := range row.Shares {
			x := left + wide*float64(j)
			middle := x + wide/2
			if row.Hidden[j] != "" {
				c.rect(x, y, wide-gap, step-gap, grid)
				c.text(middle, y+step/2+4, row.Hidden[j], style{size: 12, color: muted})
				continue
			}
			fill, on := shade(dark[j], p.Share())
			c.rect(x, y, wide-gap, step-gap, fill)
			i := p.Wilson()
			c.text(middle, y+14, fmt.Sprintf("%.0f%%", 100*p.Share()), style{size: 13, weight: bold, color: on})
			c.text(middle, y+27, fmt.Sprintf("%.0f–%.0f", 100*i.Low, 100*i.High), style{size: 11, color: on})
		}
	}
	note := "Tile: share of the row’s posts, its 95% interval below."
	if slices.ContainsFunc(rows, func(h Heat) bool { return h.Hidden != [3]string{} }) {
		note += " Grey: too few authors, or (…) it would give such a tile away."
	}
	c.text(margin, bottom+20, c.fit(note, right-margin, 11, regular), style{size: 11, color: muted, align: -1})
	return c
}

// dark are the tones at their darkest: white words are legible on them.
var dark = [3]color.NRGBA{{0x8f, 0x42, 0x02, 0xff}, {0x57, 0x60, 0x6a, 0xff}, {0x25, 0x55, 0x96, 0xff}}

// black reaches the contrast where ink would not: in the middle of the scale.
var black = color.NRGBA{0, 0, 0, 0xff}

// shade mixes white with as much of a colour as the share is, and returns a colour
// for words on it that reaches a contrast of 4.5 to 1.
func shade(full color.NRGBA, share float64) (fill, on color.NRGBA) {
	mix := func(v uint8) uint8 { return uint8(255 - (255-float64(v))*share + 0.5) }
	fill = color.NRGBA{mix(full.R), mix(full.G), mix(full.B), 0xff}
	if contrast(fill, black) >= contrast(fill, white) {
		return fill, black
	}
	return fill, white
}
