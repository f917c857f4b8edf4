package plain

import (
	"strings"
	"testing"
	"time"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

var formats = []discussion.Format{discussion.HTML, discussion.Markdown, discussion.Plain}

// hostile are pieces that make careless parsers slow or deep when repeated.
var hostile = []string{
	"[", "]", "![", "[a](", "[a](b)", "[[a]", "[a][a", "[a]: b\n", "[a]: <b\n\n", "[]()", "[![", "[x](<", "[x](y \"",
	">", "> ", ">a\n", ">>>\n", "> - ", "- ", "-\n", "1. ", "* a\n ", "* * ", "- a\n  - b\n",
	"*", "*a ", "**a ", "*a_ ", "_a*", "a**b", "***a", "* a *", "a_", "~", "~~a ", "~a~~b", "^", "^a^", "^a",
	"`", "` ``", "`` ` ``` ", "```\n", "~~~\n", "``\n`\n", "    a\n", "\t", "\\", "\\\n", "\\`",
	"<", "<a", "<a ", "<a b=\"", "<!--", "<?", "<!A", "<![CDATA[", "</", "<a@", "<a:", "<http://", "<br>", "</b>", "<b>",
	"&", "&#", "&#x", "&amp", "&amp;", "&#1114112;", "&a",
	"|", "|a", "|-|\n", "a|b\n", "a|b\n-|-\n", "|a|b|c|d\n|-|-|-|-\nx\nx\nx\n\n", "-|-\n",
	"::: spoiler a\n", ":::\n", ":::: spoiler\n:::\n", ":", ":a", ":a:", "://", "a://", "http://", "www.", "http://(", "http://)", "http://a/.,", "http://a ",
	"@", "a@", "@a", "@a@", "a@a.a", "@a@a.a ", "!", "!a@", "#", "#a", "#1", "u/", "/u/a", "c/a@",
	"<div>", "</div>", "<blockquote>", "<p>", "<ul><li>", "<ol>", "<details><summary>", "<span class=invisible>", "<span class=\"quote-inline\">",
	"<a href=x>", "<a class=mention>@", "<a class=mention>a</a>", "<a href=\"http://a\">http://a</a>", "</a>", "<em>", "<a href=\"http://a\"><em>a</em>", "<script>", "<textarea>", "<svg>", "<p class=quote-inline>", "<img alt=\"", "<x y=z ",
	"!?", ".", ". ", "a. ", "A.B. ", "?\n", "(", "a", "a ", "a\n", "\n", "\r", "\r\n", "\u2028", " ", "\u00a0",
	"\u0301", "e\u0301", "e\u0327\u0301", "\u0f73", "\u1100\u1161", "❤\u200d", "\u200d", "\ufe0f", "❤\ufe0f", "\U0001F3F4\U000E0067", "\U000E0067", "\u202e", "\x00", "\xff", "\xe2\x80", "<\x00", "-\n=\n", "a\n=\n", "a\n-\n", "# ", "#\n", "# [", "# *a_ ", "* [ ] ", "RE: http://a\n", "•", "• a\n",
}

// TestHostile reads 100 kB of each piece in each format, and some texts that
// are bad as a whole. The slowest takes some 40 ms on an idle machine; without
// the limits in lemmy.go several take seconds.
func TestHostile(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 60 MB")
	}
	const limit = time.Second
	texts := map[string]string{
		"wide table":  strings.Repeat("|a", 200) + "\n" + strings.Repeat("|-", 200) + "\n" + strings.Repeat("b\n", maxField/2),
		"long span":   strings.Repeat("!", maxField-9) + " Yes. No.",
		"long dots":   strings.Repeat(".", maxField-9) + " Yes. No.",
		"many ticks":  ticks(440),
		"zalgo":       "a" + strings.Repeat("\u0301\u0316\u0f73", maxField/7),
		"late fence":  strings.Repeat("> a\n", maxField/8) + "```\n" + strings.Repeat("a\n", maxField/4),
		"many links":  strings.Repeat("[a]: http://a.example\n", 1000) + strings.Repeat("[a] ", 10_000),
		"closed deep": strings.Repeat("<div>", 9000) + strings.Repeat("</b>", 9000),
	}
	for _, piece := range hostile {
		texts[piece] = strings.Repeat(piece, maxField/len(piece)+1)
	}
	slowest, which := time.Duration(0), ""
	for name, src := range texts {
		for _, format := range formats {
			start := time.Now()
			Read(discussion.Text{Content: src, Format: format})
			took := time.Since(start)
			if took > limit {
				t.Errorf("Read(%q as %s), %d bytes, took %v, want < %v", name, format, len(src), took, limit)
			}
			if took > slowest {
				slowest, which = took, name+" as "+string(format)
			}
		}
	}
	t.Logf("slowest: %q, %v", which, slowest)
}

// ticks is a code span that never closes, at each of n lengths.
func ticks(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		b.WriteString(strings.Repeat("`", i) + " ")
	}
	return b.String()
}
