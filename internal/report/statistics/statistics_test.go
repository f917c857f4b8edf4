package statistics

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The wanted values were computed with statsmodels 0.15.0:
//
//	from statsmodels.stats.proportion import proportion_confint
//	proportion_confint(k, n, 0.05, "wilson")
func TestWilson(t *testing.T) {
	for _, tc := range []struct {
		k, n      int64
		low, high float64
	}{
		{0, 10, 0, 0.277532799863},
		{1, 10, 0.017876213095, 0.404150026795},
		{5, 10, 0.236593090513, 0.763406909487},
		{10, 10, 0.722467200137, 1},
		{81, 263, 0.255288519878, 0.366209576983},
		{15, 148, 0.062386399531, 0.160487241723},
		{0, 20, 0, 0.161125158053},
		{1, 29, 0.006113214293, 0.171755218793}, // 0.0061 to 0.1718
		{3, 7, 0.158219855251, 0.749541635472},
		{123456, 1000000, 0.122812696531, 0.124102196414},
		{1, 1, 0.206549314377, 1},
		{0, 0, 0, 1},
	} {
		got := Proportion{K: tc.k, N: tc.n}.Wilson()
		if !near(got.Low, tc.low) || !near(got.High, tc.high) {
			t.Errorf("Wilson(%d of %d) = %.12f, want %.12f to %.12f", tc.k, tc.n, got, tc.low, tc.high)
		}
	}
}

// Computed as above, with
//
//	confint_proportions_2indep(k1, n1, k2, n2, method="newcomb", compare="diff")
func TestDifference(t *testing.T) {
	for _, tc := range []struct {
		k1, n1, k2, n2 int64
		low, high      float64
	}{
		{56, 70, 48, 80, 0.052431472402, 0.333872654037},
		{9, 10, 3, 10, 0.170522723935, 0.809017973535},
		{6, 7, 2, 7, 0.058227927482, 0.806249637524},
		{5, 56, 0, 29, -0.038137147904, 0.192560013855},
		{0, 10, 0, 20, -0.161125158053, 0.277532799863},
		{0, 10, 0, 10, -0.277532799863, 0.277532799863},
		{10, 10, 0, 20, 0.679086037142, 1},
		{10, 10, 0, 10, 0.607509350431, 1},
		{150, 400, 90, 300, 0.003946097843, 0.143931192222},
		{0, 0, 3, 10, -1, 1},
	} {
		d, got := Difference(Proportion{K: tc.k1, N: tc.n1}, Proportion{K: tc.k2, N: tc.n2})
		if !near(got.Low, tc.low) || !near(got.High, tc.high) {
			t.Errorf("Difference(%d/%d, %d/%d) = %v %.12f, want %.12f to %.12f",
				tc.k1, tc.n1, tc.k2, tc.n2, d, got, tc.low, tc.high)
		}
	}
}

func TestIntervalsHoldTheirEstimate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) Proportion {
			n := rapid.Int64Range(1, 1<<40).Draw(t, name)
			return Proportion{K: rapid.Int64Range(0, n).Draw(t, name+" k"), N: n}
		}
		a, b := draw("a"), draw("b")
		if i := a.Wilson(); !i.Holds(a.Share()) || i.Low < 0 || i.High > 1 {
			t.Fatalf("Wilson(%v) = %v does not hold %v", a, i, a.Share())
		}
		d, i := Difference(a, b)
		if !i.Holds(d) || i.Low < -1 || i.High > 1 {
			t.Fatalf("Difference(%v, %v) = %v does not hold %v", a, b, i, d)
		}
	})
}

func near(a, b float64) bool { return math.Abs(a-b) < 5e-12 }

// Computed with SciPy 1.17.1:
//
//	x = [0, 0.25, 0.5, 1, 1, 0.75]; stats.t.interval(0.95, 5, np.mean(x), stats.sem(x))
func TestMean(t *testing.T) {
	mean, i := Mean(6, 3.5, 2.875)
	if !near(mean, 0.583333333333) || !near(i.Low, 0.154903027394) || !near(i.High, 1) {
		t.Errorf("Mean = %.12f, %.12f", mean, i)
	}
}
