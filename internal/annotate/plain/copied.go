package plain

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// bullets are what a browser puts before list items when a page is copied.
const bullets = "•◦▪‣∙"

// readCopied reads text that a person copied from a page: the mark-up is gone,
// line breaks and blank lines are all the structure that is left.
func readCopied(src string) draft {
	b := newBuilder(src, FromContent)
	b.breaks = true
	for at := 0; at < len(src); {
		end := len(src)
		if i := strings.IndexByte(src[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		b.copy(skipBullet(src, at, end), end)
		at = end
	}
	return b.draft()
}

// skipBullet returns where the words of a line begin.
func skipBullet(src string, at, end int) int {
	words := strings.TrimLeft(src[at:end], " \t")
	r, n := utf8.DecodeRuneInString(words)
	if strings.ContainsRune(bullets, r) && (len(words) == n || unicode.IsSpace(firstRune(words[n:]))) {
		return end - len(words) + n
	}
	return at
}

// dropQuotes takes out the lines that quote somebody else by a leading ">",
// and what servers put in HTML for clients that cannot show a quoted post.
// Markdown's reader has seen to quotes: there a ">" that is left was meant.
func (d *draft) dropQuotes(format discussion.Format) {
	if format == discussion.Markdown {
		return
	}
	var edits []edit
	for at := 0; at < len(d.plain); {
		end := len(d.plain)
		if i := strings.IndexByte(d.plain[at:], '\n'); i >= 0 {
			end = at + i
		}
		next := end
		for next < len(d.plain) && d.plain[next] == '\n' {
			next++
		}
		if words := d.plain[at:end]; quoted(words) || format == discussion.HTML && d.quoteLink(words, at) {
			edits = dropLine(edits, d.plain, at, end, next)
		}
		at = next
	}
	d.apply(edits)
}

// dropLine adds the edit that takes a line out, keeping the wider of the gaps
// around it.
func dropLine(edits []edit, text string, start, end, next int) []edit {
	first := start // where the gap before the line begins
	for first > 0 && text[first-1] == '\n' {
		first--
	}
	with := text[first:start]
	if i := len(edits) - 1; i >= 0 && edits[i].end > first {
		first, with = edits[i].start, edits[i].with
		edits = edits[:i]
	}
	if next-end > len(with) {
		with = text[end:next]
	}
	if first == 0 || next == len(text) {
		with = ""
	}
	return append(edits, edit{first, next, with})
}

// quoted reports whether a line quotes somebody: "> words", ">words", ">> words".
// Faces like >:( and comparisons like >50 % are the author's own.
func quoted(words string) bool {
	rest, ok := strings.CutPrefix(words, ">")
	if !ok || face(words) {
		return false
	}
	r := firstRune(rest)
	return rest == "" || strings.ContainsRune(" >\"'“‘«„([*", r) || unicode.IsLetter(r)
}

// face reports whether a line begins with an emoticon that begins with ">".
func face(words string) bool {
	for _, f := range []string{">:", ">;", ">.<", ">_", ">.>", ">=(", ">=)", ">8(", ">D:", ">-<", "><", ">//<", ">w<"} {
		if strings.HasPrefix(words, f) {
			return true
		}
	}
	return false
}

// quoteLink reports whether a line is only a reference to the quoted post.
func (d *draft) quoteLink(words string, at int) bool {
	ref, ok := strings.CutPrefix(words, "RE: ")
	if !ok {
		ref, ok = strings.CutPrefix(words, "QT: ")
	}
	if !ok || !strings.HasPrefix(ref, "⟨") || strings.Contains(ref, " ") {
		return false
	}
	for _, m := range d.marks {
		if m.Kind == Link && m.Start == at+len("RE: ") && m.End == at+len(words) {
			return true
		}
	}
	return false
}
