package token

// A list numbers the words that it has read, so that what is found out about one
// is kept under a small number for when it comes again: a few thousand words make
// up most of all texts. Words are compared byte by byte: what is known of one never
// depends on the texts before.
type vocabulary struct {
	slots []numbered // hash table
	n     int
	round uint32 // of numbering: a full table is emptied before the next text

	touched uint64 // keeps what is read ahead from being left out
}

// numbered is a word and its number; 0: the slot is free.
type numbered struct {
	hash   uint64
	number uint16
	length uint8
	word   [longestNumbered]byte
}

const (
	vocabularyBits  = 16
	vocabularySlots = 1 << vocabularyBits
	fullVocabulary  = 1 << 15 // from which on the table is emptied before the next text
	mostNumbers     = vocabularySlots * 7 / 8
	longestNumbered = 21 // bytes; longer words have no number
	mostPlaces      = 32 // looked at for a word: a hostile text has words that all belong in one
)

// number returns the number of a folded word, or 0 if it gets none.
func (v *vocabulary) number(hash uint64, word []byte) uint16 {
	if len(word) == 0 || len(word) > longestNumbered {
		return 0
	}
	for i := range uint64(mostPlaces) {
		s := &v.slots[(place(hash)+i)%vocabularySlots]
		switch {
		case s.number == 0 && v.n == mostNumbers:
			return 0
		case s.number == 0:
			v.n++
			s.hash, s.number, s.length = hash, uint16(v.n), uint8(len(word))
			copy(s.word[:], word)
			return s.number
		case s.hash == hash && string(s.word[:s.length]) == string(word):
			return s.number
		}
	}
	return 0
}

// place returns where to look first for a word.
func place(hash uint64) uint64 { return hash * 0x9e3779b97f4a7c15 >> (64 - vocabularyBits) }

// Numbers returns the numbers of the tokens, 0 of those that have none: the same for
// the same folded form and hash, until Read begins a new round.
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
	l.numbered, l.numbers = true, l.numbers[:0]
	if l.vocabulary.slots == nil {
		l.vocabulary.slots = make([]numbered, vocabularySlots)
	}
	if l.vocabulary.n >= fullVocabulary {
		clear(l.vocabulary.slots)
		l.vocabulary.n = 0
		l.vocabulary.round++
	}
	for i := range l.Tokens { // reads ahead, so that one wait for memory is that for all
		l.vocabulary.touched ^= l.vocabulary.slots[place(l.Tokens[i].Hash)].hash
	}
	for i := range l.Tokens {
		l.numbers = append(l.numbers, l.vocabulary.number(l.Tokens[i].Hash, l.Folded(i)))
	}
}

// Known keeps what was found out about the words of a list, by their numbers. It
// is not for concurrent use.
type Known[V any] struct {
	list  *List
	round uint32
	words []V
}

// Open takes up the text that a list holds. It returns what is known of words by
// their numbers, as far as they are given: the zero value of a word of which nothing
// is known yet. That of 0 is of words without a number: nothing is to be kept there.
// Forgotten reports whether all that was known is, since numbers are given anew.
//
// The words are many more than a processor's cache holds. Who reads some is to do so
// in a loop that is small and does not wait, so that many reads are under way at a
// time.
func (k *Known[V]) Open(l *List) (words []V, forgotten bool) {
	l.number()
	if forgotten = k.list != l || k.round != l.vocabulary.round; forgotten {
		clear(k.words)
		k.list, k.round = l, l.vocabulary.round
	}
	if n := l.vocabulary.n + 1 - len(k.words); n > 0 {
		k.words = append(k.words, make([]V, n)...)
	}
	return k.words, forgotten
}
