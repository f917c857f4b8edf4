package statistics

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// Same returns the p-value, in [0, 1], of two shares being the same in truth: the
// two-sided score test with a pooled share, of as many units as are effective. It
// is 1 where one side has no units, or where all units are alike.
func Same(a, b Proportion) float64 {
	if a.N <= 0 || b.N <= 0 {
		return 1
	}
	n, m := a.Effective(), b.Effective()
	pooled := (a.Share()*n + b.Share()*m) / (n + m)
	sd := math.Sqrt(pooled * (1 - pooled) * (1/n + 1/m))
	if sd == 0 {
		return 1
	}
	return 2 * distuv.UnitNormal.CDF(-math.Abs(a.Share()-b.Share())/sd)
}

// BenjaminiHochberg returns p-values adjusted for their number, in their order: of
// those at or below q, no more than a share q is expected to be false. Y. Benjamini
// and Y. Hochberg, "Controlling the false discovery rate", JRSS B 57 (1995),
// 289-300; they may depend on each other positively.
func BenjaminiHochberg(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case p[i] < p[j]:
			return -1
		case p[i] > p[j]:
			return 1
		}
		return 0
	})
	adjusted := make([]float64, len(p))
	least := 1.0
	for rank := len(order); rank > 0; rank-- {
		i := order[rank-1]
		least = min(least, p[i]*(float64(len(p))/float64(rank)))
		adjusted[i] = least
	}
	return adjusted
}
