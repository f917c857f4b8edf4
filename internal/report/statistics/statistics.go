// Package statistics puts intervals around shares: counts go in, 95% intervals
// come out. Units are taken as independent of each other, unless it is said how
// they fall into groups: see Clustered.
package statistics

import "math"

// z is the 97.5% point of the standard normal distribution.
const z = 1.959963984540054

// Interval is a 95% interval.
type Interval struct{ Low, High float64 }

// Holds reports whether x lies in the interval, bounds included.
func (i Interval) Holds(x float64) bool { return i.Low <= x && x <= i.High }

// Proportion is K units out of N; 0 <= K <= N.
type Proportion struct {
	K, N   int64
	Effect float64 // design effect: so many units say as much as an independent one; below 1 counts as 1
}

// Share is K/N, in [0, 1]; 0 where N is 0.
func (p Proportion) Share() float64 {
	if p.N <= 0 {
		return 0
	}
	return float64(p.K) / float64(p.N)
}

// Wilson is the score interval of a share, in [0, 1], without continuity
// correction: E. B. Wilson, "Probable inference, the law of succession, and
// statistical inference", JASA 22 (1927), 209-212. Unlike the textbook interval
// it behaves at small N and at shares near 0 and 1. With N = 0 nothing is known
// and it is [0, 1]. Of units in groups it takes as many as are effective: E. L. Korn
// and B. I. Graubard, "Confidence intervals for proportions with small expected
// number of positive counts estimated from survey data", Survey Methodology 24
// (1998), 193-201, do so for another interval.
func (p Proportion) Wilson() Interval {
	if p.N <= 0 {
		return Interval{0, 1}
	}
	i := Score(p.Share(), p.Effective())
	// At the ends the formula gives the bound itself, but for rounding.
	if p.K == 0 {
		i.Low = 0
	}
	if p.K == p.N {
		i.High = 1
	}
	return i
}

// Score is Wilson's interval of a share of n effective units, n > 0.
func Score(share, n float64) Interval {
	centre := (share + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	return Interval{math.Max(0, centre-half), math.Min(1, centre+half)}
}

// Difference is the share of a less the share of b, in [-1, 1], and its hybrid
// score interval: method 10 of R. G. Newcombe, "Interval estimation for the
// difference between independent proportions: comparison of eleven methods",
// Statistics in Medicine 17 (1998), 873-890.
func Difference(a, b Proportion) (float64, Interval) {
	p, q := a.Share(), b.Share()
	i, j := a.Wilson(), b.Wilson()
	d := p - q
	if a.N <= 0 || b.N <= 0 {
		return d, Interval{-1, 1}
	}
	return d, Interval{
		Low:  math.Max(-1, d-math.Hypot(p-i.Low, j.High-q)),
		High: math.Min(1, d+math.Hypot(i.High-p, q-j.Low)),
	}
}
