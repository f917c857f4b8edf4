package plain

import (
	"math/bits"
	"unicode/utf8"
)

// Words counts the words of the text: runs of letters, digits and the marks on
// them, an apostrophe between two of these being part of the word. Links,
// mentions and custom emoji do not count.
func (t Text) Words() int {
	n := 0
	for part := range t.ordinary() {
		n += countWords(part)
	}
	return n
}

// ordinary yields what stands between links, mentions and custom emoji.
func (t Text) ordinary() func(func(string) bool) {
	return func(yield func(string) bool) {
		at := 0
		for _, m := range t.Marks {
			if m.Kind != Link && m.Kind != Mention && m.Kind != Emoji || m.Start < at {
				continue
			}
			if !yield(t.Plain[at:m.Start]) {
				return
			}
			at = m.End
		}
		yield(t.Plain[at:])
	}
}

// countWords looks at up to 64 characters at a time where they are ASCII, as bits:
// a branch at the end of each word would be guessed wrong more often than not.
func countWords(s string) int {
	n := 0
	inside, joined := uint64(0), uint64(0) // 1 after a character of a word, and after an apostrophe behind one
	for i := 0; i < len(s); {
		var words, apostrophes uint64
		k := 0
		for ; k < 64 && i+k+8 <= len(s); k += 8 {
			x := eight(s, i+k)
			if x&topBits != 0 {
				break
			}
			words |= gathered(wordBytes(x)) << k
			apostrophes |= gathered(equal(x, '\'')) << k
		}
		for ; k < 64 && i+k < len(s) && s[i+k] < utf8.RuneSelf; k++ {
			c := asciiWord[s[i+k]]
			words |= uint64(c&1) << k
			apostrophes |= uint64(c>>1) << k
		}
		if k > 0 {
			after := words<<1 | inside // characters behind one of a word
			apostrophes &= after
			n += bits.OnesCount64(words &^ after &^ (apostrophes<<1 | joined))
			inside, joined = words>>(k-1)&1, apostrophes>>(k-1)&1
			i += k
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case isWord(r):
			n += int(1 &^ (inside | joined))
			inside, joined = 1, 0
		case r == '’':
			inside, joined = 0, inside
		default:
			inside, joined = 0, 0
		}
	}
	return n
}

// asciiWord is 1 for the characters that are in words, and 2 for the apostrophe.
var asciiWord = func() (t [utf8.RuneSelf]uint8) {
	for c := range t {
		if isWord(rune(c)) {
			t[c] = 1
		}
	}
	t['\''] = 2
	return t
}()
