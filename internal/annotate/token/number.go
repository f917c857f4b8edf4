package token

import "slices"

// A list numbers the words that it has read, so that what is found out about one
// is kept under a small number for when it comes again: a few thousand words make
// up most of all texts. A word has a number for each language that it is read in.
// Words are compared byte by byte: what is known of one never depends on the texts
// before.
type vocabulary struct {
	slots     []slot // hash table
	records   records
	n         int
	round     uint32   // of numbering: a full table is emptied before the next text
	languages []string // in which texts were read in this round
	language  uint8    // of them, that of the text

	touched uint64 // keeps what is read ahead from being left out
}

// slot is a number, and some bits of the hash of its word; no number: it is free.
type slot struct{ bits, number uint16 }

// numbered is a word, as its record begins.
type numbered struct {
	hash     uint64
	length   uint8
	language uint8
	word     [longestNumbered]byte
}

const (
	vocabularyBits  = 16
	vocabularySlots = 1 << vocabularyBits
	fullVocabulary  = 1 << 15 // from which on the table is emptied before the next text
	mostNumbers     = vocabularySlots * 7 / 8
	mostLanguages   = 255
	longestNumbered = 22 // bytes; longer words have no number
	mostPlaces      = 32 // looked at for a word: a hostile text has words that all belong in one
)

// open begins a text.
func (v *vocabulary) open(language string) {
	if v.slots == nil {
		v.slots = make([]slot, vocabularySlots)
		v.records.grow(1)
	}
	at := slices.Index(v.languages, language)
	if v.n >= fullVocabulary || at < 0 && len(v.languages) == mostLanguages {
		clear(v.slots)
		v.records.empty()
		v.languages, at = v.languages[:0], -1
		v.n = 0
		v.round++
	}
	if at < 0 {
		at = len(v.languages)
		v.languages = append(v.languages, language)
	}
	v.language = uint8(at)
}

// place returns where to look first for a word, and the bits of its slot.
func (v *vocabulary) place(hash uint64) (at uint64, bits uint16) {
	hash = (hash ^ uint64(v.language)<<56) * 0x9e3779b97f4a7c15
	return hash >> (64 - vocabularyBits), uint16(hash >> 16)
}

// maybe returns the number that a word most likely has, or 0.
func (v *vocabulary) maybe(hash uint64) uint16 {
	at, bits := v.place(hash)
	for i := range uint64(mostPlaces) {
		s := v.slots[(at+i)%vocabularySlots]
		if s.bits == bits || s.number == 0 {
			return s.number
		}
	}
	return 0
}

// is reports whether a number is that of a folded word.
func (v *vocabulary) is(number uint16, hash uint64, word []byte) bool {
	r := v.records.word(number)
	return r.hash == hash && r.language == v.language && string(r.word[:r.length]) == string(word)
}

// number returns the number of a folded word, or 0 if it gets none.
func (v *vocabulary) number(hash uint64, word []byte) uint16 {
	if len(word) == 0 || len(word) > longestNumbered {
		return 0
	}
	at, bits := v.place(hash)
	for i := range uint64(mostPlaces) {
		s := &v.slots[(at+i)%vocabularySlots]
		switch {
		case s.number == 0 && v.n == mostNumbers:
			return 0
		case s.number == 0:
			v.n++
			*s = slot{bits, uint16(v.n)}
			v.records.grow(v.n + 1)
			r := v.records.word(s.number)
			r.hash, r.language, r.length = hash, v.language, uint8(len(word))
			copy(r.word[:], word)
			return s.number
		case s.bits == bits && v.is(s.number, hash, word):
			return s.number
		}
	}
	return 0
}

// Numbers returns the numbers of the tokens, 0 of those that have none: the same for
// the same folded form, hash and language, until Read begins a new round.
func (l *List) Numbers() []uint16 {
	l.number()
	return l.numbers
}

// NumberOf returns the number of a word that is part of a token.
func (l *List) NumberOf(hash uint64, word []byte) uint16 {
	l.number()
	return l.vocabulary.number(hash, word)
}

// number numbers the tokens of the text, once.
func (l *List) number() {
	if l.numbered {
		return
	}
	v := &l.vocabulary
	v.open(l.Language)
	l.numbered, l.numbers = true, l.numbers[:0]
	for i := range l.Tokens { // reads records ahead, so that one wait for memory is that for all
		n := v.maybe(l.Tokens[i].Hash)
		v.touched ^= v.records.touch(n)
		l.numbers = append(l.numbers, n)
	}
	for i, n := range l.numbers {
		if t := &l.Tokens[i]; n == 0 || !v.is(n, t.Hash, l.Folded(i)) {
			l.numbers[i] = v.number(t.Hash, l.Folded(i))
		}
	}
}
