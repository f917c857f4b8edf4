package main

import (
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/optimize"
)

// linear is a multinomial logistic regression: an answer per class.
type linear struct {
	classes int
	rows    int
	dense   int
	w       []float64 // rows × classes, then dense × classes
}

// fit minimises the cross entropy, each class weighing the same, plus
// |w|²/2c. The same examples give the same weights.
func fit(list []example, classes, bits int, c float64) *linear {
	count := make([]float64, classes)
	for _, e := range list {
		count[e.label]++
	}
	weight := make([]float64, classes)
	for k, n := range count {
		if n > 0 {
			weight[k] = float64(len(list)) / (float64(classes) * n)
		}
	}
	return minimise(list, weight, bits, c)
}

// fitAsIs is fit with classes that weigh what they number, and examples what
// they are said to.
func fitAsIs(list []example, classes, bits int, c float64) *linear {
	return minimise(list, slices.Repeat([]float64{1}, classes), bits, c)
}

func minimise(list []example, weight []float64, bits int, c float64) *linear {
	classes := len(weight)
	m := &linear{classes: classes, rows: 1 << bits, dense: len(list[0].dense)}
	l := &loss{linear: m, list: list, weight: weight, c: c}
	problem := optimize.Problem{
		Func: func(x []float64) float64 { l.at(x); return l.value },
		Grad: func(grad, x []float64) { l.at(x); copy(grad, l.grad) },
	}
	x := make([]float64, (m.rows+m.dense)*classes)
	result, err := optimize.Minimize(problem, x, &optimize.Settings{
		MajorIterations: 150, GradientThreshold: 1e-4 * float64(len(list)) / 100,
		Converger: &optimize.FunctionConverge{Relative: 1e-5, Iterations: 5},
	}, &optimize.LBFGS{Store: 8})
	if result == nil {
		panic(err)
	}
	m.w = result.X
	return m
}

// loss is the function to minimise and its gradient, at one point.
type loss struct {
	*linear
	list   []example
	weight []float64
	c      float64
	x      []float64
	value  float64
	grad   []float64
	parts  [workers][]float64
}

// workers share a pass over the examples; their number is part of what makes
// the result the same on every machine.
const workers = 2

func (l *loss) at(x []float64) {
	if l.x != nil && slices.Equal(l.x, x) {
		return
	}
	l.x = append(l.x[:0], x...)
	var values [workers]float64
	var wg sync.WaitGroup
	for k := range workers {
		if l.parts[k] == nil {
			l.parts[k] = make([]float64, len(x))
		}
		wg.Go(func() {
			clear(l.parts[k])
			n := len(l.list)
			values[k] = l.pass(l.list[k*n/workers:(k+1)*n/workers], x, l.parts[k])
		})
	}
	wg.Wait()
	l.value = 0
	if l.grad == nil {
		l.grad = make([]float64, len(x))
	}
	norm := 0.0
	for i, v := range x {
		norm += v * v
		l.grad[i] = v / l.c
		for k := range workers {
			l.grad[i] += l.parts[k][i]
		}
	}
	for _, v := range values {
		l.value += v
	}
	l.value += norm / (2 * l.c)
}

// pass adds up the loss and the gradient of some examples.
func (l *loss) pass(list []example, x, grad []float64) (value float64) {
	z := make([]float64, l.classes)
	for i := range list {
		e := &list[i]
		l.answer(x, e, z)
		w := l.weight[e.label] * e.weight
		value += w * toError(z, e.label)
		k := l.classes
		for j, row := range e.rows {
			v := w * float64(e.values[j])
			g := grad[int(row)*k:][:k]
			for c := range g {
				g[c] += v * z[c]
			}
		}
		at := l.rows * k
		for j, v := range e.dense {
			if v == 0 {
				continue
			}
			g := grad[at+j*k:][:k]
			for c := range g {
				g[c] += w * float64(v) * z[c]
			}
		}
	}
	return value
}

// answer sets z to the answers for an example.
func (m *linear) answer(x []float64, e *example, z []float64) {
	clear(z)
	k := m.classes
	for j, row := range e.rows {
		v := float64(e.values[j])
		for c, w := range x[int(row)*k:][:k] {
			z[c] += v * w
		}
	}
	at := m.rows * k
	for j, v := range e.dense {
		if v != 0 {
			for c, w := range x[at+j*k:][:k] {
				z[c] += float64(v) * w
			}
		}
	}
}

// toError replaces answers by probabilities less the truth, and returns the
// cross entropy.
func toError(z []float64, label int) float64 {
	top := slices.Max(z)
	sum := 0.0
	for i, v := range z {
		z[i] = math.Exp(v - top)
		sum += z[i]
	}
	for i := range z {
		z[i] /= sum
	}
	value := -math.Log(max(z[label], 1e-12))
	z[label]--
	return value
}

// extend returns the examples with the answers of other models as further
// dense features.
func extend(list []example, models ...*linear) []example {
	longer := append([]example(nil), list...)
	for i := range longer {
		e := &longer[i]
		dense := slices.Clone(e.dense)
		for _, m := range models {
			z := make([]float64, m.classes)
			m.answer(m.w, &list[i], z)
			for _, v := range z {
				dense = append(dense, float32(v))
			}
		}
		e.dense = dense
	}
	return longer
}

// fold returns m, which was fitted to examples that models extended, as a model
// of examples that were not: answers of linear models are sums of the same
// features.
func (m *linear) fold(models ...*linear) *linear {
	k := m.classes
	f := &linear{classes: k, rows: m.rows, dense: models[0].dense}
	f.w = slices.Clone(m.w[:(f.rows+f.dense)*k])
	at := (f.rows + f.dense) * k
	for _, o := range models {
		for c := range o.classes {
			for to, w := range m.w[at:][:k] {
				for i := range f.rows + f.dense {
					f.w[i*k+to] += w * o.w[i*o.classes+c]
				}
			}
			at += k
		}
	}
	return f
}

// mean returns the model whose answers are the mean of those of m and o.
func (m *linear) mean(o *linear) *linear {
	both := *m
	both.w = slices.Clone(m.w)
	for i, w := range o.w {
		both.w[i] = (both.w[i] + w) / 2
	}
	return &both
}
