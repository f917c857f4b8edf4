package statistics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Mean is the mean of n numbers in [0, 1] of a sum and a sum of squares, n >= 2, and
// Student's interval of it, cut at 0 and 1.
func Mean(n, sum, squares float64) (float64, Interval) {
	mean := sum / n
	half := distuv.StudentsT{Sigma: 1, Nu: n - 1}.Quantile(0.975) * math.Sqrt(spread(n, sum, squares)/n)
	return mean, Interval{math.Max(0, mean-half), math.Min(1, mean+half)}
}
