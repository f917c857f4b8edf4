package main

import (
	"log"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// network is a convolution over one, two and three words, the greatest value
// of each filter kept, and a linear head per task (Kim 2014). It is trained on
// several tasks at once, as labels of one kind are too few for word vectors.
type network struct {
	vocabulary []uint64       // hashes of words 2, 3 …
	number     map[uint64]int // of a word
	size       int            // of a word's vector
	filters    int            // of each width

	vectors tensor    // words × size
	windows [6]tensor // filters × size, for (width, place): (1,0) (2,0) (2,1) (3,0) (3,1) (3,2)
	bias    tensor    // 3 × filters
	heads   []tensor  // classes × (3 × filters + 1)
}

// places lists the windows: of which width, and at which place.
var places = [6][2]int{{1, 0}, {2, 0}, {2, 1}, {3, 0}, {3, 1}, {3, 2}}

// tensor is weights and what Adam (Kingma and Ba 2015) remembers of them.
type tensor struct {
	w, m, v []float32
	steps   []int32 // per row of the vectors, which are touched seldom; else one
	row     int
}

func newTensor(rows, columns int, scale float64, random *rand.Rand) tensor {
	n := rows * columns
	t := tensor{w: make([]float32, n), m: make([]float32, n), v: make([]float32, n), steps: make([]int32, rows), row: columns}
	for i := range t.w {
		t.w[i] = float32(random.NormFloat64() * scale)
	}
	return t
}

// step moves one row against its gradient.
func (t *tensor) step(row int, grad []float32, rate float64) {
	const beta1, beta2, epsilon = 0.9, 0.999, 1e-8
	t.steps[row]++
	n := float64(t.steps[row])
	rate *= math.Sqrt(1-math.Pow(beta2, n)) / (1 - math.Pow(beta1, n))
	w, m, v := t.w[row*t.row:][:t.row], t.m[row*t.row:][:t.row], t.v[row*t.row:][:t.row]
	for i, g := range grad[:t.row] {
		m[i] = beta1*m[i] + (1-beta1)*g
		v[i] = beta2*v[i] + (1-beta2)*g*g
		w[i] -= float32(rate) * m[i] / (float32(math.Sqrt(float64(v[i]))) + epsilon)
	}
}

// task is one kind of label.
type task struct {
	docs    [][]int32
	labels  []int
	classes int
	weight  []float32 // per class
}

// longest is how many words of a text a network is trained on.
const longest = 64

// wordsOf returns the hashes of the words of posts.
func (t *trainer) wordsOf(posts []post) [][]uint64 {
	r := t.lists.Reader()
	list := make([][]uint64, len(posts))
	for i := range posts {
		p := &posts[i]
		r.ReadText(&p.text, p.language)
		for k := range min(r.Tokens(), longest) {
			list[i] = append(list[i], r.Word(k))
		}
	}
	return list
}

// list sets the vocabulary to the words that are in enough of the texts.
func (n *network) list(texts [][]uint64, enough int) {
	count := map[uint64]int{}
	seen := map[uint64]int{}
	for i, words := range texts {
		for _, w := range words {
			if seen[w] != i+1 {
				seen[w] = i + 1
				count[w]++
			}
		}
	}
	used := map[uint32]bool{0: true}
	for w, c := range count {
		if c >= enough {
			n.vocabulary = append(n.vocabulary, w)
		}
	}
	slices.SortFunc(n.vocabulary, func(a, b uint64) int {
		if count[a] != count[b] {
			return count[b] - count[a]
		}
		if a < b {
			return -1
		}
		return 1
	})
	n.vocabulary = slices.DeleteFunc(n.vocabulary, func(w uint64) bool {
		key := uint32(w >> 32)
		double := used[key]
		used[key] = true
		return double
	})
	n.number = map[uint64]int{}
	for i, w := range n.vocabulary {
		n.number[w] = i + 2
	}
}

func (n *network) task(texts [][]uint64, posts []post, classes int) *task {
	t := &task{classes: classes, weight: make([]float32, classes)}
	count := make([]int, classes)
	for i, words := range texts {
		doc := make([]int32, 0, len(words))
		for _, w := range words {
			id := n.number[w]
			if id == 0 {
				id = 1
			}
			doc = append(doc, int32(id))
		}
		t.docs, t.labels = append(t.docs, doc), append(t.labels, posts[i].label)
		count[posts[i].label]++
	}
	for c, k := range count {
		t.weight[c] = 1
		if classes == 3 && k > 0 {
			t.weight[c] = float32(len(posts)) / float32(classes*k)
		}
	}
	return t
}

// start draws the first weights.
func (n *network) start(random *rand.Rand, tasks []*task) {
	n.vectors = newTensor(len(n.vocabulary)+2, n.size, 0.1, random)
	clear(n.vectors.w[:n.size]) // padding stays nothing
	for i, p := range places {
		n.windows[i] = newTensor(n.filters, n.size, 1/math.Sqrt(3*float64(n.size*p[0])), random)
	}
	n.bias = newTensor(1, 3*n.filters, 0, random)
	for _, t := range tasks {
		n.heads = append(n.heads, newTensor(t.classes, 3*n.filters+1, 1/math.Sqrt(9*float64(n.filters)), random))
	}
}

const batchSize = 64

// epoch goes over the tasks once, in batches of one task in random order.
func (n *network) epoch(tasks []*task, which []int, rate float64, random *rand.Rand) {
	type batch struct {
		task int
		docs []int
	}
	var batches []batch
	for _, k := range which {
		order := random.Perm(len(tasks[k].docs))
		for docs := range slices.Chunk(order, batchSize) {
			batches = append(batches, batch{k, docs})
		}
	}
	random.Shuffle(len(batches), func(i, j int) { batches[i], batches[j] = batches[j], batches[i] })
	var grads [workers]*gradient
	for k := range grads {
		grads[k] = n.newGradient()
	}
	total := 0.0
	for _, b := range batches {
		t := tasks[b.task]
		var wg sync.WaitGroup
		seed := random.Uint64()
		for k, g := range grads {
			wg.Go(func() {
				g.reset(len(n.heads[b.task].w))
				g.random = rand.New(rand.NewPCG(seed, uint64(k)))
				for i := k; i < len(b.docs); i += workers {
					d := b.docs[i]
					g.add(n, b.task, t.docs[d], t.labels[d], t.weight[t.labels[d]]/float32(len(b.docs)))
				}
			})
		}
		wg.Wait()
		total += grads[0].loss + grads[1].loss
		n.update(b.task, grads, rate)
	}
	log.Printf("  network: loss %.3f", total/float64(len(batches)))
}

// gradient is what a worker finds for its part of a batch.
type gradient struct {
	random  *rand.Rand
	vectors map[int32][]float32
	windows [6][]float32
	bias    []float32
	head    []float32
	loss    float64

	words   []float32 // vectors of the text's words, some of their numbers dropped
	parts   [6][]float32
	pooled  []float32
	kept    []float32
	at      []int
	z       []float64
	upwards []float32
	sum     []float32
	free    [][]float32 // vectors to use again
}

func (n *network) newGradient() *gradient {
	g := &gradient{vectors: map[int32][]float32{}, bias: make([]float32, 3*n.filters)}
	for i := range g.windows {
		g.windows[i] = make([]float32, n.filters*n.size)
		g.parts[i] = make([]float32, longest*n.filters)
	}
	g.words = make([]float32, longest*n.size)
	g.pooled, g.kept, g.at = make([]float32, 3*n.filters), make([]float32, 3*n.filters), make([]int, 3*n.filters)
	g.upwards, g.sum = make([]float32, 3*n.filters), make([]float32, n.filters)
	return g
}

func (g *gradient) reset(head int) {
	for _, v := range g.vectors {
		g.free = append(g.free, v)
	}
	clear(g.vectors)
	for _, w := range g.windows {
		clear(w)
	}
	clear(g.bias)
	g.head = slices.Grow(g.head[:0], head)[:head]
	clear(g.head)
	g.loss = 0
}

// Shares of numbers that are dropped while training.
const (
	dropWords  = 0.3
	dropPooled = 0.5
)

// add adds the gradient of one text.
func (g *gradient) add(n *network, head int, doc []int32, label int, weight float32) {
	if len(doc) == 0 {
		return
	}
	for i, id := range doc {
		from := n.vectors.w[int(id)*n.size:][:n.size]
		for d, v := range from {
			if g.random.Float32() < dropWords {
				v = 0
			}
			g.words[i*n.size+d] = v / (1 - dropWords)
		}
	}
	g.convolve(n, len(doc))
	for i, v := range g.pooled {
		g.kept[i] = 0
		if g.random.Float32() >= dropPooled {
			g.kept[i] = max(v, 0) / (1 - dropPooled)
		}
	}
	h := &n.heads[head]
	classes := len(h.w) / h.row
	g.z = slices.Grow(g.z[:0], classes)[:classes]
	for c := range g.z {
		row := h.w[c*h.row:][:h.row]
		g.z[c] = float64(dot(row[:len(g.kept)], g.kept) + row[len(g.kept)])
	}
	g.loss += float64(weight) * toError(g.z, label)
	g.backwards(n, h, doc, weight)
}

// convolve sets pooled and at to the greatest sum of each filter and where its
// window ends.
func (g *gradient) convolve(n *network, length int) {
	f := n.filters
	for p := range places {
		w := n.windows[p].w
		for i := range length {
			word := g.words[i*n.size:][:n.size]
			out := g.parts[p][i*f:][:f]
			for k := range out {
				out[k] = dot(w[k*n.size:][:n.size], word)
			}
		}
	}
	first := 0
	for width := 1; width <= 3; width++ {
		best, where := g.pooled[(width-1)*f:][:f], g.at[(width-1)*f:][:f]
		for end := range length + 2 { // as package sentiment looks at it
			clear(g.sum)
			for j := range width {
				if i := end - width + 1 + j; i >= 0 && i < length {
					for k, v := range g.parts[first+j][i*f:][:f] {
						g.sum[k] += v
					}
				}
			}
			for k, v := range g.sum {
				if end == 0 || v > best[k] {
					best[k], where[k] = v, end
				}
			}
		}
		for k := range best {
			best[k] += n.bias.w[(width-1)*f+k]
		}
		first += width
	}
}

func (g *gradient) backwards(n *network, h *tensor, doc []int32, weight float32) {
	clear(g.upwards)
	for c, e := range g.z {
		d := weight * float32(e)
		row, grad := h.w[c*h.row:][:h.row], g.head[c*h.row:][:h.row]
		for i, v := range g.kept {
			grad[i] += d * v
			if v > 0 {
				g.upwards[i] += d * row[i] / (1 - dropPooled)
			}
		}
		grad[len(g.kept)] += d
	}
	f := n.filters
	first := 0
	for width := 1; width <= 3; width++ {
		for k := range f {
			at := (width-1)*f + k
			d := g.upwards[at]
			if d == 0 {
				continue
			}
			g.bias[at] += d
			for j := range width {
				i := g.at[at] - width + 1 + j
				if i < 0 || i >= len(doc) {
					continue
				}
				w := n.windows[first+j].w[k*n.size:][:n.size]
				gw := g.windows[first+j][k*n.size:][:n.size]
				word := g.words[i*n.size:][:n.size]
				gv := g.vector(doc[i], n.size)
				for s := range w {
					gw[s] += d * word[s]
					if word[s] != 0 {
						gv[s] += d * w[s] / (1 - dropWords)
					}
				}
			}
		}
		first += width
	}
}

func (g *gradient) vector(id int32, size int) []float32 {
	v := g.vectors[id]
	if v == nil {
		if n := len(g.free); n > 0 {
			v, g.free = g.free[n-1], g.free[:n-1]
			clear(v)
		} else {
			v = make([]float32, size)
		}
		g.vectors[id] = v
	}
	return v
}

// update moves all weights that a batch has touched.
func (n *network) update(head int, grads [workers]*gradient, rate float64) {
	a, b := grads[0], grads[1]
	sum := func(x, y []float32) []float32 {
		for i, v := range y {
			x[i] += v
		}
		return x
	}
	for i := range n.windows {
		g := sum(a.windows[i], b.windows[i])
		for k := range n.filters {
			n.windows[i].step(k, g[k*n.size:], rate)
		}
	}
	n.bias.step(0, sum(a.bias, b.bias), rate)
	h := &n.heads[head]
	g := sum(a.head, b.head)
	for c := range len(h.w) / h.row {
		h.step(c, g[c*h.row:], rate)
	}
	for id, v := range b.vectors {
		sum(a.vector(id, n.size), v)
	}
	for id, v := range a.vectors {
		n.vectors.step(int(id), v, rate)
	}
}

func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	for len(a) >= 4 && len(b) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for i, v := range a {
		s0 += v * b[i]
	}
	return s0 + s1 + s2 + s3
}
