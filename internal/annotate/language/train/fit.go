package main

import (
	"fmt"
	"math"
	"os"

	"github.com/fedipulse/fedipulse/internal/annotate/language/ngram"
)

// unit is the weight in nats of one unit of the table, as it is trained.
const unit = 0.05

// A fit is a logistic regression under way: a softmax over the classes of one
// script, trained by AdaGrad, with weights kept inside what six bits can hold.
type fit struct {
	classes []ngram.Class
	weights [][ngram.Lanes]float32 // by bucket
	squares [][ngram.Lanes]float32 // sums of squared gradients
	buckets []uint64               // scratch
	p       [ngram.Lanes]float32   // scratch
}

func newFit(classes []ngram.Class) *fit {
	return &fit{
		classes: classes,
		weights: make([][ngram.Lanes]float32, ngram.Buckets),
		squares: make([][ngram.Lanes]float32, ngram.Buckets),
	}
}

// learn moves the weights towards telling the class of a text. rate falls from
// 1 to 0.
func (f *fit) learn(class int, text string, rate float32) {
	f.buckets = ngram.AppendBuckets(f.buckets[:0], text)
	if len(f.buckets) == 0 {
		return
	}
	f.p = [ngram.Lanes]float32{}
	for _, b := range f.buckets {
		for i, w := range &f.weights[b] {
			f.p[i] += w
		}
	}
	f.softmax(f.classes[class].Script)
	f.p[class]--
	const most = unit * (ngram.MaxWeight - ngram.Zero)
	for _, b := range f.buckets {
		w, sq := &f.weights[b], &f.squares[b]
		for i, g := range &f.p {
			if g > 1e-4 || g < -1e-4 {
				sq[i] += float32(g * g)
				move := float32(0.15 * rate * g / float32(math.Sqrt(float64(1+sq[i]))))
				w[i] = max(-most, min(most, w[i]-move))
			}
		}
	}
}

// softmax turns the scores in p into probabilities of the classes of a script.
func (f *fit) softmax(script ngram.Script) {
	top := float32(math.Inf(-1))
	for i, c := range f.classes {
		if c.Script == script {
			top = max(top, f.p[i])
		}
	}
	var sum float32
	for i := range f.p {
		if i < len(f.classes) && f.classes[i].Script == script {
			f.p[i] = float32(math.Exp(float64(f.p[i] - top)))
			sum += f.p[i]
		} else {
			f.p[i] = 0
		}
	}
	for i := range f.p {
		f.p[i] /= sum
	}
}

// quantise returns the weights in units, bucket by bucket.
func (f *fit) quantise() []byte {
	b := make([]byte, 0, ngram.Buckets*ngram.Lanes)
	for i := range f.weights {
		for _, w := range f.weights[i] {
			b = append(b, byte(ngram.Zero+math.Round(float64(w)/unit)))
		}
	}
	return b
}

// calibrate returns the nats per unit at which new texts are least surprising.
func (f *fit) calibrate(weights []byte, next func() (int, string)) float64 {
	type scored struct {
		class  int
		scores [ngram.Lanes]float32
	}
	var texts []scored
	for range 20_000 {
		class, text := next()
		t := scored{class: class}
		for _, b := range ngram.AppendBuckets(nil, text) {
			for i := range t.scores {
				t.scores[i] += float32(weights[b*ngram.Lanes+uint64(i)])
			}
		}
		texts = append(texts, t)
	}
	best, bestStep := math.Inf(1), 0.0
	for step := unit / 2; step < 2*unit; step *= 1.03 {
		loss, right := 0.0, 0
		for _, t := range texts {
			for i, s := range t.scores {
				f.p[i] = s * float32(step)
			}
			f.softmax(f.classes[t.class].Script)
			loss -= math.Log(max(1e-9, float64(f.p[t.class])))
			if f.p[t.class] > 0.5 {
				right++
			}
		}
		if loss < best {
			best, bestStep = loss, step
			fmt.Fprintf(os.Stderr, "step %.4f: loss %.4f, surely right %.2f %%\n", step, loss/float64(len(texts)), 100*float64(right)/float64(len(texts)))
		}
	}
	return bestStep
}
