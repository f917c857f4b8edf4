package codebook

import (
	"bytes"
	"slices"
	"strings"

	"github.com/fedipulse/fedipulse/internal/annotate/token"
)

// matcher finds the patterns of a language. Each is kept under two whole words in
// a row of its first part, where it has them, or else under one word, the anchor:
// that or those that the fewest patterns have.
type matcher struct {
	by      [tables]token.Index[[]anchored]
	may     [tables]token.Filter
	longest [tables]int // bytes of the longest form, where that bounds a search
	first   []int       // by book: its first entry
}

// anchored is a pattern, and which word of its first part it is kept under. What
// most matches need of the pattern stands here once more: in the tables of a whole
// codebook every pointer that is followed is a wait for memory.
type anchored struct {
	signs [4]sign
	*pattern
	words   phrase // the first part
	text    string
	entry   int32 // of all books
	at      int16
	book    uint8
	exclude bool
	bare    bool // the pattern has no conditions
	alone   bool // its first part is the word, or the two words, that it is kept under, and whole
}

// under returns a pattern as it is kept under the word at a place of its first
// part, or under so many words from there on.
func (p *pattern) under(at, words int) anchored {
	return anchored{
		signs: p.signs(at, words), pattern: p, words: p.parts[0], text: p.text, entry: int32(p.entry), book: uint8(p.book), exclude: p.exclude, at: int16(at),
		bare: len(p.parts) == 1 && len(p.without) == 0, alone: len(p.parts[0]) == words && p.parts[0].whole(),
	}
}

// The tables of a matcher.
const (
	exact  = iota
	stems  // under the beginning of words
	tails  // under the end
	within // under any part
	pairs  // under two words
	typos  // under what is left of a long word without one of its letters
	tables
)

// compile makes the matcher of a language for codebooks that are searched for at
// once. The patterns have been read before.
func compile(books []*Book, language string) *matcher {
	m := &matcher{}
	for i := range m.by {
		m.by[i] = token.NewIndex[[]anchored](0)
	}
	first := 0 // entry of the book
	for k, b := range books {
		list := b.compiled(language)
		uses := map[uint64]int{}
		for _, p := range list {
			for _, a := range p.parts[0] {
				uses[a.hash]++
			}
		}
		for _, p := range list {
			p.book, p.entry = k, first+p.entry
			m.add(p, uses)
		}
		m.first = append(m.first, first)
		first += len(b.Entries)
	}
	return m
}

// compiled returns the patterns that count in texts of a language.
func (b *Book) compiled(language string) (list []*pattern) {
	for i := range b.Entries {
		e := &b.Entries[i]
		for _, of := range Languages {
			if of != language && of != "en" && language != "" {
				continue
			}
			for _, p := range e.Patterns[of] {
				list = append(list, compiled(p, i, false)...)
			}
			for _, p := range e.Exclude[of] {
				list = append(list, compiled(p, i, true)...)
			}
		}
	}
	return list
}

// compiled returns a pattern, and the same in the spelling of Switzerland.
func compiled(text string, entry int, exclude bool) (list []*pattern) {
	for _, spelling := range []string{text, strings.ReplaceAll(text, "ß", "ss")} {
		if len(list) > 0 && spelling == text {
			break
		}
		p, err := parsePattern(spelling)
		if err != nil {
			continue // reported when the file was read
		}
		p.text, p.entry, p.exclude = text, entry, exclude
		list = append(list, &p)
	}
	return list
}

// pair hashes two words in a row.
func pair(a, b uint64) uint64 { return (a*0x9e3779b97f4a7c15 ^ b) * 0xff51afd7ed558ccd }

func (m *matcher) add(p *pattern, uses map[uint64]int) {
	words := p.parts[0]
	two, least := -1, 0
	for i := 1; i < len(words); i++ {
		a, b := words[i-1], words[i]
		if n := min(uses[a.hash], uses[b.hash]); !(a.before || a.beyond || b.before || b.beyond) && (two < 0 || n < least) {
			two, least = i-1, n
		}
	}
	if two >= 0 {
		h := pair(words[two].hash, words[two+1].hash)
		m.keep(pairs, h, p.under(two, 2))
		return
	}
	best := 0
	for i, a := range words {
		switch b := words[best]; {
		case uses[a.hash] < uses[b.hash], uses[a.hash] == uses[b.hash] && len(a.form) > len(b.form):
			best = i
		}
	}
	a := words[best]
	table := exact
	switch {
	case a.before && a.beyond:
		table = within
	case a.before:
		table = tails
	case a.beyond:
		table = stems
	}
	h := a.hash
	if table == tails {
		h = hashBack([]byte(a.form))
	}
	m.keep(table, h, p.under(best, 1))
	m.longest[table] = max(m.longest[table], len(a.form))
	if len(words) == 1 && len(p.parts) == 1 && !p.exclude && len(a.form) >= minTypo {
		for i := range len(a.form) {
			m.keep(typos, hashWithout([]byte(a.form), i), p.under(0, 1))
		}
	}
}

