package sentiment

import (
	"github.com/fedipulse/fedipulse/internal/annotate/sentiment/reading"
)

// A part answers four numbers for a way of reading: how much speaks for
// negative, neutral and positive, and for irony.
const (
	ironyAt = 3
	numbers = 4
)

// answer is the heads of a part that a way of reading asks, as one sum. Heads
// build on heads before them, but only by adding: so does the whole, and the
// rows of its table are four bytes instead of sixteen.
type answer struct {
	bits    int
	rows    []uint32                      // a weight a byte, plus 128
	scale   [numbers]float32              // of the weights; the same for the three of tone
	dense   [numbers][]float32            // reading.Dense weights, less zeros at the end
	found   [numbers][3 * filters]float32 // what the network finds
	bias    [numbers]float32
	telling int32 // from what share on a token is evidence
	net     *net  // nil where it does not count
	ironies bool  // whether there is a head for irony
}

// row returns the row of a feature.
func (a *answer) row(hash uint64) uint32 { return a.rows[Bucket(hash, a.bits)] }

// sum is a column of a head in terms of what is added up.
type sum struct {
	table []float32 // by column
	dense [reading.Dense]float32
	found [3 * filters]float32
	bias  float32
}

// sums returns the columns of all heads.
func (p *Part) sums() []sum {
	columns := 0
	for _, h := range p.Heads {
		columns += len(h.Scale)
	}
	var sums []sum
	for _, h := range p.Heads {
		before := sums
		for c := range h.Scale {
			s := sum{table: make([]float32, columns)}
			s.table[len(before)+c] = h.Scale[c]
			copy(s.dense[:], h.Dense[c])
			for i, by := range h.Stack[c] {
				s.add(&before[i], by)
			}
			if h.Net != nil {
				share := h.NetShare
				s.add(&s, -share)
				for i, w := range h.Net[c] {
					s.found[i] += share * w
				}
				s.bias += share * h.NetBias[c]
			}
			sums = append(sums, s)
		}
	}
	return sums
}

// add adds another sum, so many times.
func (s *sum) add(other *sum, by float32) {
	for i, v := range other.table {
		s.table[i] += by * v
	}
	for i, v := range other.dense {
		s.dense[i] += by * v
	}
	for i, v := range other.found {
		s.found[i] += by * v
	}
	s.bias += by * other.bias
}

// wanted returns the columns that a way of reading asks, and by what each is
// divided; -1 stands for irony where no head finds it. The way of tweets stands
// in for one that the part was not trained for.
func (p *Part) wanted(way string) (columns [numbers]int, temperature [numbers]float32) {
	columns[ironyAt] = -1
	at, generic := 0, true
	for _, h := range p.Heads {
		switch {
		case h.Name == way || at == 0:
			for i := range ironyAt {
				columns[i], temperature[i] = at+i, h.Temperature
			}
		case h.Name == ironic && generic, h.Name == way+" "+ironic:
			columns[ironyAt], temperature[ironyAt] = at, h.Temperature
			generic = h.Name == ironic
		}
		at += len(h.Scale)
	}
	return columns, temperature
}

// compose makes the sum for a way of reading.
func (p *Part) compose(way string) *answer {
	columns, temperature := p.wanted(way)
	sums := p.sums()
	a := &answer{bits: p.Bits, ironies: columns[ironyAt] >= 0}
	var table [numbers][]float32
	uses := false
	for k, c := range columns {
		if c < 0 {
			table[k] = make([]float32, len(sums))
			continue
		}
		s := &sum{table: make([]float32, len(sums))}
		s.add(&sums[c], 1/temperature[k])
		table[k], a.found[k], a.bias[k] = s.table, s.found, s.bias
		n := len(s.dense)
		for n > 0 && s.dense[n-1] == 0 {
			n--
		}
		a.dense[k] = s.dense[:n]
		uses = uses || s.found != [3 * filters]float32{}
	}
	if uses {
		a.net = newNet(p)
	}
	a.fill(p, &table)
	return a
}

// fill makes the rows, in 127ths of the greatest weight.
func (a *answer) fill(p *Part, table *[numbers][]float32) {
	weights := make([][numbers]float32, 1<<p.Bits)
	var tone, irony float32
	for i := range weights {
		row := p.Table[i*p.Row:][:p.Row]
		if empty(row) {
			continue
		}
		for k := range numbers {
			v := float32(0)
			for c, w := range table[k] {
				v += w * float32(row[c])
			}
			weights[i][k] = v
		}
		tone = max(tone, abs(weights[i][0]), abs(weights[i][1]), abs(weights[i][2]))
		irony = max(irony, abs(weights[i][ironyAt]))
	}
	for k, most := range [numbers]float32{tone, tone, tone, irony} {
		a.scale[k] = max(most, 1e-6) / 127
	}
	const never = 1 << 20 // more than any share
	for a.telling = int32(min(telling/a.scale[0], never)); a.telling < never && float32(a.telling)*a.scale[0] < telling; {
		a.telling++
	}
	a.rows = make([]uint32, len(weights))
	for i := range weights {
		for k, w := range weights[i] {
			a.rows[i] |= uint32(w/a.scale[k]+128.5) << (8 * k) // rounds, as 1 is the least
		}
	}
}

func empty(row []int8) bool {
	for _, v := range row {
		if v != 0 {
			return false
		}
	}
	return true
}
