package statistics

import (
	"math/rand/v2"
	"testing"
)

// Share and power were computed with ppi-python 0.2.3 and NumPy:
//
//	lam = min(1, max(0, (cov(Y, F) / 40) / (var(F) / 40 + U.var() / 500)))
//	ppi_mean_pointestimate(Y, F, U, lam=lam)
//
// and the interval as that and Student's t for 39 degrees of freedom times
// sqrt(lam**2 * U.var() / 500 + (Y - lam * F).var(ddof=1) / 40).
func TestCorrected(t *testing.T) {
	s := Stratum{Weight: 1, N: 40, SumY: 21, SumF: 20.547, SumYY: 21, SumFF: 13.013459, SumYF: 12.734}
	l := Label{0.463362, 0.054425118956, 500, []Stratum{s}}
	trust := Power(l)
	share, i := l.Corrected(trust)
	if !near(share, 0.487739211925) || !near(i.Low, 0.338141924428) || !near(i.High, 0.637336499423) || !near(trust, 0.740579732374) {
		t.Errorf("Corrected = %.12f, %.12f, %.12f", share, i, trust)
	}
}

// TestCorrectedCoverage: where a model calls one in four negative posts something
// else and one in ten others negative, the share that it finds is wrong, and the
// corrected one has its true value in its interval some 95 times in 100.
func TestCorrectedCoverage(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	const rounds, size = 600, 4000
	for _, tc := range []struct {
		truth  float64
		sample int
	}{{0.45, 200}, {0.45, 60}, {0.1, 200}, {0.05, 300}} {
		held, width, alone := 0, 0.0, 0.0
		for range rounds {
			y, f := make([]float64, size), make([]float64, size)
			var strata [2][]int
			k, mean, squares := 0.0, 0.0, 0.0
			for i := range y {
				if r.Float64() < tc.truth {
					y[i] = 1
				}
				f[i] = 0.35 * r.Float64()
				if y[i] == 1 && r.Float64() < 0.75 || y[i] == 0 && r.Float64() < 0.1 {
					f[i] = 1 - f[i]
				}
				at := 0
				if f[i] > 0.5 {
					at = 1
				}
				strata[at] = append(strata[at], i)
				k += y[i] / size
				mean += f[i] / size
				squares += f[i] * f[i] / size
			}
			var list []Stratum
			for _, units := range strata {
				n := max(2, int(float64(tc.sample)*(0.25+0.5*float64(len(units))/size)))
				s := Stratum{Weight: float64(len(units)) / size, N: float64(min(n, len(units)))}
				r.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
				for _, u := range units[:int(s.N)] {
					s.SumY, s.SumF = s.SumY+y[u], s.SumF+f[u]
					s.SumYY, s.SumFF, s.SumYF = s.SumYY+y[u]*y[u], s.SumFF+f[u]*f[u], s.SumYF+y[u]*f[u]
				}
				list = append(list, s)
			}
			l := Label{mean, squares - mean*mean, size, list}
			_, i := l.Corrected(Power(l))
			if i.Holds(k) {
				held++
			}
			width += (i.High - i.Low) / rounds
			w := Proportion{K: int64(tc.truth * float64(tc.sample)), N: int64(tc.sample)}.Wilson()
			alone = w.High - w.Low
		}
		t.Logf("share %.2f, %d labels: held %.1f%%, width %.3f, of labels drawn without the model %.3f", tc.truth, tc.sample, 100*float64(held)/rounds, width, alone)
		if share := float64(held) / rounds; share < 0.93 {
			t.Errorf("share %.2f, %d labels: the truth is in %.1f%% of intervals, want 95%%", tc.truth, tc.sample, 100*share)
		}
	}
}
