package statistics

import (
	"math"
	"testing"
)

// Computed with scikit-learn 1.9.1 and krippendorff 0.9.0:
//
//	a = [0,0,1,2,2,2,1,0,0,1,2,0]; b = [0,1,1,2,2,1,1,0,0,1,2,2]
//	cohen_kappa_score(a, b)
//	krippendorff.alpha([[0,0,1,2,2,nan,1,0,0,1,2,0], b, [0,nan,1,2,1,1,1,0,2,1,nan,2]],
//	                   level_of_measurement="nominal")
func TestAgreement(t *testing.T) {
	a, b := []int{0, 0, 1, 2, 2, 2, 1, 0, 0, 1, 2, 0}, []int{0, 1, 1, 2, 2, 1, 1, 0, 0, 1, 2, 2}
	table := square()
	for i := range a {
		table[a[i]][b[i]]++
	}
	if got := Kappa(table); !near(got, 0.632653061224) {
		t.Errorf("Kappa = %.12f, want 0.632653061224", got)
	}
	const none = -1
	coders := [][]int{{0, 0, 1, 2, 2, none, 1, 0, 0, 1, 2, 0}, b, {0, none, 1, 2, 1, 1, 1, 0, 2, 1, none, 2}}
	pairs := square()
	for unit := range a {
		var given []int
		for _, c := range coders {
			if c[unit] != none {
				given = append(given, c[unit])
			}
		}
		for i, x := range given {
			for j, y := range given {
				if i != j {
					pairs[x][y] += 1 / float64(len(given)-1)
				}
			}
		}
	}
	if got := Alpha(pairs); !near(got, 0.644444444444) {
		t.Errorf("Alpha = %.12f, want 0.644444444444", got)
	}
	one := square()
	one[1][1] = 7
	if !math.IsNaN(Kappa(one)) || !math.IsNaN(Alpha(one)) || !math.IsNaN(Kappa(square())) || !math.IsNaN(Alpha(square())) {
		t.Error("agreement on a single label, or on nothing, is a number")
	}
}

func square() [][]float64 {
	return [][]float64{make([]float64, 3), make([]float64, 3), make([]float64, 3)}
}
