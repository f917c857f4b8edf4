package statistics

import (
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// ClusterKind is a kind of cluster: Times of them have N units each, K of which count for a
// share.
type ClusterKind struct{ N, K, Times float64 }

// Bootstrap is the 95% interval of a share when whole groups are drawn anew, so many
// times, from a fixed seed: between the 2.5% and the 97.5% points of the shares drawn. A
// group is drawn as often as a Poisson variable of mean 1 says, and groups of a kind
// together: N. Chamandy and others, "Estimating uncertainty for massive data streams"
// (Google, 2012). With fewer than two groups nothing is known and it is [0, 1].
func Bootstrap(groups []ClusterKind, draws int) Interval {
	total := 0.0
	for _, g := range groups {
		total += g.Times
	}
	if total < 2 {
		return Interval{0, 1}
	}
	source := rand.New(rand.NewPCG(1, 2))
	var shares []float64
	for range draws {
		n, k := 0.0, 0.0
		for _, g := range groups {
			times := distuv.Poisson{Lambda: g.Times, Src: source}.Rand()
			n, k = n+times*g.N, k+times*g.K
		}
		if n > 0 {
			shares = append(shares, k/n)
		}
	}
	slices.Sort(shares)
	at := func(p float64) float64 { return shares[int(p*float64(len(shares)-1)+0.5)] }
	return Interval{at(0.025), at(0.975)}
}
