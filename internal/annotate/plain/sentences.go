package plain

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// sentences cuts text into sentences. A line break always ends one; within a
// line one ends at white space after an end mark, by rules that go for
// English, French, German and Spanish alike: which of them it is is not known
// yet.
func sentences(text string) []discussion.Span {
	spans := make([]discussion.Span, 0, 8)
	for at := 0; at < len(text); {
		end := len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i
		}
		spans = appendSentences(spans, text, at, end)
		at = end + 1
	}
	return spans
}

// appendSentences adds the sentences of the line text[at:end]. Clean text has
// no white space at the ends of a line, and single blanks between words.
func appendSentences(spans []discussion.Span, text string, at, end int) []discussion.Span {
	start := at
	for i := at; i+1 < end; i++ {
		if i+9 <= end { // on to the next word that ends in anything else than a letter
			ends := equal(eight(text, i+1), ' ') &^ wordBytes(eight(text, i))
			if ends == 0 {
				i += 7
				continue
			}
			i += firstByte(ends)
		}
		if !mayEnd[text[i]] || text[i+1] != ' ' {
			continue
		}
		word := at + strings.LastIndexByte(text[at:i+1], ' ') + 1
		before := ""
		if word > at {
			before = text[at+strings.LastIndexByte(text[at:word-1], ' ')+1 : word-1]
		}
		if word <= i && breaks(before, text[word:i+1], text[i+2:end], word == at) {
			spans = append(spans, discussion.Span{Start: start, End: i + 1})
			start = i + 2
		}
	}
	if start < end {
		spans = append(spans, discussion.Span{Start: start, End: end})
	}
	return spans
}

// mayEnd are the bytes that a word may end in which ends a sentence: an end mark, a
// bracket or quote that may close behind one, or the last byte of one of those
// outside ASCII.
var mayEnd = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= 0x80 || strings.IndexByte(".!?\"')]*_", byte(c)) >= 0
	}
	return t
}()

// closers may stand between an end mark and the blank after it.
const closers = "\"'”’»›“)]*_"

// breaks reports whether a sentence ends with word w: before stands before it,
// rest after it, and first says that w is the first of its line.
func breaks(before, w, rest string, first bool) bool {
	body := strings.TrimRight(w, closers)
	marks := strings.TrimRight(body, ".!?…")
	tail := body[len(marks):]
	if tail == "" || strings.HasPrefix(rest, "»") {
		return false
	}
	next := nextWord(rest)
	r := firstRune(next)
	if len(body) < len(w) && unicode.IsLower(r) {
		return false // "Really?" she said, and (sic!) so on
	}
	switch {
	case strings.ContainsAny(tail, "!?"):
		return true
	case tail != ".":
		return unicode.IsUpper(r) // an ellipsis
	case marks == "":
		return !unicode.IsLower(r)
	}
	switch abbreviation(before, strings.TrimLeft(marks, openers), first) {
	case goesOn:
		return false
	case ifNumber:
		return !unicode.IsDigit(r) && r != '§' && !roman(next)
	case ifStarter:
		return unicode.IsUpper(r) && startsSentence(next)
	}
	return true
}

// openers may stand before the first letter of a word.
const openers = "\"'“‘„«‹([¿¡*_-–—"

// nextWord returns a text from the first letter, digit or sign of its first
// word.
func nextWord(rest string) string { return strings.TrimLeft(rest, openers+" ") }

// startsSentence reports whether a text begins with a word that begins
// sentences.
func startsSentence(text string) bool {
	end := 0
	for end < len(text) && end <= maxStarter {
		r, n := utf8.DecodeRuneInString(text[end:])
		if !unicode.IsLetter(r) {
			break
		}
		end += n
	}
	if end > maxStarter {
		return false
	}
	return isStarter[strings.ToLower(text[:end])]
}

// maxStarter and maxAbbreviation are more bytes than any of those words has.
const (
	maxStarter      = 16
	maxAbbreviation = 12
)

// abbreviation says what the full stop after word w means.
func abbreviation(before, w string, first bool) stop {
	if len(w) > maxAbbreviation || w == "" {
		return ends
	}
	if isDigit(w[len(w)-1]) {
		switch {
		case first && isNumber(w):
			return goesOn // "1. Do this"
		case len(w) <= 2 && isNumber(w) && ordinals[strings.ToLower(before)]:
			return ifStarter // "am 3. Mai"
		}
		return ends
	}
	if utf8.RuneCountInString(w) == 1 {
		return letter(before, w)
	}
	if s, ok := stops[strings.ToLower(w)]; ok {
		return s
	}
	if dotted(w) {
		if unicode.IsUpper(firstRune(w)) || strings.HasSuffix(w, ".m") {
			return ifStarter // "the U.S. The law", "5 p.m. We left"
		}
		return goesOn // "e.g. this", "z.B. Das"
	}
	return ends
}

// letter says what the full stop after a single letter means: "z. B." and
// "J. R. Doe" go on.
func letter(before, w string) stop {
	r := firstRune(w)
	switch {
	case !unicode.IsLetter(r):
		return ends
	case utf8.RuneCountInString(before) == 2 && strings.HasSuffix(before, ".") && unicode.IsLetter(firstRune(before)):
		return goesOn
	case unicode.IsUpper(r):
		return ifStarter // "J. Doe", "plan B. Then"
	}
	return goesOn // "p. 5", the first letter of "d. h."
}

// roman reports whether a text begins with a Roman number above I.
func roman(text string) bool {
	n := 0
	for n < len(text) && strings.IndexByte("IVXLC", text[n]) >= 0 {
		n++
	}
	return n > 1 && (n == len(text) || !unicode.IsLetter(firstRune(text[n:])))
}

func isNumber(w string) bool {
	for _, c := range []byte(w) {
		if !isDigit(c) {
			return false
		}
	}
	return true
}

// dotted reports whether w is one or two letters at a time between dots, as in
// "e.g", "U.S" and "Ph.D".
func dotted(w string) bool {
	dots, letters := 0, 0
	for _, r := range w {
		switch {
		case r == '.' && letters > 0:
			dots, letters = dots+1, 0
		case unicode.IsLetter(r) && letters < 2:
			letters++
		default:
			return false
		}
	}
	return dots > 0 && letters > 0
}
