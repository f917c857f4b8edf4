package sentiment

import "github.com/fedipulse/fedipulse/internal/annotate/sentiment/reading"

// weighed is what the tables have of a word alone.
type weighed struct {
	word, pieces  lanes  // its row, and those of its parts added up
	loud, negated uint32 // its rows in capitals and under a negation
	id            uint32 // its number in the network's vocabulary
	parts         uint8  // how many rows are in pieces
	known         bool   // they have been looked up
}

// weigh looks up token i.
func (s *Scorer) weigh(a *answer, i int) weighed {
	h := s.read.Word(i)
	w := weighed{word: lanesOf(a.row(h)), loud: a.row(reading.LoudWord(h)), negated: a.row(reading.NegatedWord(h)), known: true}
	s.features = s.read.Pieces(i, s.features[:0])
	for _, f := range s.features {
		w.pieces += lanesOf(a.row(f.Hash))
	}
	w.parts = uint8(len(s.features))
	if a.net != nil {
		w.id = a.net.word(h)
	}
	return w
}

// lanes are sums of the bytes of rows, 16 bits each: of the columns 0, 2, 1 and 3.
// The bytes are 128 more than the weights, so that no lane is ever negative.
type lanes uint64

// fitting is how many rows fit into lanes.
const fitting = 65535 / 255

func lanesOf(row uint32) lanes {
	const even = 0x00FF00FF
	return lanes(row&even) | lanes(row>>8&even)<<32
}

// share is what the rows add to positive less negative.
func (l lanes) share() int32 { return int32(l>>16&0xFFFF) - int32(l&0xFFFF) }

// rows is a sum of so many rows.
type rows struct {
	lanes
	n int
}

// empty adds the sum, weighted, to out, and begins anew.
func (r *rows) empty(weight float32, out *[numbers]float32) {
	for k, at := range [numbers]int{0, 32, 16, 48} {
		out[k] += weight * float32(int(r.lanes>>at&0xFFFF)-128*r.n)
	}
	*r = rows{}
}

// look adds the rows of a chunk to s.table, fitting of them at a time: a sum of weighted
// numbers is another in its last bit where it is parted elsewhere, and a post that
// is annotated already would have to be annotated anew.
func (s *Scorer) look(c *reading.Chunk) {
	a, out := s.answer, &s.table
	var sum rows
	for i := c.Tokens; i < c.TokensEnd; i++ {
		w, pair := &s.words[i], s.pairs[i]
		if i == c.Tokens && i > 0 {
			pair = a.row(reading.Pair(reading.Edge, s.read.Word(i)))
		}
		own := rows{w.word + w.pieces + lanesOf(pair), 2 + int(w.parts)}
		if s.text.Tokens[i].Loud {
			own.lanes += lanesOf(w.loud)
			own.n++
		}
		if s.read.Negated(i) {
			own.lanes += lanesOf(w.negated)
			own.n++
		}
		s.share[i] = own.share()
		if sum.n+own.n > fitting {
			s.addEach(c, i, &sum)
			continue
		}
		sum.lanes += own.lanes
		sum.n += own.n
	}
	last := c.TokensEnd - 1
	end := lanesOf(a.row(reading.Pair(s.read.Word(last), reading.Edge)))
	if sum.n == fitting {
		sum.empty(c.Weight, out)
	}
	sum.lanes += end
	sum.n++
	s.share[last] += end.share()
	sum.empty(c.Weight, out)
}

// addEach adds the rows of token i one by one to a sum that has no place for all of
// them.
func (s *Scorer) addEach(c *reading.Chunk, i int, sum *rows) {
	before := uint64(reading.Edge)
	if i > c.Tokens {
		before = s.read.Word(i - 1)
	}
	s.features = s.read.FeaturesOf(i, before, s.features[:0])
	for _, f := range s.features {
		if sum.n == fitting {
			sum.empty(c.Weight, &s.table)
		}
		sum.lanes += lanesOf(s.answer.row(f.Hash))
		sum.n++
	}
}

// Bucket returns the row of a table of 1<<bits rows for a hash.
func Bucket(hash uint64, bits int) int { return int(hash * 0x9e3779b97f4a7c15 >> (64 - bits)) }
