package plain

import (
	"sync"
	"unicode"
	"unicode/utf8"
)

// draft is the text of one field on its way to a Text.
type draft struct {
	plain string
	wide  bool // it may hold characters beyond ASCII
	marks []Mark
	runs  []Run
}

// gap is the white space that is owed before the next word. Owing it, rather
// than writing it, is what keeps blank runs single and the ends clean.
type gap uint8

const (
	none gap = iota
	blank
	line
	block
)

var gapText = [...]string{none: "", blank: " ", line: "\n", block: "\n\n"}

// builder writes clean text out of stretches of one field and notes where each
// byte came from.
type builder struct {
	src    string
	field  Field
	breaks bool // a newline in src is a line break, not a blank

	out   []byte
	runs  []Run
	marks []Mark
	wide  bool // a character beyond ASCII was written

	owed             gap
	owedFrom, owedTo int // where the owed white space stands in src; owedFrom < 0: nowhere

	last    rune // the character written last, ' ' after white space
	stacked int  // combining marks, or flag tags, in a row
	joiner  bool // a zero-width joiner waits for the emoji that it joins
	joinAt  int  // its place in src, or negative

	words []byte // of the link that is open, hidden ones too

	emphasis   int // how many strong or em elements are open
	emphasisAt int
}

// builders keeps the memory of builders that are done.
var builders = sync.Pool{New: func() any { return new(builder) }}

func newBuilder(src string, field Field) *builder {
	b := builders.Get().(*builder)
	*b = builder{src: src, field: field, out: b.out[:0], runs: b.runs[:0], marks: b.marks[:0], words: b.words[:0], owedFrom: -1, last: ' '}
	return b
}

// draft closes what is open and hands over the text. The builder must not be
// used again.
func (b *builder) draft() draft {
	if b.emphasis > 0 {
		b.mark(Emphasis, b.emphasisAt)
	}
	d := draft{plain: string(b.out), wide: b.wide, marks: append([]Mark(nil), b.marks...), runs: append([]Run(nil), b.runs...)}
	b.src = ""
	builders.Put(b)
	return d
}

// copy writes src[from:to] as far as its characters may stand in clean text.
func (b *builder) copy(from, to int) {
	for i := from; i < to; {
		if j := b.wordsASCII(i, to); j > i {
			b.write(b.src[i:j], i)
			b.last, b.stacked, b.joiner = rune(b.src[j-1]), 0, false
			i = j
			continue
		}
		r, n := utf8.DecodeRuneInString(b.src[i:to])
		b.char(r, b.src[i:i+n], i)
		i += n
	}
}

// wordsASCII returns where the words that begin at from end, as far as they
// need no change: visible ASCII with one blank between them.
func (b *builder) wordsASCII(from, to int) int {
	src := b.src[:to]
	i := from
	for before := uint64(1); i+8 <= len(src); i += 8 { // no blank at the beginning
		x := eight(src, i)
		blanks := equal(x, ' ')
		if ends := topBits&^within(x, ' ', '~') | blanks&(blanks<<8|before<<7); ends != 0 {
			i += firstByte(ends)
			src = src[:i]
			break
		}
		before = blanks >> 63
	}
	for ; i < len(src); i++ {
		if c := src[i]; c-'!' >= 0x7F-'!' && (c != ' ' || i == from || src[i-1] == ' ') {
			break
		}
	}
	to = i
	for to > from && src[to-1] == ' ' {
		to--
	}
	return to
}

// put writes text that does not stand in src as it is.
func (b *builder) put(s string) {
	for i, r := range s {
		n := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, n = utf8.DecodeRuneInString(s[i:])
		}
		b.char(r, s[i:i+n], -1)
	}
}

// char writes one character, or drops it, or owes white space for it. raw is
// its encoding and at its place in src, negative where it has none.
func (b *builder) char(r rune, raw string, at int) {
	if w := b.white(r); w != none {
		b.owe(w, at, len(raw))
		return
	}
	joined := b.joiner
	b.joiner = false
	b.wide = b.wide || r >= utf8.RuneSelf
	switch {
	case r == zeroWidthJoiner:
		b.joiner, b.joinAt = joinsEmoji(b.last), at
		return
	case isVariation(r):
		if !pictorial(b.last) {
			return
		}
	case isTag(r):
		if b.stacked++; b.stacked > maxTags || b.last != blackFlag && !isTag(b.last) {
			return
		}
	case invisible(r):
		return
	case unicode.Is(unicode.M, r):
		if b.stacked++; b.stacked > maxStacked {
			return
		}
	default:
		b.stacked = 0
	}
	if joined && b.owed == none && pictorial(r) {
		b.write("\u200D", b.joinAt)
	}
	if r == utf8.RuneError && len(raw) == 1 {
		raw, at = "\uFFFD", -1
	}
	b.write(raw, at)
	b.last = r
}

// white returns the white space that a character stands for.
func (b *builder) white(r rune) gap {
	switch r {
	case '\n', '\v', '\f':
		if b.breaks {
			return line
		}
		return blank
	case '\u0085', '\u2028', '\u2029':
		return line
	case ' ', '\t', '\r', '\u2800': // the last is an empty Braille cell
		return blank
	}
	if r >= 0x80 && unicode.Is(unicode.Zs, r) {
		return blank
	}
	return none
}

// owe asks for white space before the next word. Two line breaks in a copied
// text are a block end.
func (b *builder) owe(w gap, at, n int) {
	switch {
	case at < 0 || b.owed != none && b.owedTo != at:
		b.owedFrom = -1
	case b.owed == none:
		b.owedFrom = at
	}
	if at >= 0 {
		b.owedTo = at + n
	}
	if w == line && b.owed >= line && b.breaks {
		w = block
	}
	b.owed = max(b.owed, w)
	b.last, b.stacked, b.joiner = ' ', 0, false
}

// line and block ask for a line break and a block end.
func (b *builder) line()  { b.owed, b.owedFrom, b.last = max(b.owed, line), -1, ' ' }
func (b *builder) block() { b.owed, b.owedFrom, b.last = max(b.owed, block), -1, ' ' }

// write appends the white space that is owed, and s.
func (b *builder) write(s string, at int) {
	if b.owed != none {
		if ws := gapText[b.owed]; len(b.out) > 0 {
			if b.owedFrom >= 0 && b.src[b.owedFrom:b.owedTo] == ws {
				b.run(len(ws), b.owedFrom)
			}
			b.out = append(b.out, ws...)
		}
		b.owed, b.owedFrom = none, -1
	}
	if at >= 0 {
		b.run(len(s), at)
	}
	b.out = append(b.out, s...)
}

// run notes that the next n bytes of out are those of src at a place.
func (b *builder) run(n, at int) {
	if i := len(b.runs) - 1; i >= 0 {
		if r := &b.runs[i]; r.Start+r.Len == len(b.out) && r.Source+r.Len == at {
			r.Len += n
			return
		}
	}
	b.runs = append(b.runs, Run{Start: len(b.out), Len: n, Field: b.field, Source: at})
}
