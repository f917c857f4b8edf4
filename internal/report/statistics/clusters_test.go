package statistics

import (
	"math/rand/v2"
	"testing"
)

// units of a share, each in a group of both ways.
type units struct {
	y          []bool
	one, other []int
	share      float64 // in the population
}

func (u *units) proportion() Proportion {
	p := Proportion{N: int64(len(u.y))}
	n, k := [3]map[[2]int]float64{{}, {}, {}}, [3]map[[2]int]float64{{}, {}, {}}
	for i, y := range u.y {
		for d, key := range [3][2]int{{u.one[i], -1}, {-1, u.other[i]}, {u.one[i], u.other[i]}} {
			n[d][key]++
			if y {
				k[d][key]++
			}
		}
		if y {
			p.K++
		}
	}
	var c [3]Clusters
	for d := range c {
		c[d].Groups = int64(len(n[d]))
		for key, size := range n[d] {
			c[d].NN += size * size
			c[d].KN += k[d][key] * size
			c[d].KK += k[d][key] * k[d][key]
		}
	}
	return p.Clustered(c[0], c[1], c[2])
}

// TestClusteredByHand compares with the formula worked out for four groups of
// three: their sums deviate from 1.5 by 1.5, -0.5, -1.5 and 0.5; the squares add
// up to 5; the variance is 5/144 * 4/3 = 0.046296. Student's t for three degrees
// of freedom is 3.182446 (R: qt(0.975, 3)).
func TestClusteredByHand(t *testing.T) {
	u := units{one: []int{0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3}, other: make([]int, 12)}
	for _, y := range []int{1, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0} {
		u.y = append(u.y, y == 1)
	}
	const variance, t3 = 0.0462962963, 3.182446305
	want := variance / (0.25 / 12) * (t3 / z) * (t3 / z)
	if got := u.proportion().Effect; !near(got, want) && (got-want > 1e-6 || want-got > 1e-6) {
		t.Errorf("design effect = %v, want %v", got, want)
	}
}

// TestClusteredIsNeverNarrower: units on their own have no design effect, and none
// makes an interval narrower.
func TestClusteredIsNeverNarrower(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var u units
		for i := range 50 {
			u.y, u.one, u.other = append(u.y, r.Float64() < 0.4), append(u.one, i), append(u.other, r.IntN(5))
		}
		p := u.proportion()
		plain := Proportion{K: p.K, N: p.N}.Wilson()
		if i := p.Wilson(); p.Effect < 1 || i.Low > plain.Low || i.High < plain.High || p.Effective() > 50 {
			t.Fatalf("%+v: %v is narrower than %v", p, i, plain)
		}
	}
	for _, p := range []Proportion{{K: 0, N: 9}, {K: 9, N: 9}, {}} {
		if got := p.Clustered(Clusters{}, Clusters{}, Clusters{}); got.Effect != 1 {
			t.Errorf("%+v has a design effect of %v, want 1", p, got.Effect)
		}
	}
}

// TestCoverage draws studies from populations that are known: authors differ in
// tone and write very different numbers of posts, threads differ in tone. The
// intervals must hold the true share in about 95 of 100 studies, where those that
// take posts as independent do not.
func TestCoverage(t *testing.T) {
	const studies = 1000
	for _, tc := range []struct {
		name             string
		authors, threads int
		spread, mood     float64 // of the shares of authors and of threads around 0.4, as standard deviations
		naive            bool    // whether independent posts would do
	}{
		{"alike", 200, 20, 0, 0, true},
		{"authors differ", 200, 20, 0.23, 0, false},
		{"threads differ", 200, 20, 0.05, 0.12, false},
		{"both differ", 100, 12, 0.16, 0.07, false},
	} {
		r := rand.New(rand.NewPCG(7, 7))
		covered, naive := 0, 0
		for range studies {
			u := draw(r, tc.authors, tc.threads, tc.spread, tc.mood)
			p := u.proportion()
			if p.Wilson().Holds(u.share) {
				covered++
			}
			if (Proportion{K: p.K, N: p.N}).Wilson().Holds(u.share) {
				naive++
			}
		}
		rate, plain := float64(covered)/studies, float64(naive)/studies
		t.Logf("%s: %.3f, posts as independent %.3f", tc.name, rate, plain)
		if rate < 0.93 || rate > 0.985 {
			t.Errorf("%s: the intervals hold the share in %.3f of the studies", tc.name, rate)
		}
		if (plain >= 0.93) != tc.naive {
			t.Errorf("%s: intervals of independent posts hold it in %.3f", tc.name, plain)
		}
	}
}

// draw makes a study of posts with a share of 0.4 in the population.
func draw(r *rand.Rand, authors, threads int, spread, mood float64) units {
	u := units{share: 0.4}
	moods := make([]float64, threads)
	for i := range moods {
		moods[i] = mood * (2*r.Float64() - 1) * 1.7320508
	}
	for a := range authors {
		own := spread * (2*r.Float64() - 1) * 1.7320508
		for range 1 + int(r.ExpFloat64()*3) {
			thread := r.IntN(threads)
			u.y = append(u.y, r.Float64() < min(max(0.4+own+moods[thread], 0), 1))
			u.one, u.other = append(u.one, a), append(u.other, thread)
		}
	}
	return u
}
