package reading

import (
	"unicode"
	"unicode/utf8"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// token is a word, an emoji, an emoticon or a mark of punctuation of a text.
type token struct {
	start, end int32  // in the text
	from, to   int32  // of the folded form in scanner.folded
	hash       uint64 // of the folded form
	kind       kind
	loud       bool  // in capitals
	stretched  bool  // with a letter three times or more in a row
	negated    bool  // after a negation
	entry      entry // what the word list says of it alone
}

type kind uint8

const (
	letters kind = iota
	number       // digits alone
	symbol       // an emoji or an emoticon
	code         // a word in the name of a custom emoji
	pause        // ends a clause
	mark         // other punctuation
)

// maxWord is how many bytes of a word are told apart.
const maxWord = 48

// scanner cuts text into tokens. It keeps its memory from text to text.
type scanner struct {
	tokens []token
	folded []byte
	elide  bool // the language writes l'IA, which is two words
}

// scan sets s.tokens to the tokens of a stretch of t. Links and mentions are
// left out: whom one addresses and what one points to is not what one says.
func (s *scanner) scan(t *plain.Text, within discussion.Span, language string) {
	s.tokens, s.folded = s.tokens[:0], s.folded[:0]
	s.elide = language == "fr" || language == "it"
	at := within.Start
	for _, m := range t.Marks {
		if m.End <= at || m.End > len(t.Plain) {
			continue
		}
		if m.Start >= within.End {
			break
		}
		switch m.Kind {
		case plain.Link, plain.Mention:
			s.words(t.Plain, at, max(at, m.Start))
		case plain.Hashtag:
			s.words(t.Plain, at, max(at, m.Start))
			s.parts(t.Plain, max(at, m.Start), min(m.End, within.End), letters)
		case plain.Emoji:
			s.words(t.Plain, at, max(at, m.Start))
			s.parts(t.Plain, max(at, m.Start), min(m.End, within.End), code)
		default:
			continue
		}
		at = min(m.End, within.End)
	}
	s.words(t.Plain, at, within.End)
}

// words adds the tokens of text[from:to].
func (s *scanner) words(text string, from, to int) {
	for i := from; i < to; {
		c := text[i]
		switch {
		case c == ' ' || c == '\n':
			i++
		case classes[c] == wordByte:
			i = s.word(text, i, to)
		case c < utf8.RuneSelf:
			i = s.punctuation(text, i, to)
		default:
			i = s.wide(text, i, to)
		}
	}
}

// parts adds the words of a hashtag or of the name of a custom emoji, which
// are written together: #DeleteYourAccount, :blob_angry:.
func (s *scanner) parts(text string, from, to int, k kind) {
	for i := from; i < to; {
		if !isWordAt(text, i, to) {
			_, n := utf8.DecodeRuneInString(text[i:to])
			i += n
			continue
		}
		end := partEnd(text, i, to)
		s.word(text[:end], i, end)
		if k == code {
			t := &s.tokens[len(s.tokens)-1]
			t.kind, t.hash = code, t.hash^codeSalt
		}
		i = end
	}
}

// partEnd returns where the word that begins at i ends: before a capital that
// follows a small letter, or at a character that is in no word.
func partEnd(text string, i, to int) int {
	small := false
	for j := i; j < to; {
		r, n := utf8.DecodeRuneInString(text[j:to])
		if !isLetter(r) || small && unicode.IsUpper(r) {
			return j
		}
		small = !unicode.IsUpper(r)
		j += n
	}
	return to
}

const (
	otherByte = iota
	wordByte
)

// classes says which ASCII bytes are in words.
var classes = func() (c [256]uint8) {
	for b := range 128 {
		if b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' {
			c[b] = wordByte
		}
	}
	return c
}()

// lowered is the lower case of the ASCII bytes that are in words; 0 for others.
var lowered = func() (l [256]byte) {
	for b := range l {
		if classes[b] == wordByte {
			l[b] = byte(b)
			if b >= 'A' && b <= 'Z' {
				l[b] += 'a' - 'A'
			}
		}
	}
	return l
}()

func isWordAt(text string, i, to int) bool {
	if i >= to {
		return false
	}
	if c := text[i]; c < utf8.RuneSelf {
		return classes[c] == wordByte
	}
	r, _ := utf8.DecodeRuneInString(text[i:to])
	return isLetter(r)
}

func isLetter(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return classes[byte(r)] == wordByte
	case r >= 0xC0 && r < 0x250:
		return r != '×' && r != '÷'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}

