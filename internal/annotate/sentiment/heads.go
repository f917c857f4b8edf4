package sentiment

import (
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/sentiment/reading"
)

// Heads answers for every head of a part, where a Scorer answers for a way of
// reading alone. Training builds on it. It is not for concurrent use.
type Heads struct {
	part *Part
	net  *net
	sums []sum
	read *reading.Reader
}

// NewHeads returns the heads of a part.
func NewHeads(lists *reading.Lists, p *Part) *Heads {
	h := &Heads{part: p, sums: p.sums(), read: lists.Reader()}
	if p.Filters > 0 {
		h.net = newNet(p)
	}
	return h
}

// Answers returns what the heads answer for a text, column by column, before it
// is turned into probabilities.
func (h *Heads) Answers(t *plain.Text) []float32 {
	p := h.part
	h.read.ReadText(t, p.Language)
	table := make([]float32, len(h.sums))
	var dense [reading.Dense]float32
	var found [3 * filters]float32
	for i := range h.read.Chunks {
		c := &h.read.Chunks[i]
		for _, f := range h.read.Of(c) {
			row := p.Table[Bucket(f.Hash, p.Bits)*p.Row:]
			for k := range table {
				table[k] += c.Weight * float32(row[k])
			}
		}
		for k, v := range c.Dense {
			dense[k] += c.Weight * v
		}
		if h.net != nil {
			var m pooled
			var words []uint32
			for i := c.Tokens; i < c.TokensEnd; i++ {
				words = append(words, h.net.word(h.read.Word(i)))
			}
			h.net.pool(words, &m)
			h.net.activations(&m, c.Weight, &found)
		}
	}
	z := make([]float32, len(h.sums))
	for k, s := range h.sums {
		z[k] = s.bias + dot(s.table, table) + dot(s.dense[:], dense[:]) + dot(s.found[:], found[:])
	}
	return z
}
