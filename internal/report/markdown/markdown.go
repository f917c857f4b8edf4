// Package markdown puts foreign text into a Markdown file so that it stays
// text: what people wrote, thread titles and names of communities come in,
// Markdown that renders to exactly those characters goes out, on GitHub, GitLab,
// pandoc or in an editor.
//
// Two things act on such a file. A Markdown parser: against it, every character
// that has a meaning becomes a numeric entity. And filters of the web site,
// which look for @names, #1, :emoji: and addresses after the entities have been
// resolved: against those, an invisible U+2060 (word joiner) breaks the pattern.
package markdown

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const joiner = '\u2060'

// Inline returns s on one line, to stand within a paragraph or a table cell.
// White space is folded; control, format (bidirectional, zero-width) and
// private characters are dropped.
func Inline(s string) string {
	runes := []rune(Clean(s))
	var b strings.Builder
	hex := hexRuns(runes)
	for i, r := range runes {
		var before, after rune
		if i > 0 {
			before = runes[i-1]
		}
		if i+1 < len(runes) {
			after = runes[i+1]
		}
		if active(r, before, after) || (r == '.' || r == ')') && endsNumber(runes[:i]) {
			fmt.Fprintf(&b, "&#%d;", r)
		} else {
			b.WriteRune(r)
		}
		if after != 0 && (breaks(r, runes[:i]) || hex[i]) {
			b.WriteRune(joiner)
		}
	}
	return b.String()
}

// active reports whether a Markdown parser could act on r between its neighbours.
func active(r, before, after rune) bool {
	switch r {
	case '!', '#', '$', '&', '*', ':', '<', '=', '>', '@', '[', '\\', ']', '^', '_', '`', '{', '|', '}', '~':
		return true
	case '.': // www.
		return before == 0 || before == 'w' || before == 'W'
	case '-', '+': // a list, a rule, a heading's underline
		return before == 0 || before == ' ' || before == r || after == r
	}
	return false
}

// endsNumber reports whether all that stands before is a number, as in the first
// item of an ordered list.
func endsNumber(before []rune) bool {
	for _, r := range before {
		if !digit(r) {
			return false
		}
	}
	return len(before) > 0
}

// breaks reports whether a web site's filter could take r as part of a pattern:
// a mention, a reference, an emoji, mathematics, an address.
func breaks(r rune, before []rune) bool {
	switch r {
	case '@', '#', ':', '$', '!':
		return true
	case 'w', 'W':
		return endsWith(before, "ww")
	case '-':
		return endsWith(before, "gh")
	}
	return false
}

func endsWith(runes []rune, lower string) bool {
	if len(runes) < len(lower) {
		return false
	}
	return strings.EqualFold(string(runes[len(runes)-len(lower):]), lower)
}

// hexRuns marks the first character of each stretch that GitHub could take for
// a commit: seven and more hexadecimal digits.
func hexRuns(runes []rune) map[int]bool {
	marks := map[int]bool{}
	start := 0
	for i := 0; i <= len(runes); i++ {
		if i < len(runes) && (digit(runes[i]) || 'a' <= runes[i]|0x20 && runes[i]|0x20 <= 'f') {
			continue
		}
		// One joiner every six leaves no stretch of seven.
		for at := start + 5; i-start >= 7 && at < i; at += 6 {
			marks[at] = true
		}
		start = i + 1
	}
	return marks
}

// Fence returns s as a fenced code block, line breaks kept, in which nothing is
// ever read as Markdown. It ends with a line break and must start in the first
// column of a line of its own.
func Fence(s string) string {
	var lines []string
	for line := range strings.Lines(newlines.Replace(s)) {
		lines = append(lines, visible(strings.TrimRight(line, "\n")))
	}
	text := strings.Trim(strings.Join(lines, "\n"), "\n")
	fence := strings.Repeat("`", max(3, longestRun(text, '`')+1))
	return fence + "text\n" + text + "\n" + fence + "\n"
}

var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n", "\v", "\n", "\f", "\n", "\t", "    ")

func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// Clean returns s on one line as a reader should see it, without escaping: for
// charts, which are not Markdown.
func Clean(s string) string {
	return strings.Join(strings.Fields(visible(newlines.Replace(s))), " ")
}

// marksMax is the number of combining marks kept on one character; no script
// that people write needs more, and towers of them hide the lines around.
const marksMax = 4

// visible drops what cannot be seen but can act, and turns white space but
// "\n" into blanks.
func visible(s string) string {
	var b strings.Builder
	marks := 0
	for _, r := range s {
		switch {
		case r == '\n':
			b.WriteRune(r)
			marks = 0
		case unicode.IsSpace(r):
			b.WriteByte(' ')
			marks = 0
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks++; marks <= marksMax {
				b.WriteRune(r)
			}
		case r == utf8.RuneError:
		case r == '\u200d', unicode.IsGraphic(r):
			b.WriteRune(r)
			marks = 0
		}
	}
	return b.String()
}

func digit(r rune) bool { return '0' <= r && r <= '9' }
