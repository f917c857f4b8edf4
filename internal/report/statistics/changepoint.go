package statistics

import (
	"math"
	"math/rand/v2"
)

// ChangePoint returns the place from which on the share in a series differs most
// from the share before it, 0 where there is none to be looked for, and the p-value
// of there being no change. Each side has at least so many units. The statistic is
// the likelihood ratio of two binomial shares against one (D. V. Hinkley and E. A.
// Hinkley, "Inference about the change-point in a sequence of binomial variables",
// Biometrika 57 (1970), 477-488); how large it gets without a change is found by
// putting the places into so many random orders, which come from a fixed seed. That
// the units of a place are alike makes it no smaller.
func ChangePoint(series []Proportion, least int64, orders int) (at int, p float64) {
	at, top := split(series, least)
	if at == 0 {
		return 0, 1
	}
	r := rand.New(rand.NewPCG(1, 2))
	mixed := append([]Proportion{}, series...)
	as := 1
	for range orders {
		r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if _, g := split(mixed, least); g >= top*(1-1e-12) {
			as++
		}
	}
	return at, float64(as) / float64(orders+1)
}

// split returns where the likelihood ratio is largest, and how large.
func split(series []Proportion, least int64) (at int, top float64) {
	var k, n int64
	for _, p := range series {
		k, n = k+p.K, n+p.N
	}
	all := likelihood(k, n)
	var before, units int64
	for i, p := range series[:max(0, len(series)-1)] {
		before, units = before+p.K, units+p.N
		if units < least || n-units < least {
			continue
		}
		if g := 2 * (likelihood(before, units) + likelihood(k-before, n-units) - all); g > top {
			at, top = i+1, g
		}
	}
	return at, top
}

// likelihood is the logarithm of the likelihood of k of n at the share k/n.
func likelihood(k, n int64) (l float64) {
	if k > 0 {
		l += float64(k) * math.Log(float64(k)/float64(n))
	}
	if k < n {
		l += float64(n-k) * math.Log(float64(n-k)/float64(n))
	}
	return l
}
