package sentiment

import (
	"encoding/binary"
	"math"
)

// net is a convolution over one, two and three words with the greatest value of
// each filter kept (Kim 2014), as tables: what each word adds to each filter at
// each place of a window is computed when the network is trained, so that here
// is nothing but sums and maxima of small numbers. Eight are added and compared
// at a time, as the bytes of a word.
type net struct {
	slots []slot   // hash table
	rows  []uint64 // 6 × filters/8 to a word: (1,0), (2,0), (2,1), (3,0), (3,1), (3,2)
	scale [3 * filters]float32
	bias  [3 * filters]float32
}

// slot is a word of the vocabulary: the upper half of its hash, and which it is.
// No hash: the slot is free.
type slot struct{ key, id uint32 }

// Words that are none.
const (
	padding = 0 // before and after a text
	unknown = 1
)

// Levels is how far from 0 a number in a row may be, by the width of the
// window: the sum over a window stays below 128. Zero is the byte for 0.
var (
	Levels = [4]int{0, 63, 31, 21}
	Zero   = [4]int{0, 64, 32, 21}
)

func newNet(p *Part) *net {
	n := &net{scale: [3 * filters]float32(p.NetScale), bias: [3 * filters]float32(p.NetBias)}
	n.rows = make([]uint64, len(p.Rows)/8)
	for i := range n.rows {
		n.rows[i] = binary.LittleEndian.Uint64(p.Rows[8*i:])
	}
	size := 16
	for size < 2*p.Words {
		size *= 2
	}
	n.slots = make([]slot, size)
	for i, key := range p.Vocabulary {
		at := int(key) & (size - 1)
		for n.slots[at].key != 0 {
			at = (at + 1) & (size - 1)
		}
		n.slots[at] = slot{key, uint32(i + 2)}
	}
	return n
}

// word returns the number of a word.
func (n *net) word(hash uint64) uint32 {
	key := uint32(hash >> 32)
	mask := len(n.slots) - 1
	for at := int(key) & mask; n.slots[at].key != 0; at = (at + 1) & mask {
		if n.slots[at].key == key {
			return n.slots[at].id
		}
	}
	return unknown
}

const topBits = 0x8080808080808080

// maxima returns byte by byte the greater of a and b, whose top bits are clear.
func maxima(a, b uint64) uint64 {
	more := (b | topBits) - a // b-a in each byte, and the top bit where it is not negative
	greater := more & topBits
	return a + more&(greater-greater>>7)
}

// A network has filters of each of three widths. Their number is fixed, so that
// the loops over them have no bounds to check.
const (
	filters = 32
	loads   = filters / 8 // of each block of a row
)

// row is what a word adds to the filters.
type row [6 * loads]uint64

// pooled is the greatest sums of the filters, by width.
type pooled struct {
	sums    [3 * loads]uint64
	touched uint64 // of rows that are read ahead, so that their reads do not wait for each other
}

const cacheLine = 8 // words

// row returns the row of a word.
func (n *net) row(id uint32) *row { return (*row)(n.rows[6*loads*int(id):]) }

// pool returns in m the greatest sum of each filter over a chunk of words.
func (n *net) pool(words []uint32, m *pooled) {
	*m = pooled{}
	for _, w := range words { // see touched
		r := n.row(w)
		m.touched ^= r[0] ^ r[cacheLine] ^ r[2*cacheLine]
	}
	pad := n.row(padding)
	before, last := pad, pad // the rows of the two words before
	for _, w := range words {
		this := n.row(w)
		m.take(before, last, this)
		before, last = last, this
	}
	m.take(before, last, pad)
	m.take(last, pad, pad)
}

// take looks at the windows that end in a word.
func (m *pooled) take(before, last, this *row) {
	s := &m.sums
	for b := range loads {
		s[b] = maxima(s[b], this[b])
		s[loads+b] = maxima(s[loads+b], last[loads+b]+this[2*loads+b])
		s[2*loads+b] = maxima(s[2*loads+b], before[3*loads+b]+last[4*loads+b]+this[5*loads+b])
	}
}

// notNegative is max(0, v), without a branch that a processor would have to guess.
func notNegative(v float32) float32 {
	bits := math.Float32bits(v)
	return math.Float32frombits(bits &^ uint32(int32(bits)>>31))
}

// activations adds to out, weighted, what the filters found: never below 0.
func (n *net) activations(m *pooled, weight float32, out *[3 * filters]float32) {
	for i, bytes := range m.sums {
		width := 1 + i/loads
		zero := int32(width * Zero[width])
		scale, bias, out := (*[8]float32)(n.scale[8*i:]), (*[8]float32)(n.bias[8*i:]), (*[8]float32)(out[8*i:])
		for k := range out {
			v := float32(int32(bytes&0xFF)-zero)*scale[k] + bias[k]
			out[k] += weight * notNegative(v)
			bytes >>= 8
		}
	}
}
