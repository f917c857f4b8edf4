package plain

import "strings"

// quick reads the Markdown that most comments are made of without the parser:
// paragraphs, whole quotes, flat lists, emphasis and links in their simplest
// forms. It writes what the parser's reader would. At the first sign of
// anything else it gives up.
type quick struct {
	*builder
	list byte // the bullet of the list that is open, or 0
	text bool // the line before was one of a paragraph
}

// readQuick reports false where the parser has to read the text.
func readQuick(src string) (draft, bool) {
	q := quick{builder: newBuilder(src, FromContent)}
	if !q.lines() {
		builders.Put(q.builder)
		return draft{}, false
	}
	return q.draft(), true
}

func (q *quick) lines() bool {
	src := q.src
	quote, item := false, false // what the line before was
	special := 0
	for at := 0; at < len(src); {
		end := len(src)
		if i := strings.IndexByte(src[at:], '\n'); i >= 0 {
			end = at + i
		}
		line := src[at:end]
		switch kind := lineKind(line); {
		case line == "":
			quote, item, q.text = false, false, false
		case kind == 0 && !quote && !item:
			if special += countQuick(line); special > maxSpecial || !q.paragraph(at, end) {
				return false
			}
		case kind == '>' && !item:
			q.endList()
			q.block()
			quote, q.text = true, false
		case (kind == '-' || kind == '*') && !quote:
			if special += countQuick(line); special > maxSpecial || !q.item(kind, at, end) {
				return false
			}
			item, q.text = true, false
		default:
			return false
		}
		at = end + 1
	}
	return true
}

// countQuick counts the special characters of a line, as far as words can hold
// them: see maxSpecial.
func countQuick(line string) int {
	n := 0
	for i := range len(line) {
		if quickSigns[line[i]] {
			n++
		}
	}
	return n
}

var quickSigns = [256]bool{'*': true, '_': true, '[': true, ']': true, '!': true, '&': true}

// lineKind returns 0 for a line of words, the sign of a quote or list item, or
// '?' for what is, or may be, something else.
func lineKind(line string) byte {
	if line == "" {
		return 0
	}
	switch c := line[0]; {
	case isLetter(c) || c >= 0x80:
		return 0
	case isDigit(c):
		if rest := strings.TrimLeft(line, "0123456789"); rest != "" && (rest[0] == '.' || rest[0] == ')') {
			return '?'
		}
		return 0
	case c == '>':
		if face(line) {
			return '?'
		}
		return c
	case c == '-' || c == '*':
		if len(line) > 2 && line[1] == ' ' && lineKind(line[2:]) == 0 {
			return c
		}
		if c == '*' && len(line) > 2 && (isLetter(line[1]) || line[1] == '*' && isLetter(line[2])) {
			return 0 // emphasis
		}
		return '?'
	case c == '#':
		if len(line) > 1 && isLetter(line[1]) {
			return 0
		}
		return '?'
	case c == ':':
		if len(line) > 1 && (line[1] == ')' || isLetter(line[1])) {
			return 0
		}
		return '?'
	case strings.IndexByte("\"'(,.!?@/&%$;[", c) >= 0:
		return 0
	}
	return '?'
}

// paragraph writes a line of one.
func (q *quick) paragraph(at, end int) bool {
	q.endList()
	if !q.text {
		q.block()
		q.text = true
	}
	trimmed := trimBlanks(q.src, at, end)
	if trimmed < end && end+1 < len(q.src) && q.src[end+1] != '\n' {
		return false // two blanks before a line are a line break
	}
	if !q.inline(at, trimmed) {
		return false
	}
	if end < len(q.src) {
		q.owe(blank, end, 1)
	}
	if end+1 < len(q.src) && q.src[end+1] == '\n' {
		q.block()
	}
	return true
}

// item writes an item of a list, of one line.
func (q *quick) item(bullet byte, at, end int) bool {
	if q.list != bullet {
		q.endList()
		q.block()
		q.list = bullet
	}
	q.line()
	return q.inline(at+2, trimBlanks(q.src, at+2, end))
}

func (q *quick) endList() {
	if q.list != 0 {
		q.list = 0
		q.block()
	}
}

func trimBlanks(src string, from, to int) int {
	for to > from && src[to-1] == ' ' {
		to--
	}
	return to
}
