package token

import (
	"unicode"
	"unicode/utf8"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
)

// scan sets l.List to the tokens of l.Text.
func (l *List) scan() {
	l.Tokens, l.folded = l.Tokens[:0], l.folded[:0]
	text, at := l.Text.Plain, 0
	for _, m := range l.Text.Marks {
		if m.End <= at || m.End > len(text) {
			continue
		}
		switch m.Kind {
		case plain.Link, plain.Mention:
			l.words(text, at, max(at, m.Start))
		case plain.Hashtag:
			l.words(text, at, max(at, m.Start))
			l.parts(text, max(at, m.Start), m.End, Letters)
		case plain.Emoji:
			l.words(text, at, max(at, m.Start))
			l.parts(text, max(at, m.Start), m.End, Code)
		default:
			continue
		}
		at = m.End
	}
	l.words(text, at, len(text))
}

// words adds the tokens of text[from:to].
func (l *List) words(text string, from, to int) {
	for i := from; i < to; {
		c := text[i]
		switch {
		case c == ' ' || c == '\n':
			i++
		case classes[c] == wordByte:
			i = l.word(text, i, to)
		case c < utf8.RuneSelf:
			i = l.punctuation(text, i, to)
		default:
			i = l.wide(text, i, to)
		}
	}
}

// parts adds the words of a hashtag or of the name of a custom emoji, which
// are written together: #DeleteYourAccount, :blob_angry:.
func (l *List) parts(text string, from, to int, k Kind) {
	for i := from; i < to; {
		if !isWordAt(text, i, to) {
			_, n := utf8.DecodeRuneInString(text[i:to])
			i += n
			continue
		}
		end := partEnd(text, i, to)
		l.word(text[:end], i, end)
		if k == Code {
			t := &l.Tokens[len(l.Tokens)-1]
			t.Kind, t.Hash = Code, t.Hash^codeSalt
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
	HashStart = 14695981039346656037
	hashPrime = 1099511628211

	codeSalt = 0x27d4eb2f165667c5 // keeps names of custom emoji apart from words
)

// HashByte goes on with a hash.
func HashByte(h uint64, c byte) uint64 { return (h ^ uint64(c)) * hashPrime }

// Hash returns the hash of a folded word.
func Hash[T []byte | string](word T) uint64 {
	h := uint64(HashStart)
	for i := range len(word) {
		h = HashByte(h, word[i])
	}
	return h
}

// maxWord is how many bytes of a word are told apart.
const maxWord = 48

// word adds the word at i and returns where it ends. A hyphen or an apostrophe
// between letters is part of it.
func (l *List) word(text string, i, to int) int {
	t := Token{Start: int32(i), from: int32(len(l.folded)), Hash: HashStart}
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
			l.folded = append(l.folded, c)
			t.Hash = HashByte(t.Hash, c)
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
			t.Joined = true
			if c == '\'' && l.elide && runes <= 2 {
				i += n
				l.fold(&t, '\'')
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
				l.folded = l.folded[:len(l.folded)-utf8.RuneLen(c)]
				t.Stretched = true
			}
			if run >= 2 {
				continue
			}
		} else {
			last, run = c, 0
		}
		l.fold(&t, c)
	}
done:
	t.End, t.to = int32(i), int32(len(l.folded))
	if t.Stretched {
		t.Hash = Hash(l.folded[t.from:t.to])
	}
	if lower == 0 {
		t.Loud = upper >= 3
		if upper == 0 {
			t.Kind = Number
		}
	}
	l.Tokens = append(l.Tokens, t)
	return i
}

// fold appends a character to the folded form of t. What is longer than
// maxWord is no word that anyone would look up.
func (l *List) fold(t *Token, c rune) {
	if len(l.folded)-int(t.from) >= maxWord {
		return
	}
	if c < utf8.RuneSelf {
		l.folded = append(l.folded, byte(c))
		t.Hash = HashByte(t.Hash, byte(c))
		return
	}
	n := len(l.folded)
	l.folded = utf8.AppendRune(l.folded, c)
	for _, b := range l.folded[n:] {
		t.Hash = HashByte(t.Hash, b)
	}
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
func (l *List) emit(text string, from, to int, k Kind) int {
	t := Token{Start: int32(from), End: int32(to), from: int32(len(l.folded)), Kind: k}
	l.folded = append(l.folded, text[from:to]...)
	t.to = int32(len(l.folded))
	t.Hash = Hash(l.folded[t.from:t.to])
	l.Tokens = append(l.Tokens, t)
	return to
}

// punctuation adds the token at i, which is an ASCII character of no word. A
// row of the same mark is one token each, of which three are kept.
func (l *List) punctuation(text string, i, to int) int {
	if n := emoticon(text[i:to]); n > 0 {
		return l.emit(text, i, i+n, Symbol)
	}
	c := text[i]
	switch c {
	case '.', ',', ';', ':', '!', '?', '(', ')', '"', '|':
		end := i + 1
		for end < to && text[end] == c {
			end++
		}
		if c == '.' && end-i > 1 {
			l.emit("…", 0, len("…"), Pause)
			l.Tokens[len(l.Tokens)-1].Start, l.Tokens[len(l.Tokens)-1].End = int32(i), int32(end)
			return end
		}
		for k := range min(end-i, 3) {
			l.emit(text, i+k, i+k+1, Pause)
		}
		return end
	case '\'':
		return i + 1
	}
	return l.emit(text, i, i+1, Mark)
}

// wide adds the token at i, which begins with a character beyond ASCII.
func (l *List) wide(text string, i, to int) int {
	r, n := utf8.DecodeRuneInString(text[i:to])
	switch {
	case r >= 0xC0 && isLetter(r):
		return l.word(text, i, to)
	case r == '\uFE0F' || r == '\u200D' || r >= 0x1F3FB && r <= 0x1F3FF || unicode.IsSpace(r):
		return i + n
	case r == '…' || r == '–' || r == '—' || r == '“' || r == '”' || r == '„' || r == '«' || r == '»':
		return l.emit(text, i, i+n, Pause)
	case r == '’' || r == '‘':
		return i + n
	case unicode.In(r, unicode.So, unicode.Sk) || r == '‼':
		return l.emit(text, i, i+n, Symbol)
	}
	return l.emit(text, i, i+n, Mark)
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
