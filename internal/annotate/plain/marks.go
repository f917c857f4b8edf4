package plain

import "github.com/fedipulse/fedipulse/internal/discussion"

// mark says what the text written since start is. Marks hold no white space at
// their ends.
func (b *builder) mark(kind MarkKind, start int) {
	for start < len(b.out) && (b.out[start] == ' ' || b.out[start] == '\n') {
		start++
	}
	if start < len(b.out) {
		b.marks = append(b.marks, Mark{Span: discussion.Span{Start: start, End: len(b.out)}, Kind: kind})
	}
}

// emoji writes a custom emoji that was served as a picture.
func (b *builder) emoji(code string) {
	start := len(b.out)
	b.put(":" + code + ":")
	b.mark(Emoji, start)
}

// emphasise opens (true) or closes a stretch of strong or emphasised words.
func (b *builder) emphasise(open bool) {
	switch {
	case open && b.emphasis == 0:
		b.emphasis, b.emphasisAt = 1, len(b.out)
	case open:
		b.emphasis++
	case b.emphasis == 1:
		b.emphasis = 0
		b.mark(Emphasis, b.emphasisAt)
	case b.emphasis > 1:
		b.emphasis--
	}
}

// place is a state of the builder to which it can go back.
type place struct {
	out              int
	owed             gap
	owedFrom, owedTo int
	last             rune
}

func (b *builder) here() place {
	return place{len(b.out), b.owed, b.owedFrom, b.owedTo, b.last}
}

// back forgets what was written since p.
func (b *builder) back(p place) {
	b.truncate(p.out)
	b.owed, b.owedFrom, b.owedTo, b.last = p.owed, p.owedFrom, p.owedTo, p.last
	b.stacked, b.joiner = 0, false
}

// truncate drops the text from n on, with its runs and marks.
func (b *builder) truncate(n int) {
	b.out = b.out[:n]
	for i := len(b.runs) - 1; i >= 0 && b.runs[i].Start+b.runs[i].Len > n; i-- {
		if b.runs[i].Start < n {
			b.runs[i].Len = n - b.runs[i].Start
			break
		}
		b.runs = b.runs[:i]
	}
	for i := len(b.marks) - 1; i >= 0 && b.marks[i].End > n; i-- {
		if b.marks[i].Start < n {
			b.marks[i].End = n
			continue
		}
		b.marks = append(b.marks[:i], b.marks[i+1:]...)
	}
	b.emphasisAt = min(b.emphasisAt, n)
}

// link ends a link that began at p: words of its own stay, an address that
// shows itself gives way to its host.
func (b *builder) link(p place, words, href string) {
	if !showsURL(words, href) {
		return
	}
	b.back(p)
	if hostOf(href) == "" {
		href = words
	}
	start := len(b.out)
	b.put(placeholder(href))
	b.mark(Link, start)
}
