package chart

import (
	"math"
	"strconv"
)

// percentTicks returns ticks from 0 to at least highest, in shares, and not
// beyond 1.
func percentTicks(highest float64) []float64 {
	step := 0.25
	for _, s := range []float64{0.01, 0.02, 0.05, 0.1, 0.2} {
		if highest <= 5*s {
			step = s
			break
		}
	}
	ticks := []float64{0}
	for i := 1; ticks[len(ticks)-1] < highest-1e-9; i++ {
		ticks = append(ticks, math.Min(1, float64(i)*step))
	}
	if len(ticks) == 1 {
		ticks = append(ticks, step)
	}
	return ticks
}

// countTicks returns three to six whole numbers from 0 to at least highest.
func countTicks(highest int64) []int64 {
	step := int64(1)
	for power := int64(1); ; power *= 10 {
		for _, s := range []int64{1, 2, 5} {
			if step = s * power; step*5 >= highest {
				ticks := []int64{0}
				for n := step; ; n += step {
					ticks = append(ticks, n)
					if n >= highest {
						return ticks
					}
				}
			}
		}
	}
}

// thousands writes 12345 as 12,345.
func thousands(n int64) string {
	s := strconv.FormatInt(n, 10)
	for at := len(s) - 3; at > 0 && s[at-1] != '-'; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return s
}
