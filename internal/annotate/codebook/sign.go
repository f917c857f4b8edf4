package codebook

import "slices"

// sign is a number that a word has in common with few others. A pattern with a sign
// that no word of a text has is not in the text, and need not be fetched from memory
// for that to be known.
type sign uint16

// Words have two signs: one for all of it, and one for how it begins.
const (
	wordSigns = 256
	anySign   = 2 * wordSigns // every text has it
)

func signOf(hash uint64) sign { return sign(hash >> 56) }

// signOfStem is that of the first minStem bytes of a word.
func signOfStem[T []byte | string](word T) sign {
	if len(word) < minStem {
		return anySign
	}
	h := uint32(word[0]) | uint32(word[1])<<8 | uint32(word[2])<<16
	return wordSigns + sign(h*0x9e3779b1>>24)
}

// see notes the signs of the words.
func (w *Words) see() {
	clear(w.seen[:])
	w.seen[anySign/64] = 1
	for i := range w.list {
		whole, stem := signOf(w.list[i].hash), signOfStem(w.list[i].folded)
		w.seen[whole/64] |= 1 << (whole % 64)
		w.seen[stem/64] |= 1 << (stem % 64)
	}
}

// sees reports whether a text may have all words of a pattern.
func (w *Words) sees(a *anchored) bool {
	for _, s := range a.signs {
		if w.seen[s/64]>>(s%64)&1 == 0 {
			return false
		}
	}
	return true
}

// signs are those of words that a text with the pattern has: of so many that are not
// the ones, from a place on, that it is kept under, the longest first.
func (p *pattern) signs(at, words int) (list [4]sign) {
	var others []atom
	for k, part := range p.parts {
		for i, a := range part {
			if !a.before && !(k == 0 && i >= at && i < at+words) {
				others = append(others, a)
			}
		}
	}
	slices.SortStableFunc(others, func(a, b atom) int { return len(b.form) - len(a.form) })
	for i := range list {
		switch {
		case i >= len(others):
			list[i] = anySign
		case others[i].beyond:
			list[i] = signOfStem(others[i].form)
		default:
			list[i] = signOf(others[i].hash)
		}
	}
	return list
}
