package reading

import (
	"math"

	"github.com/fedipulse/fedipulse/internal/annotate/token"
)

// Salts keep the kinds of features apart.
const (
	saltNegated = 0x9ae16a3b2f90404f
	saltLoud    = 0xc949d7c7509e6557
	saltPiece   = 0xb492b66fbe98f273
)

// Edge stands, in a pair, for what is before and behind a chunk.
const Edge = 0x165667b19e3779f9

// Pair is the feature of two words in a row.
func Pair(before, word uint64) uint64 { return join(before, word) }

// NegatedWord is the feature of a word under a negation.
func NegatedWord(word uint64) uint64 { return word ^ saltNegated }

// LoudWord is the feature of a word in capitals.
func LoudWord(word uint64) uint64 { return word ^ saltLoud }

// reach is how many words a negation marks.
const reach = 6

// Pieces says in which languages parts of words are features: those in which
// endings carry much and few texts are labelled.
func Pieces(language string) bool { return language != "en" }

// word64 returns the hash under which a token is known to a model.
func word64(t *token.Token) uint64 {
	if t.Kind == token.Number {
		return uint64(min(t.Len(), 4)) * saltPiece
	}
	return t.Hash
}

// negate marks the words of the tokens [from, to) that stand under a negation.
func (r *Reader) negate(from, to int) {
	left := 0
	for i := from; i < to; i++ {
		r.looks[i] &^= lookNegated
		negates := r.grammar.facts[i].negates
		if left == 0 && !negates {
			continue
		}
		switch r.list.Tokens[i].Kind {
		case token.Pause:
			left = 0
		case token.Letters:
			if left > 0 {
				r.looks[i] |= lookNegated
				left--
			}
			if negates {
				left = reach
			}
		}
	}
}

// Negated reports whether token i is a word under a negation in the chunk that was
// read last.
func (r *Reader) Negated(i int) bool { return r.looks[i]&lookNegated != 0 }

// List sets Features to those of the chunks.
func (r *Reader) List() {
	r.Features = r.Features[:0]
	for k := range r.Chunks {
		c := &r.Chunks[k]
		c.features = len(r.Features)
		before := uint64(Edge)
		for i := c.Tokens; i < c.TokensEnd; i++ {
			r.Features = r.FeaturesOf(i, before, r.Features)
			before = r.Word(i)
		}
		r.Features = append(r.Features, Feature{Pair(before, Edge), int32(c.TokensEnd - 1)})
		c.featuresEnd = len(r.Features)
	}
}

// FeaturesOf appends the features that end at token i, which comes after a word or
// Edge: the word, the pair, the word in capitals, the word under a negation, and
// its parts.
func (r *Reader) FeaturesOf(i int, before uint64, list []Feature) []Feature {
	h, at := r.Word(i), int32(i)
	list = append(list, Feature{h, at}, Feature{Pair(before, h), at})
	if r.list.Tokens[i].Loud {
		list = append(list, Feature{LoudWord(h), at})
	}
	if r.Negated(i) {
		list = append(list, Feature{NegatedWord(h), at})
	}
	if r.WordsOnly {
		return list
	}
	return r.Pieces(i, list)
}

// Pieces appends the runs of 3 to 5 bytes of token i with its edges, if it is a
// word of a language in which they are features.
func (r *Reader) Pieces(i int, list []Feature) []Feature {
	if r.list.Tokens[i].Kind != token.Letters || !Pieces(r.list.Language) {
		return list
	}
	const edge = '<'
	word := r.list.Folded(i)
	n := len(word) + 2
	get := func(i int) byte {
		if i == 0 || i == n-1 {
			return edge
		}
		return word[i-1]
	}
	for from := 0; from+3 <= n; from++ {
		h := uint64(saltPiece)
		for k := 0; k < 5 && from+k < n; k++ {
			h = token.HashByte(h, get(from+k))
			if k >= 2 {
				list = append(list, Feature{h, int32(i)})
			}
		}
	}
	return list
}

const numSurface = 11

// look is how a token looks: a byte for each thing that is counted, so that the
// looks of 255 tokens can be added up.
type look uint64

const (
	lookExclamation look = 1 << (8 * iota)
	lookQuestion
	lookEllipsis
	lookLoud
	lookStretched
	lookSymbol
	lookNumber
	lookNegated
	lookings = iota
)

// lookOf returns how a token looks, apart from what stands around it.
func lookOf(t *token.Token) (l look) {
	switch t.Kind {
	case token.Symbol:
		l = lookSymbol
	case token.Number:
		l = lookNumber
	case token.Pause:
		switch t.Hash {
		case hashExclamation:
			l = lookExclamation
		case hashQuestion:
			l = lookQuestion
		case hashEllipsis:
			l = lookEllipsis
		}
	}
	if t.Loud {
		l |= lookLoud
	}
	if t.Stretched {
		l |= lookStretched
	}
	return l
}

// surface notes how the tokens [from, to) look.
func (r *Reader) surface(out []float32, from, to int) {
	var n [lookings + 1]int
	for rest := r.looks[from:to]; len(rest) > 0; {
		some := rest[:min(len(rest), 255)]
		rest = rest[len(some):]
		var sum look
		for _, l := range some {
			sum += l
		}
		for i := range lookings {
			n[i] += int(sum >> (8 * i) & 0xFF)
		}
	}
	n[lookings] = to - from + 1
	for i, v := range n {
		out[i] = log1p(v)
	}
	last := r.list.Tokens[to-1].Hash
	out[9], out[10] = is(last == hashQuestion), is(last == hashExclamation)
}

func is(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

// log1p looks up the logarithms that occur.
func log1p(n int) float32 {
	if n < len(logs) {
		return logs[n]
	}
	return float32(math.Log1p(float64(n)))
}

var logs = func() (l [64]float32) {
	for i := range l {
		l[i] = float32(math.Log1p(float64(i)))
	}
	return l
}()
