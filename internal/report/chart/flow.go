package chart

// Step is a step of Flow: what it is called, how many posts are left after it, and
// how many it lost.
type Step struct {
	Label      string
	Left, Lost int64
}

// Flow draws how many posts are left after each step, as bars from the left, and
// beside each bar what the step lost.
func Flow(h Heading, steps []Step) *Chart {
	const left, top, step, thick = 150.0, 76.0, 30.0, 20.0
	edge := right - 200
	bottom := top + step*float64(len(steps))
	c := newCard(bottom+30, h)
	most := int64(1)
	for _, s := range steps {
		most = max(most, s.Left)
	}
	for i, s := range steps {
		y := top + step*float64(i)
		w := float64(s.Left) / float64(most) * (edge - left)
		c.text(left-12, y+thick/2+4, c.fit(s.Label, left-12-margin, 13, regular), style{size: 13, color: ink, align: 1})
		c.rect(left, y, max(1, w), thick, positive)
		if i > 0 {
			c.rect(left+w, y, float64(s.Lost)/float64(most)*(edge-left), thick, neutral)
		}
		c.text(right-90, y+thick/2+4, thousands(s.Left), style{size: 12, weight: bold, color: ink, align: 1})
		if s.Lost > 0 {
			c.text(right, y+thick/2+4, "−"+thousands(s.Lost), style{size: 12, color: muted, align: 1})
		}
	}
	c.text(right-90, top-8, "posts left", style{size: 11, color: muted, align: 1})
	c.text(right, top-8, "lost", style{size: 11, color: muted, align: 1})
	c.text(margin, bottom+16, "Blue: posts that pass the step. Grey: posts that it loses.", style{size: 11, color: muted, align: -1})
	return c
}
