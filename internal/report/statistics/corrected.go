package statistics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Stratum sums up the units of a stratum that people labelled: y is what they say,
// 0 or 1 or between where they disagree, f what the model says, in [0, 1].
type Stratum struct {
	Weight                          float64 // of all units, the share that is in the stratum
	N                               float64 // labelled units
	SumY, SumF, SumYY, SumFF, SumYF float64
}

// Corrected is a share of all units as people would label them, with its interval,
// from a sample that they did label and from what a model says of all: the mean of f
// over all units is mean, its variance variance, and there are n. It is PPI++, of A.
// N. Angelopoulos, J. C. Duchi and T. Zrnic, "PPI++: efficient prediction-powered
// inference" (2023), for samples drawn in strata, as in A. Fisch and others,
// "Stratified prediction-powered inference for hybrid language model evaluation"
// (2024), with one power for all. trust is that power, in [0, 1]: 0 goes by the labels
// alone. Each stratum needs two units. A stratum whose units are all alike counts as
// if one in a few more were another, so that few labels never make a share certain.
func Corrected(mean, variance, n float64, strata []Stratum) (share float64, i Interval, trust float64) {
	above, below, df := 0.0, variance/n, 0.0
	for _, s := range strata {
		w := s.Weight * s.Weight / s.N
		above += w * s.covariance()
		below += w * spread(s.N, s.SumF, s.SumFF)
		df += s.N - 1
	}
	if below > 0 {
		trust = math.Min(1, math.Max(0, above/below))
	}
	share = trust * mean
	v := trust * trust * variance / n
	for _, s := range strata {
		share += s.Weight * (s.SumY - trust*s.SumF) / s.N
		rest := spread(s.N, s.SumY, s.SumYY) - 2*trust*s.covariance() + trust*trust*spread(s.N, s.SumF, s.SumFF)
		if p := 1 / (s.N + 2); rest < p*(1-p) {
			rest = p * (1 - p)
		}
		v += s.Weight * s.Weight * rest / s.N
	}
	half := distuv.StudentsT{Sigma: 1, Nu: df}.Quantile(0.975) * math.Sqrt(v)
	share = math.Min(1, math.Max(0, share))
	return share, Interval{math.Max(0, share-half), math.Min(1, share+half)}, trust
}

// spread is the variance of n numbers of a sum and a sum of squares.
func spread(n, sum, squares float64) float64 { return math.Max(0, (squares-sum*sum/n)/(n-1)) }

func (s Stratum) covariance() float64 { return (s.SumYF - s.SumY*s.SumF/s.N) / (s.N - 1) }
