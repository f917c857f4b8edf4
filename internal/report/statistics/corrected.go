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

// Label sums up what is known of one label: the labelled units of each stratum,
// and what the model says of all N units, of a mean and a variance.
type Label struct {
	Mean, Variance, N float64
	Strata            []Stratum // of two labelled units at least
}

// Power returns how far the model is to be trusted in correcting the shares of
// labels, in [0, 1]: so far that their variances add up to least. 0 goes by the labels
// of people alone. One power for all labels makes shares that add up to 1.
func Power(labels ...Label) float64 {
	above, below := 0.0, 0.0
	for _, l := range labels {
		below += l.Variance / l.N
		for _, s := range l.Strata {
			w := s.Weight * s.Weight / s.N
			above += w * s.covariance()
			below += w * spread(s.N, s.SumF, s.SumFF)
		}
	}
	if below == 0 {
		return 0
	}
	return math.Min(1, math.Max(0, above/below))
}

// Corrected is the share of all units that people would give a label, with its
// interval. It is PPI++, of A. N. Angelopoulos, J. C. Duchi and T. Zrnic, "PPI++:
// efficient prediction-powered inference" (2023), for samples drawn in strata, as in
// A. Fisch and others, "Stratified prediction-powered inference for hybrid language
// model evaluation" (2024), with one power for all strata; see Power. A stratum whose
// units are all alike counts as if one in a few more were another, so that few labels
// never make a share certain.
func (l Label) Corrected(power float64) (share float64, i Interval) {
	df := 0.0
	share = power * l.Mean
	v := power * power * l.Variance / l.N
	for _, s := range l.Strata {
		df += s.N - 1
		share += s.Weight * (s.SumY - power*s.SumF) / s.N
		rest := spread(s.N, s.SumY, s.SumYY) - 2*power*s.covariance() + power*power*spread(s.N, s.SumF, s.SumFF)
		if p := 1 / (s.N + 2); rest < p*(1-p) {
			rest = p * (1 - p)
		}
		v += s.Weight * s.Weight * rest / s.N
	}
	half := distuv.StudentsT{Sigma: 1, Nu: df}.Quantile(0.975) * math.Sqrt(v)
	share = math.Min(1, math.Max(0, share))
	return share, Interval{math.Max(0, share-half), math.Min(1, share+half)}
}

// spread is the variance of n numbers of a sum and a sum of squares.
func spread(n, sum, squares float64) float64 { return math.Max(0, (squares-sum*sum/n)/(n-1)) }

func (s Stratum) covariance() float64 { return (s.SumYF - s.SumY*s.SumF/s.N) / (s.N - 1) }
