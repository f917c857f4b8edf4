package archive

import (
	"index/suffixarray"
	"slices"
	"strings"
	"unicode"
)

// quotable is a text that others may quote.
type quotable struct {
	words string // as wording makes them
	index *suffixarray.Index
}

func (q *quotable) has(words string) bool {
	if q.index == nil {
		q.index = suffixarray.New([]byte(q.words))
	}
	return len(q.index.Lookup([]byte(words), 1)) > 0
}

// wording is a text as lower-case words between single spaces, without marks of
// punctuation, so that a quotation is found in what it quotes at word's ends.
// Scripts without spaces count each sign as a word.
func wording(s string) string {
	var b strings.Builder
	b.WriteByte(' ')
	inWord := false
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai):
			if inWord {
				b.WriteByte(' ')
			}
			b.WriteRune(r)
			b.WriteByte(' ')
			inWord = false
		case unicode.IsLetter(r), unicode.IsNumber(r), unicode.IsMark(r):
			b.WriteRune(unicode.ToLower(r))
			inWord = true
		case r == '\'' || r == '’': // don't and don’t are one word
		case inWord:
			b.WriteByte(' ')
			inWord = false
		}
	}
	if inWord {
		b.WriteByte(' ')
	}
	return b.String()
}

// markQuotes puts "> " before the lines that repeat the article or a comment
// above word for word. The page shows them as quotations, the clipboard does
// not, and they are not the author's words.
func markQuotes(body [][]string, c *copiedComment, article *quotable) [][]string {
	var out [][]string
	for _, lines := range body {
		whole := c.repeats(strings.Join(lines, " "), article)
		was := false
		for i, line := range lines {
			is := whole || len(lines) > 1 && c.repeats(line, article)
			if i == 0 || is != was {
				out = append(out, nil)
			}
			if is {
				line = "> " + line
			}
			out[len(out)-1] = append(out[len(out)-1], line)
			was = is
		}
	}
	return out
}

var ellipses = strings.NewReplacer("[…]", "\x00", "[...]", "\x00", "(…)", "\x00", "(...)", "\x00", "…", "\x00", "...", "\x00")

// repeats reports whether a passage stands in the article or in a comment
// above, but for what an ellipsis leaves out. Short passages meet by chance.
func (c *copiedComment) repeats(passage string, article *quotable) bool {
	if strings.HasPrefix(passage, ">") {
		return false
	}
	var pieces []string
	count, size := 0, 0
	for piece := range strings.SplitSeq(ellipses.Replace(passage), "\x00") {
		w := wording(piece)
		n := strings.Count(w, " ") - 1
		if n == 0 {
			continue
		}
		if n < 3 {
			return false
		}
		pieces, count, size = append(pieces, w), count+n, size+len(w)
	}
	if count < 4 || size < 20 {
		return false
	}
	if all(pieces, article.has) {
		return true
	}
	above := c.parent
	for n := 0; above != nil && n < quoteDepth; n++ {
		if all(pieces, above.has) {
			return true
		}
		above = above.parent
	}
	return false
}

func all(pieces []string, has func(string) bool) bool {
	return !slices.ContainsFunc(pieces, func(s string) bool { return !has(s) })
}