func (m *matcher) keep(table int, hash uint64, a anchored) {
	m.may[table].Add(hash)
	m.by[table].Set(hash, append(m.by[table].At(hash), a))
}

// find returns the patterns that a table has under a hash.
func (m *matcher) find(table int, hash uint64) []anchored {
	if !m.may[table].Has(hash) {
		return nil
	}
	return m.by[table].At(hash)
}

// hashBack hashes a word from its end.
func hashBack(word []byte) uint64 {
	h := uint64(token.HashStart)
	for i := len(word) - 1; i >= 0; i-- {
		h = token.HashByte(h, word[i])
	}
	return h
}

func hashWithout(word []byte, i int) uint64 {
	h := uint64(token.HashStart)
	for k, c := range word {
		if k != i {
			h = token.HashByte(h, c)
		}
	}
	return h
}

// candidates are the patterns that are kept under a word, in a list: from there on
// those that are under the whole of it, then those under parts of it, then those that
// it may be a misspelling of.
type candidates struct{ from, parts, typo, end int32 }

// candidates looks a word up. It appends to list and returns where parts and
// misspellings begin.
func (m *matcher) candidates(w *word, list []anchored) (_ []anchored, parts, typo int32) {
	from := len(list)
	list = append(list, m.find(exact, w.hash)...)
	parts = int32(len(list))
	h := uint64(token.HashStart)
	for n, b := range w.folded[:min(len(w.folded), m.longest[stems])] {
		if h = token.HashByte(h, b); n+1 >= minStem {
			list = append(list, m.find(stems, h)...)
		}
	}
	long := len(w.folded) >= minLong && w.folded[0] >= 'A'
	if long {
		list = m.inside(w.folded, list)
	}
	typo = int32(len(list))
	if long && len(w.folded) >= minTypo && len(w.folded) <= maxTypo {
		list = m.misspelt(w.folded, list, from)
	}
	return list, parts, typo
}

// inside appends the patterns for parts of a long word.
func (m *matcher) inside(word []byte, list []anchored) []anchored {
	h := uint64(token.HashStart)
	for n := 1; n <= min(len(word), m.longest[tails]); n++ {
		if h = token.HashByte(h, word[len(word)-n]); n >= minTail {
			list = append(list, m.find(tails, h)...)
		}
	}
	for from := 0; from+minTail <= len(word) && m.longest[within] > 0; from++ {
		h := uint64(token.HashStart)
		for n, c := range word[from:min(len(word), from+m.longest[within])] {
			if h = token.HashByte(h, c); n+1 >= minTail {
				list = append(list, m.find(within, h)...)
			}
		}
	}
	return list
}

// Bytes of a word that may have a letter wrong: shorter ones are too often other
// words.
const (
	minTypo = 9
	maxTypo = 24 // longer ones are not looked at
)

// misspelt appends the patterns of words that differ from a word in one letter:
// one more, one less, another one, or two in each other's place. A book in which
// the word itself is, as the list has it from a place on, does not take it for a
// misspelling.
func (m *matcher) misspelt(word []byte, list []anchored, from int) []anchored {
	known := list[from:]
	add := func(left uint64) {
		for _, a := range m.find(typos, left) {
			if near(word, a.words[0].form) && !slices.ContainsFunc(known, func(k anchored) bool { return k.book == a.book }) {
				list = append(list, a)
			}
		}
	}
	add(token.Hash(word))
	for k := range word {
		add(hashWithout(word, k))
	}
	return list
}

// near reports whether a word is a form with one letter wrong, not the first.
func near(word []byte, form string) bool {
	if word[0] != form[0] || string(word) == form {
		return false
	}
	head := 0
	for head < len(word) && head < len(form) && word[head] == form[head] {
		head++
	}
	a, b := word[head:], []byte(form[head:])
	switch {
	case len(a) == len(b)+1:
		return bytes.Equal(a[1:], b) && len(b) > 0 // a letter more at the end is an ending
	case len(a)+1 == len(b):
		return bytes.Equal(a, b[1:]) && len(a) > 0
	case len(a) != len(b):
		return false
	}
	return bytes.Equal(a[1:], b[1:]) && len(a) > 1 || len(a) > 1 && a[0] == b[1] && a[1] == b[0] && bytes.Equal(a[2:], b[2:])
}
