package plain

import (
	"html"
	"strings"

	"github.com/yuin/goldmark/util"
)

// maxEntity is the length of the longest name of an HTML entity, and its signs.
const maxEntity = 34

// escaped copies src[from:to] with its entities, and where slashes are escapes
// its escaped punctuation, replaced by what they stand for.
func (b *builder) escaped(from, to int, slashes bool) {
	if part := b.src[from:to]; strings.IndexByte(part, '&') < 0 && (!slashes || strings.IndexByte(part, '\\') < 0) {
		b.copy(from, to) // as nearly always
		return
	}
	done := from
	for i := from; i < to; i++ {
		switch c := b.src[i]; {
		case c == '\\' && slashes && i+1 < to && util.IsPunct(b.src[i+1]):
			b.copy(done, i)
			i++
			done = i
		case c == '&':
			end := entityEnd(b.src, i, to)
			if s := b.src[i:end]; html.UnescapeString(s) != s {
				b.copy(done, i)
				b.put(html.UnescapeString(s))
				i, done = end-1, end
			}
		}
	}
	b.copy(done, to)
}

// entityEnd returns where what looks like an entity at i ends.
func entityEnd(src string, i, to int) int {
	end := i + 1
	for end < to && end-i < maxEntity && (isLetter(src[end]) || isDigit(src[end]) || src[end] == '#') {
		end++
	}
	if end < to && src[end] == ';' {
		end++
	}
	return end
}
