package token

// Memo keeps what was found out about words, for when they come again: a few
// thousand words make up most of all texts. It holds so many; a word takes the
// place of another. Words are compared byte by byte, so that an answer never
// depends on the texts before. It is not for concurrent use.
type Memo[V any] struct {
	slots []remembered[V]
	other V // of a word that is not kept
}

// remembered is a word and what was found out.
type remembered[V any] struct {
	hash   uint64
	length uint8 // of the word; 0: the slot is free
	word   [memoWord]byte
	value  V
}

const (
	memoBits = 12 // of the number of words that are kept
	memoWord = 23 // bytes of the longest of them
)

// At returns the place of what is known of a folded word and its hash, until the
// next call, and whether it is known. Where it is not, the caller sets it; it may
// hold what was known of another word.
func (m *Memo[V]) At(hash uint64, word []byte) (value *V, known bool) {
	if len(word) == 0 || len(word) > memoWord {
		return &m.other, false
	}
	if m.slots == nil {
		m.slots = make([]remembered[V], 1<<memoBits)
	}
	s := &m.slots[hash*0x9e3779b97f4a7c15>>(64-memoBits)]
	if s.hash == hash && string(s.word[:s.length]) == string(word) {
		return &s.value, true
	}
	s.hash, s.length = hash, uint8(len(word))
	copy(s.word[:], word)
	return &s.value, false
}
