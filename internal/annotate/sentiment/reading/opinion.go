package reading

import "github.com/fedipulse/fedipulse/internal/annotate/token"

// Opinions are word lists that other people published, as numbers: for a word,
// its valence from -1 to 1 in each of OpinionLists lists, in 127ths.
type Opinions struct {
	words token.Index[[OpinionLists]int8]
}

// OpinionLists is the number of lists.
const OpinionLists = 3

// NewOpinions makes a table of words, by their hashes (HashWord).
func NewOpinions(hashes []uint64, values [][OpinionLists]int8) *Opinions {
	o := &Opinions{token.NewIndex[[OpinionLists]int8](len(hashes))}
	for i, h := range hashes {
		o.words.Set(h, values[i])
	}
	return o
}

// HashWord returns the hash of a term if it is a single word or symbol.
func HashWord(term, language string) (uint64, bool) {
	var l token.List
	l.ReadTerm(term, language)
	if len(l.Tokens) != 1 {
		return 0, false
	}
	return word64(&l.Tokens[0]), true
}

// numOpinion is the number of dense features: eight sums per list.
const numOpinion = 8 * OpinionLists

// flipped is what a word after a negation counts.
const flipped = -0.7

// opinions sums up what published lists say of the tokens [from, to).
func (r *Reader) opinions(out []float32, from, to int) {
	var pos, neg [OpinionLists]int
	for i := from; i < to; i++ {
		t := &r.list.Tokens[i]
		if t.Kind != token.Letters && t.Kind != token.Symbol {
			continue
		}
		f := &r.grammar.facts[i]
		if f.opinion == [OpinionLists]int8{} {
			continue
		}
		for k, v := range f.opinion {
			if v == 0 {
				continue
			}
			x := float32(v) / 127
			if r.Negated(i) {
				x *= flipped
			}
			f := out[8*k : 8*k+8]
			if x > 0 {
				f[0] += x
				f[2] = max(f[2], x)
				pos[k]++
			} else {
				f[1] -= x
				f[3] = max(f[3], -x)
				neg[k]++
			}
			f[4] = x
		}
	}
	for k := range OpinionLists {
		out[8*k+5], out[8*k+6] = log1p(pos[k]), log1p(neg[k])
		out[8*k+7] = is(pos[k]+neg[k] == 0)
	}
}
