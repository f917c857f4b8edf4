package plain

import (
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

func countWords(s string) int {
	n := 0
	inside, apostrophe := false, false
	for i := 0; i < len(s); {
		if asciiWord[s[i]] {
			if !inside && !apostrophe {
				n++
			}
			inside, apostrophe = true, false
			for i++; i < len(s) && asciiWord[s[i]]; i++ {
			}
			continue
		}
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		case r >= utf8.RuneSelf && isWord(r):
			if !inside && !apostrophe {
				n++
			}
			inside, apostrophe = true, false
		case inside && (r == '\'' || r == '’'):
			inside, apostrophe = false, true
		default:
			inside, apostrophe = false, false
		}
		i += size
	}
	return n
}

// asciiWord is isWord of the bytes that are characters.
var asciiWord = func() (t [256]bool) {
	for c := range rune(utf8.RuneSelf) {
		t[c] = isWord(c)
	}
	return t
}()
