package main

import (
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/optimize"

	"github.com/fedipulse/fedipulse/internal/annotate/tag"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// linear is a logistic regression that answers for one theme.
type linear struct {
	w         []float64 // of features, then dense, then hits
	threshold float64
}

// choice is a multinomial one that answers for all targets: of features and of
// dense, a row of classes each; then the hits of each class; then those that
// count for every target alike.
type choice struct {
	question
	classes, features int
	w                 []float64
}

// question is what a choice answers for a post: the class that is right, and the
// hits of each class, which may be none.
type question struct {
	right func(*post) int
	hits  func(*post) [][tag.HitFeatures]float32
}

var (
	whom = question{func(p *post) int { return p.target }, func(p *post) [][tag.HitFeatures]float32 { return p.whomHits }}
	how  = question{func(p *post) int { return slices.Index(attitudes, p.attitude) }, func(*post) [][tag.HitFeatures]float32 { return nil }}
)

// attitudes are the classes of the tone towards the main target.
var attitudes = []discussion.Label{discussion.Negative, discussion.Neutral, discussion.Positive}

// workers share the work; their number is part of what makes the result the
// same on every machine.
const workers = 2

func (m *linear) answer(w []float64, p *post, theme int) float64 {
	z := 0.0
	for _, f := range p.features {
		z += w[f]
	}
	at := len(w) - tag.Dense - tag.HitFeatures
	for i, v := range p.dense {
		z += w[at+i] * float64(v)
	}
	at += tag.Dense
	for i, v := range p.hits[theme] {
		z += w[at+i] * float64(v) * hitScale
	}
	return z
}

// fitTheme minimises the cross entropy of a theme, plus |w|²/2c.
func fitTheme(posts []*post, theme, features int) *linear {
	m := &linear{}
	at := features + tag.Dense
	m.w = minimise(at+tag.HitFeatures, func(x, g []float64) (value float64) {
		for _, p := range posts {
			z := m.answer(x, p, theme)
			y := number(p.themes[theme])
			likely := 1 / (1 + math.Exp(-z))
			value -= p.weight * math.Log(max(1e-12, y*likely+(1-y)*(1-likely)))
			e := p.weight * (likely - y)
			for _, f := range p.features {
				g[f] += e
			}
			for i, v := range p.dense {
				g[features+i] += e * float64(v)
			}
			for i, v := range p.hits[theme] {
				g[at+i] += e * float64(v) * hitScale
			}
		}
		return value
	})
	return m
}

// minimise returns where a loss plus |w|²/2c is least. The loss adds its
// gradient to g.
func minimise(n int, loss func(x, g []float64) float64) []float64 {
	var last []float64
	value, grad := 0.0, make([]float64, n)
	at := func(x []float64) {
		if last != nil && slices.Equal(last, x) {
			return
		}
		value = 0
		for i, v := range x {
			grad[i] = v / strength
			value += v * v / (2 * strength)
		}
		value += loss(x, grad)
		last = append(last[:0], x...)
	}
	result, err := optimize.Minimize(optimize.Problem{
		Func: func(x []float64) float64 { at(x); return value },
		Grad: func(g, x []float64) { at(x); copy(g, grad) },
	}, make([]float64, n), &optimize.Settings{
		MajorIterations: 40, GradientThreshold: 1,
		Converger: &optimize.FunctionConverge{Relative: 1e-4, Iterations: 3},
	}, &optimize.LBFGS{Store: 6})
	if result == nil {
		panic(err)
	}
	return result.X
}

func (m *choice) answer(w []float64, p *post) []float64 {
	k := m.classes
	z := make([]float64, k)
	add := func(row []float64, v float64) {
		for c := range z {
			z[c] += row[c] * v
		}
	}
	for _, f := range p.features {
		add(w[int(f)*k:][:k], 1)
	}
	at := m.features * k
	for i, v := range p.dense {
		add(w[at+i*k:][:k], float64(v))
	}
	at += tag.Dense * k
	shared := w[at+k*tag.HitFeatures:]
	for c, hits := range m.hits(p) {
		for i, v := range hits {
			z[c] += (w[at+c*tag.HitFeatures+i] + number(c > 0)*shared[i]) * float64(v) * whomScale
		}
	}
	return z
}

// fitChoice minimises the cross entropy of the classes, plus |w|²/2c.
func fitChoice(q question, posts []*post, features, classes int) *choice {
	m := &choice{question: q, classes: classes, features: features}
	size := (features+tag.Dense)*classes + (classes+1)*tag.HitFeatures
	var parts [workers][]float64
	m.w = minimise(size, func(x, g []float64) float64 {
		var values [workers]float64
		var wg sync.WaitGroup
		for part := range workers {
			wg.Go(func() {
				if parts[part] == nil {
					parts[part] = make([]float64, size)
				}
				clear(parts[part])
				values[part] = m.pass(posts[part*len(posts)/workers:(part+1)*len(posts)/workers], x, parts[part])
			})
		}
		wg.Wait()
		value := 0.0
		for part := range workers {
			value += values[part]
			for i, v := range parts[part] {
				g[i] += v
			}
		}
		return value
	})
	return m
}

// pass adds up the loss and the gradient of some posts.
func (m *choice) pass(posts []*post, x, g []float64) (value float64) {
	k := m.classes
	for _, p := range posts {
		z := m.answer(x, p)
		top, sum := slices.Max(z), 0.0
		for c := range z {
			z[c] = math.Exp(z[c] - top)
			sum += z[c]
		}
		for c := range z {
			z[c] /= sum
		}
		value -= p.weight * math.Log(max(z[m.right(p)], 1e-12))
		z[m.right(p)]--
		add := func(row []float64, v float64) {
			for c := range z {
				row[c] += p.weight * z[c] * v
			}
		}
		for _, f := range p.features {
			add(g[int(f)*k:][:k], 1)
		}
		at := m.features * k
		for i, v := range p.dense {
			add(g[at+i*k:][:k], float64(v))
		}
		at += tag.Dense * k
		shared := g[at+k*tag.HitFeatures:]
		for c, hits := range m.hits(p) {
			for i, v := range hits {
				e := p.weight * z[c] * float64(v) * whomScale
				g[at+c*tag.HitFeatures+i] += e
				shared[i] += number(c > 0) * e
			}
		}
	}
	return value
}

// column returns the weights of a class: of the features, of dense, of hits.
func (m *choice) column(class, features int) (column, dense, own []float64) {
	for f := range features {
		column = append(column, m.w[f*m.classes+class])
	}
	for i := range tag.Dense {
		dense = append(dense, m.w[(features+i)*m.classes+class])
	}
	at := (features + tag.Dense) * m.classes
	for i := range tag.HitFeatures {
		own = append(own, m.w[at+class*tag.HitFeatures+i]+number(class > 0)*m.w[at+m.classes*tag.HitFeatures+i])
	}
	return column, dense, own
}

func floats(list []float64) []float32 {
	out := make([]float32, len(list))
	for i, v := range list {
		out[i] = float32(v)
	}
	return out
}

func hits(w []float64, by float64) (h [tag.HitFeatures]float32) {
	for i := range h {
		h[i] = float32(w[i] * by)
	}
	return h
}

// scale is what all but a few weights of a column stay below, in 127ths.
func scale(column []float64) float32 {
	sizes := make([]float64, len(column))
	for i, v := range column {
		sizes[i] = math.Abs(v)
	}
	slices.Sort(sizes)
	return float32(max(sizes[int(float64(len(sizes)-1)*0.9998)]/127, 1e-9))
}

func quantised(v float64, scale float32) int8 {
	return int8(min(max(math.Round(v/float64(scale)), -127), 127))
}
