package sentiment

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestNetAddsUp compares the tables with the convolution that they stand for,
// written the long way.
func TestNetAddsUp(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const words = 9
	p := &Part{Filters: filters, Words: words, NetScale: make([]float32, 3*filters), NetBias: make([]float32, 3*filters)}
	for i := range 3 * filters {
		p.NetScale[i], p.NetBias[i] = random.Float32(), random.Float32()-0.5
	}
	for w := range words {
		for _, width := range []int{1, 2, 2, 3, 3, 3} {
			for range filters {
				b := Zero[width]
				if w != padding {
					b += random.IntN(2*Levels[width]+1) - Levels[width]
				}
				p.Rows = append(p.Rows, byte(b))
			}
		}
		if w >= 2 {
			p.Vocabulary = append(p.Vocabulary, uint32(1000*w))
		}
	}
	n := newNet(p)
	for range 200 {
		var found []uint32
		var ids []int
		for range random.IntN(8) {
			id := 1 + random.IntN(words-1)
			key := uint64(1000 * id)
			if id == unknown {
				key = 77
			}
			ids, found = append(ids, id), append(found, n.word(key<<32))
		}
		var m pooled
		n.pool(found, &m)
		var got [3 * filters]float32
		n.activations(&m, 1, &got)
		for i := range got {
			width, f := i/filters+1, i%filters
			if want := longWay(p, ids, width, f); math.Abs(float64(got[i]-want)) > 1e-3 {
				t.Fatalf("%v: width %d, filter %d = %v, want %v", ids, width, f, got[i], want)
			}
		}
	}
}

func longWay(p *Part, ids []int, width, f int) float32 {
	first := []int{0, 1, 3}[width-1]
	best := float32(math.Inf(-1))
	for end := range len(ids) + 2 {
		sum := float32(0)
		for j := range width {
			if i := end - width + 1 + j; i >= 0 && i < len(ids) {
				sum += float32(int(p.Rows[(ids[i]*6+first+j)*p.Filters+f]) - Zero[width])
			}
		}
		best = max(best, sum)
	}
	at := (width-1)*p.Filters + f
	return max(0, best*p.NetScale[at]+p.NetBias[at])
}

func FuzzMaxima(f *testing.F) {
	f.Add(uint64(0x0001_007F_027D_7F7F), uint64(0x0002_007E_027D_0000))
	f.Fuzz(func(t *testing.T, a, b uint64) {
		a, b = a&^topBits, b&^topBits
		got := maxima(a, b)
		for i := 0; i < 64; i += 8 {
			x, y := a>>i&0xFF, b>>i&0xFF
			if g := got >> i & 0xFF; g != max(x, y) {
				t.Fatalf("maxima(%x, %x): byte %d = %x", a, b, i/8, g)
			}
		}
	})
}
