package accuracy

import (
	"math/rand/v2"
	"slices"
)

// Interval is a 95% interval, [low, high].
type Interval [2]float64

// resamples is how many times the rows are drawn again.
const resamples = 1000

// bootstrap draws n of n units with replacement, many times over: add is called
// for every unit drawn, take then gives the figures and forgets the units. It
// returns the 2.5% and 97.5% points of each figure: the percentile interval of B.
// Efron and R. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.
// The seed is fixed, so that the same units in the same order give the same
// intervals.
func bootstrap(n int, add func(unit int), take func() []float64) []Interval {
	random := rand.New(rand.NewPCG(1979, 1)) // Efron's paper
	var drawn [][]float64                    // by figure
	for range resamples {
		for range n {
			add(random.IntN(n))
		}
		figures := take()
		if drawn == nil {
			drawn = make([][]float64, len(figures))
		}
		for i, f := range figures {
			drawn[i] = append(drawn[i], f)
		}
	}
	list := make([]Interval, len(drawn))
	for i, d := range drawn {
		slices.Sort(d)
		list[i] = Interval{quantile(d, 0.025), quantile(d, 0.975)}
	}
	return list
}

// quantile of sorted values, interpolated linearly: type 7 of R. Hyndman and Y.
// Fan, "Sample quantiles in statistical packages", The American Statistician 50
// (1996).
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	low := int(at)
	high := min(low+1, len(sorted)-1)
	return sorted[low] + (at-float64(low))*(sorted[high]-sorted[low])
}

// intervals resamples the texts behind a table. They are drawn by cell, so that
// the order in which they were read does not matter.
func (t table) intervals() []Interval {
	drawn := newTable(t.k)
	units := expand(t.cells)
	return bootstrap(len(units), func(u int) { drawn.cells[units[u]]++ }, func() []float64 {
		f := drawn.figures()
		clear(drawn.cells)
		return f
	})
}

// expand lists every counted thing by the number of its cell.
func expand(cells []int) []int32 {
	var units []int32
	for cell, n := range cells {
		units = append(units, slices.Repeat([]int32{int32(cell)}, n)...)
	}
	return units
}

// differences resamples two tables over the same texts at once: both models see
// the texts that were drawn, and what counts is how far the first is ahead. The
// cell of a text is (class*k + first)*k + second.
func differences(k int, cells []int) []Interval {
	first, second := newTable(k), newTable(k)
	units := expand(cells)
	return bootstrap(len(units), func(u int) {
		cell := int(units[u])
		first.cells[cell/k]++
		second.cells[cell/(k*k)*k+cell%k]++
	}, func() []float64 {
		ahead := first.figures()
		for i, f := range second.figures() {
			ahead[i] -= f
		}
		clear(first.cells)
		clear(second.cells)
		return ahead
	})
}
