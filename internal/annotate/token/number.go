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

// Number returns the number of token i, or 0 where it has none: the same for the
// same folded form and hash, until Read begins a new round.
func (l *List) Number(i int) uint16 {
	l.number()
	return l.numbers[i]
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
	list    *List
	round   uint32
	words   []knownWord[V] // by number
	other   V              // of a word without a number
	touched bool           // keeps what is read ahead from being left out
}

type knownWord[V any] struct {
	value V
	known bool
}

// Open takes up the text that a list holds, and reports whether all that was known
// of words is forgotten: numbers are given anew. It fetches what is known of the
// words from memory in a loop so small that many reads are under way at a time.
func (k *Known[V]) Open(l *List) (forgotten bool) {
	l.number()
	if forgotten = k.list != l || k.round != l.vocabulary.round; forgotten {
		clear(k.words)
		k.list, k.round = l, l.vocabulary.round
	}
	k.grow(l.vocabulary.n)
	words := k.words
	touched := false
	for _, n := range l.numbers {
		touched = touched != words[n].known
	}
	k.touched = touched
	return forgotten
}

// grow makes place for words with numbers up to n.
func (k *Known[V]) grow(n int) {
	if n >= len(k.words) {
		k.words = append(k.words, make([]knownWord[V], n+1-len(k.words))...)
	}
}

// At returns the place of what is known of a word by its number. If it is asked for
// the first time, nothing is known: the caller is to find it out. The place is good
// until the next call.
func (k *Known[V]) At(number uint16) (v *V, known bool) {
	if number == 0 || int(number) >= len(k.words) {
		return k.make(number)
	}
	w := &k.words[number]
	known, w.known = w.known, true
	return &w.value, known
}

func (k *Known[V]) make(number uint16) (v *V, known bool) {
	if number == 0 {
		var none V
		k.other = none
		return &k.other, false
	}
	k.grow(int(number))
	return k.At(number)
}
