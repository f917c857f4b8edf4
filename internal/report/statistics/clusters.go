package statistics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Clusters sums up how the units of a share fall into groups whose members are
// alike, such as the posts of an author. With n units in a group, k of which
// count for the share:
type Clusters struct {
	Groups int64   // how many there are
	NN     float64 // sum of n² over the groups
	KN     float64 // sum of k·n
	KK     float64 // sum of k²
}

// Clustered returns p with the design effect that follows from two ways of
// grouping its units, and from both at once. The variance of the share is that of
// its linearised sum over groups, with G/(G-1) for G groups; for two ways that of
// A. C. Cameron, J. B. Gelbach and D. L. Miller, "Robust inference with multiway
// clustering", JBES 29 (2011), 238-249, eq. 2.4. The largest of the three counts,
// each with Student's t for G-1 degrees of freedom instead of the normal
// distribution, since few groups say little about how groups differ; and none that
// is smaller than that of independent units. Groups of one unit each have no effect.
func (p Proportion) Clustered(one, other, both Clusters) Proportion {
	share := p.Share()
	free := share * (1 - share) / float64(p.N)
	p.Effect = 1
	if p.K <= 0 || p.K >= p.N {
		return p // no unit differs from another: nothing to learn from
	}
	alone := func(c Clusters) bool { return c.Groups < 2 || c.NN <= float64(p.N) }
	variance := func(c Clusters) float64 {
		g := float64(c.Groups)
		return (c.KK - 2*share*c.KN + share*share*c.NN) / float64(p.N*p.N) * g / (g - 1)
	}
	count := func(v float64, groups int64) {
		t := distuv.StudentsT{Sigma: 1, Nu: float64(groups - 1)}.Quantile(0.975)
		p.Effect = math.Max(p.Effect, v/free*(t/z)*(t/z))
	}
	if !alone(one) {
		count(variance(one), one.Groups)
	}
	if !alone(other) {
		count(variance(other), other.Groups)
	}
	if !alone(one) && !alone(other) {
		count(variance(one)+variance(other)-variance(both), min(one.Groups, other.Groups))
	}
	return p
}

// Effective is how many independent units would say as much as the N of p.
func (p Proportion) Effective() float64 { return float64(p.N) / math.Max(1, p.Effect) }
