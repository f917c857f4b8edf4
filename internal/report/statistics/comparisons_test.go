package statistics

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// Computed with statsmodels 0.15.0:
//
//	from statsmodels.stats.proportion import proportions_ztest
//	proportions_ztest([k1, k2], [n1, n2])[1]
func TestSame(t *testing.T) {
	for _, tc := range []struct {
		k1, n1, k2, n2 int64
		want           float64
	}{
		{56, 70, 48, 80, 0.008045081368},
		{9, 10, 3, 10, 0.006169899321},
		{150, 400, 90, 300, 0.038565814466},
		{5, 56, 0, 29, 0.097186568171},
		{10, 10, 10, 10, 1}, // where statsmodels has none
		{3, 10, 0, 0, 1},
	} {
		if got := Same(Proportion{K: tc.k1, N: tc.n1}, Proportion{K: tc.k2, N: tc.n2}); !near(got, tc.want) {
			t.Errorf("Same(%d/%d, %d/%d) = %.12f, want %.12f", tc.k1, tc.n1, tc.k2, tc.n2, got, tc.want)
		}
	}
	// Four alike say as much as one.
	if got, want := Same(Proportion{K: 36, N: 40, Effect: 4}, Proportion{K: 12, N: 40, Effect: 4}), 0.006169899321; !near(got, want) {
		t.Errorf("with a design effect of 4: %.12f, want %.12f", got, want)
	}
}

// Computed with statsmodels 0.15.0:
//
//	from statsmodels.stats.multitest import multipletests
//	multipletests(p, method="fdr_bh")[1]
func TestBenjaminiHochberg(t *testing.T) {
	got := BenjaminiHochberg([]float64{0.01, 0.04, 0.03, 0.005, 0.8, 0.04, 0.2})
	for i, want := range []float64{0.035, 0.056, 0.056, 0.035, 0.8, 0.056, 0.233333333333} {
		if !near(got[i], want) {
			t.Errorf("adjusted p-value %d = %.12f, want %.12f", i, got[i], want)
		}
	}
	if got := BenjaminiHochberg(nil); len(got) != 0 {
		t.Errorf("of none: %v", got)
	}
}

func TestAdjustedValuesKeepOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOf(rapid.Float64Range(0, 1)).Draw(t, "p")
		q := BenjaminiHochberg(p)
		for i := range p {
			if q[i] < p[i] || q[i] > 1 {
				t.Fatalf("%v became %v", p[i], q[i])
			}
			for j := range p {
				if p[i] < p[j] && q[i] > q[j] {
					t.Fatalf("%v and %v became %v and %v", p[i], p[j], q[i], q[j])
				}
			}
		}
	})
}

// The likelihood ratios were computed with NumPy, as 2 (L(before) + L(after) - L(all))
// with L(k, n) = k log(k/n) + (n-k) log(1 - k/n): 3.870, 8.141, 17.408, 21.161,
// 10.519, 4.101, 1.398.
func TestChangePoint(t *testing.T) {
	k, n := []int64{2, 3, 1, 4, 8, 9, 7, 6}, []int64{10, 12, 9, 11, 10, 12, 10, 9}
	var series []Proportion
	for i := range k {
		series = append(series, Proportion{K: k[i], N: n[i]})
	}
	if at, top := split(series, 1); at != 4 || !near(top, 21.161155750274673) {
		t.Errorf("split = %d, %v, want 4, 21.161", at, top)
	}
	at, p := ChangePoint(series, 10, 999)
	if again, q := ChangePoint(series, 10, 999); at != 4 || p > 0.05 || at != again || p != q {
		t.Errorf("ChangePoint = %d, %v and then %d, %v, want 4 and a small p twice", at, p, again, q)
	}
	if at, p := ChangePoint(series[:1], 10, 999); at != 0 || p != 1 {
		t.Errorf("of one day: %d, %v", at, p)
	}
}

// TestChangePointIsRarelyFalse: in series without a change, whose days differ
// more than posts on their own would, one in twenty is below 0.05.
func TestChangePointIsRarelyFalse(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const rounds = 400
	false5 := 0
	for range rounds {
		var series []Proportion
		for range 30 {
			share := math.Min(0.95, math.Max(0.05, 0.5+0.15*r.NormFloat64()))
			p := Proportion{N: 5 + r.Int64N(40)}
			for range p.N {
				if r.Float64() < share {
					p.K++
				}
			}
			series = append(series, p)
		}
		if _, p := ChangePoint(series, 10, 199); p <= 0.05 {
			false5++
		}
	}
	t.Logf("%d of %d series without a change have one", false5, rounds)
	if false5 > rounds*9/100 || false5 == 0 {
		t.Errorf("%d of %d series without a change have one, want about %d", false5, rounds, rounds/20)
	}
}

// Computed with NumPy from the published formula: counts [30, 10, 5, 955] and [12, 25,
// 5, 1958], a prior of their shares times 500.
func TestLogOdds(t *testing.T) {
	first, second := []float64{30, 10, 5, 955}, []float64{12, 25, 5, 1958}
	for i, want := range []float64{4.232772116520, -0.509260855262, 0.935893069466, -17.465602752091} {
		prior := (first[i] + second[i]) / 3000 * 500
		if got := LogOdds(first[i], 1000, second[i], 2000, prior, 500); !near(got, want) {
			t.Errorf("LogOdds of word %d = %.12f, want %.12f", i, got, want)
		}
	}
}
