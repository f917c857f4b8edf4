package theme

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// word is a word of a text: folded, and where it stands.
type word struct {
	folded string
	discussion.Span
}

// maxWord bounds the bytes of a word that are compared.
const maxWord = 64

// split cuts a text into words at everything that is neither letter nor digit,
// apostrophes and hyphens included: l'IA is two words, opt-out too. It appends
// them to words.
func split(text string, words []word) []word {
	start, folded := -1, true
	flush := func(end int) {
		w := text[start:min(end, start+maxWord)]
		if !folded {
			w = fold(w)
		}
		words = append(words, word{w, discussion.Span{Start: start, End: end}})
		start, folded = -1, true
	}
	for i := 0; i < len(text); {
		class, size := classes[text[i]], 1
		if text[i] >= utf8.RuneSelf {
			var r rune
			if r, size = utf8.DecodeRuneInString(text[i:]); isWord(r) {
				class = upper
			}
		}
		switch {
		case class == other && start >= 0:
			flush(i)
		case class != other && start < 0:
			start = i
		}
		folded = folded && class != upper
		for i += size; class != other && i < len(text) && classes[text[i]] == lower; i++ {
		}
	}
	if start >= 0 {
		flush(len(text))
	}
	return words
}

func isWord(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// What a character is to split.
const (
	other = iota // no part of a word
	lower        // folded already
	upper        // to be folded
)

// classes are those of the bytes that are characters.
var classes = func() (t [256]uint8) {
	for c := range rune(utf8.RuneSelf) {
		if unicode.IsUpper(c) {
			t[c] = upper
		} else if isWord(c) {
			t[c] = lower
		}
	}
	return t
}()

func fold(w string) string { return strings.ReplaceAll(strings.ToLower(w), "ß", "ss") }

// visible takes the names of people and hosts out of the words of a text.
func visible(t plain.Text, words []word) []word {
	if len(t.Marks) == 0 {
		return words
	}
	mark := 0
	return slices.DeleteFunc(words, func(w word) bool {
		for mark < len(t.Marks) && t.Marks[mark].End <= w.Start {
			mark++
		}
		for _, m := range t.Marks[mark:] {
			if m.Start > w.Start {
				break
			}
			if w.Start < m.End && (m.Kind == plain.Mention || m.Kind == plain.Link || m.Kind == plain.Emoji) {
				return true
			}
		}
		return false
	})
}
