package statistics

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestBootstrap compares with what is known in closed form: of 400 groups of five
// units that are all alike, half of them for the share, the standard error is that of
// 400 independent units, 0.025.
func TestBootstrap(t *testing.T) {
	i := Bootstrap([]ClusterKind{{5, 5, 200}, {5, 0, 200}}, 4000)
	if math.Abs(i.Low-(0.5-1.96*0.025)) > 0.004 || math.Abs(i.High-(0.5+1.96*0.025)) > 0.004 {
		t.Errorf("Bootstrap = %.4f, want 0.451 to 0.549", i)
	}
	if again := Bootstrap([]ClusterKind{{5, 5, 200}, {5, 0, 200}}, 4000); again != i {
		t.Errorf("again %v, first %v", again, i)
	}
	if i := Bootstrap([]ClusterKind{{9, 3, 1}}, 100); i != (Interval{0, 1}) {
		t.Errorf("of one group: %v, want [0, 1]", i)
	}
}

// TestBootstrapCoverage: where authors differ in how negative they are and how much
// they write, the interval holds the true share some 95 times in 100.
func TestBootstrapCoverage(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const rounds, authors = 400, 150
	held := 0
	for range rounds {
		kinds := map[[2]float64]float64{}
		for range authors {
			share, n, k := 0.2, float64(1+r.IntN(10)), 0.0
			if r.IntN(2) == 0 {
				share = 0.7
			}
			for range int(n) {
				if r.Float64() < share {
					k++
				}
			}
			kinds[[2]float64{n, k}]++
		}
		var groups []ClusterKind
		for n := 1.0; n <= 10; n++ {
			for k := 0.0; k <= n; k++ {
				if times := kinds[[2]float64{n, k}]; times > 0 {
					groups = append(groups, ClusterKind{n, k, times})
				}
			}
		}
		if Bootstrap(groups, 400).Holds(0.45) {
			held++
		}
	}
	t.Logf("held %.1f%%", 100*float64(held)/rounds)
	if share := float64(held) / rounds; share < 0.92 || share > 0.98 {
		t.Errorf("the truth is in %.1f%% of intervals, want 95%%", 100*share)
	}
}