// Hashing is FNV-1a, of which the hash of a prefix is a step on the way.
const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// word adds the word at i and returns where it ends. A hyphen or an apostrophe
// between letters is part of it.
func (s *scanner) word(text string, i, to int) int {
	t := token{start: int32(i), from: int32(len(s.folded)), hash: fnvOffset}
	upper, lower, digits, runes := 0, 0, 0, 0
	var last rune
	run := 0 // how often last has been seen in a row
	for i < to {
		if c := lowered[text[i]]; c != 0 && rune(c) != last && runes < maxWord/2 {
			// The common case: an ASCII letter or digit that is not the last again.
			switch raw := text[i]; {
			case raw >= 'a':
				lower++
			case raw >= 'A':
				upper++
			default:
				digits++
			}
			i++
			runes++
			last, run = rune(c), 0
			s.folded = append(s.folded, c)
			t.hash = (t.hash ^ uint64(c)) * fnvPrime
			continue
		}
		c := rune(text[i])
		n := 1
		if c >= utf8.RuneSelf {
			c, n = utf8.DecodeRuneInString(text[i:to])
			if c == '’' {
				c = '\''
			}
		}
		switch {
		case c < utf8.RuneSelf && classes[byte(c)] == wordByte:
			switch {
			case c >= 'a':
				lower++
			case c >= 'A':
				upper++
				c += 'a' - 'A'
			default:
				digits++
			}
		case c == '\'' || c == '-':
			if !isWordAt(text, i+n, to) {
				goto done
			}
			if c == '\'' && s.elide && runes <= 2 {
				i += n
				s.fold(&t, '\'')
				goto done
			}
		case c >= utf8.RuneSelf && isLetter(c):
			if l := toLower(c); l != c {
				upper++
				c = l
			} else {
				lower++
			}
		default:
			goto done
		}
		i += n
		runes++
		if c == last && digits == 0 {
			if run++; run == 2 {
				// A letter three times is written for its sound: it counts once.
				s.folded = s.folded[:len(s.folded)-utf8.RuneLen(c)]
				t.stretched = true
			}
			if run >= 2 {
				continue
			}
		} else {
			last, run = c, 0
		}
		s.fold(&t, c)
	}
done:
	t.end, t.to = int32(i), int32(len(s.folded))
	if t.stretched {
		t.hash = hashBytes(s.folded[t.from:t.to])
	}
	if lower == 0 {
		t.loud = upper >= 3
		if upper == 0 {
			t.kind = number
		}
	}
	s.tokens = append(s.tokens, t)
	return i
}

// fold appends a character to the folded form of t. What is longer than
// maxWord is no word that anyone would look up.
func (s *scanner) fold(t *token, c rune) {
	if len(s.folded)-int(t.from) >= maxWord {
		return
	}
	if c < utf8.RuneSelf {
		s.folded = append(s.folded, byte(c))
		t.hash = (t.hash ^ uint64(c)) * fnvPrime
		return
	}
	n := len(s.folded)
	s.folded = utf8.AppendRune(s.folded, c)
	for _, b := range s.folded[n:] {
		t.hash = (t.hash ^ uint64(b)) * fnvPrime
	}
}

func hashBytes(b []byte) uint64 {
	h := uint64(fnvOffset)
	for _, c := range b {
		h = (h ^ uint64(c)) * fnvPrime
	}
	return h
}

// toLower lowers what Latin languages write without a table look-up.
func toLower(r rune) rune {
	if r >= 0xC0 && r <= 0xDE && r != 0xD7 {
		return r + 0x20
	}
	if r < 0x100 {
		return r
	}
	return unicode.ToLower(r)
}

// emit adds a token that is folded to itself.
func (s *scanner) emit(text string, from, to int, k kind) int {
	t := token{start: int32(from), end: int32(to), from: int32(len(s.folded)), kind: k}
	s.folded = append(s.folded, text[from:to]...)
	t.to = int32(len(s.folded))
	t.hash = hashBytes(s.folded[t.from:t.to])
	s.tokens = append(s.tokens, t)
	return to
}

// punctuation adds the token at i, which is an ASCII character of no word. A
// row of the same mark is one token each, of which three are kept.
func (s *scanner) punctuation(text string, i, to int) int {
	if n := emoticon(text[i:to]); n > 0 {
		return s.emit(text, i, i+n, symbol)
	}
	c := text[i]
	switch c {
	case '.', ',', ';', ':', '!', '?', '(', ')', '"', '|':
		end := i + 1
		for end < to && text[end] == c {
			end++
		}
		if c == '.' && end-i > 1 {
			s.emit("…", 0, len("…"), pause)
			s.tokens[len(s.tokens)-1].start, s.tokens[len(s.tokens)-1].end = int32(i), int32(end)
			return end
		}
		for k := range min(end-i, 3) {
			s.emit(text, i+k, i+k+1, pause)
		}
		return end
	case '\'':
		return i + 1
	}
	return s.emit(text, i, i+1, mark)
}

// wide adds the token at i, which begins with a character beyond ASCII.
func (s *scanner) wide(text string, i, to int) int {
	r, n := utf8.DecodeRuneInString(text[i:to])
	switch {
	case r >= 0xC0 && isLetter(r):
		return s.word(text, i, to)
	case r == '\uFE0F' || r == '\u200D' || r >= 0x1F3FB && r <= 0x1F3FF || unicode.IsSpace(r):
		return i + n
	case r == '…' || r == '–' || r == '—' || r == '“' || r == '”' || r == '„' || r == '«' || r == '»':
		return s.emit(text, i, i+n, pause)
	case r == '’' || r == '‘':
		return i + n
	case unicode.In(r, unicode.So, unicode.Sk) || r == '‼':
		return s.emit(text, i, i+n, symbol)
	}
	return s.emit(text, i, i+n, mark)
}

// emoticon returns the length of the emoticon that s begins with, or 0.
func emoticon(s string) int {
	switch s[0] {
	case '<':
		if len(s) >= 2 && s[1] == '3' {
			return 2
		}
		if len(s) >= 3 && s[1] == '/' && s[2] == '3' {
			return 3
		}
		return 0
	case '/':
		if len(s) == 2 && s[1] == 's' || len(s) > 2 && s[1] == 's' && !isWordAt(s, 2, len(s)) {
			return 2
		}
		return 0
	case '^':
		if len(s) >= 2 && s[1] == '^' {
			return 2
		}
		return 0
	case ':', ';', '=':
	default:
		return 0
	}
	n := 1
	if len(s) > 2 && (s[1] == '-' || s[1] == '\'') {
		n = 2
	}
	if len(s) <= n {
		return 0
	}
	switch s[n] {
	case ')', '(', ']', '[', '*', '|', '/':
		return n + 1
	case 'D', 'P', 'p', 'o', 'O', 's', 'S', 'x':
		if !isWordAt(s, n+1, len(s)) {
			return n + 1
		}
	}
	return 0
}
