package markdown

import (
	"bytes"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	nethtml "golang.org/x/net/html"
)

// hostile holds one line per trick; the fuzz targets start from them.
var hostile = []string{
	"plain words, nothing else.",
	"![pixel](https://evil.example/p.gif) and [link](https://evil.example)",
	"<img src=x onerror=alert(1)><script>alert(1)</script><details open>",
	"| a | b |\n|---|---|\n| c | d |",
	"@everyone ask #1 and owner/repo#12 and GH-12 and gh-3",
	"www.evil.example http://evil.example https://evil.example ftp://evil.example me@evil.example mailto:me@evil.example",
	"# heading\n## more\n===\n---\n***",
	"1. one\n2) two\n- [ ] task\n+ plus\n* star",
	"1\\. \\* &lt;b&gt; &#60;b&#62; &amp;#64;",
	"`code` ```` ``fence`` ~~~\n~~~ ~~gone~~",
	"[^1] and [^1]: a footnote",
	"[ref]: https://evil.example 'title'",
	"$x^2$ $$y$$ :smile: ==mark== H~2~O {.class}",
	"da39a3ee5e6b4b0d3255bfef95601890afd80709 deadbee DEADBEEFDEADBEEF",
	"\u202egnp.exe\u202c \u2066x\u2069 \u200b\u200e\u061c\ufeff \U000E0041",
	"nul\x00 esc\x1b[31m bell\a del\x7f c1\u009b \xff\xfe",
	"a\u2028b\u2029c\u0085d\re\vf\fg\th",
	"👩‍👩‍👧 ❤️ né 한국어 عربى",
	"z" + strings.Repeat("\u0301", 40),
	"z" + strings.Repeat("\u0301", 9) + "\x03\xe8" + strings.Repeat("\u0301", 9), // found by FuzzFence
	"> quote\n>> more\n    indented",
	"!\u2060[x](y) @\u2060name",
	"...", "-", "+", "=", "1.", "12)", "--", "'quoted' \"so\"", " ", "",
	"trailing backslash \\", "|", "a|b", "\\|", "``",
	"https&#58;//evil.example", "xmpp:a@b.example", "wWw.evil.example/a_b_c", "-- dash ---",
}

func TestInlineRendersToItself(t *testing.T) {
	for _, s := range hostile {
		checkInline(t, s)
	}
}

func TestFenceRendersToItself(t *testing.T) {
	for _, s := range hostile {
		checkFence(t, s)
	}
}

func TestInlineLeavesNoPatternForFilters(t *testing.T) {
	for in, banned := range map[string]string{
		"thanks @somebody":        "@somebody",
		"see #12":                 "#12",
		"see gh-12":               "gh-12",
		"at http://a.example":     "://",
		"at www.a.example":        "www.",
		"me@a.example":            "@a",
		"so :smile: there":        ":smile",
		"commit deadbeefdeadbeef": "deadbee",
		"ca$h and $x$":            "$x",
	} {
		if text, _ := render(t, Inline(in)); strings.Contains(text, banned) {
			t.Errorf("Inline(%q) renders to %q, which still has %q", in, text, banned)
		}
	}
}

func TestInlineKeepsOrdinaryWordsReadable(t *testing.T) {
	for _, s := range []string{
		"Opt-out is not consent, they said (again).", "Data, copied; terms changed", "100 % of U.S. users?", "l’été à 8,5 km/h",
	} {
		if got := Inline(s); got != s {
			t.Errorf("Inline(%q) = %q, want it unchanged", s, got)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"  a\tb\n\nc  ":          "a b c",
		"x\u202ey\x00z\u200b":    "xyz",
		"👩‍👧":                    "👩‍👧",
		"e\u0301":                "e\u0301",
		"\xffbad\ue000":          "bad",
		"n\u00a0b\u3000s\u2028t": "n b s t",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzInline(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkInline(t, s) })
}

func FuzzFence(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkFence(t, s) })
}

// checkInline renders s as a paragraph, within one, and as a table cell with the
// most permissive parser there is, and wants nothing but its own text.
func checkInline(t *testing.T, s string) {
	t.Helper()
	want := Clean(s)
	if want == "" {
		return
	}
	in := Inline(s)
	for _, tc := range []struct{ doc, tags, text string }{
		{in + "\n", "p", want},
		{"Title: " + in + " and on\n", "p", "Title: " + want + " and on"},
		{"- " + in + "\n", "ul li", want},
		{"| " + in + " | 7 |\n|---|---|\n| 1 | " + in + " |\n", "table thead tr th th tbody tr td td", want + "71" + want},
	} {
		text, tags := render(t, tc.doc)
		if tags != tc.tags || strings.ReplaceAll(text, string(joiner), "") != tc.text {
			t.Fatalf("%q renders to %q in <%s>, want %q in <%s>", tc.doc, text, tags, tc.text, tc.tags)
		}
	}
}

func checkFence(t *testing.T, s string) {
	t.Helper()
	doc := "before\n\n" + Fence(s) + "\nafter\n"
	text, tags := render(t, doc)
	if tags != "p pre code p" || !strings.HasPrefix(text, "before") || !strings.HasSuffix(text, "after") {
		t.Fatalf("%q renders to %q in <%s>", doc, text, tags)
	}
	text = strings.TrimSuffix(strings.TrimPrefix(text, "before"), "after")
	if got, want := Clean(text), Clean(s); got != want {
		t.Fatalf("%q renders to %q, want %q", doc, got, want)
	}
}

// render returns the text of a document without line breaks around elements,
// and the names of its elements in order.
func render(t *testing.T, doc string) (text, tags string) {
	t.Helper()
	md := goldmark.New(
		goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList),
		goldmark.WithRendererOptions(html.WithUnsafe()))
	var out bytes.Buffer
	if err := md.Convert([]byte(doc), &out); err != nil {
		t.Fatalf("render %q: %v", doc, err)
	}
	var words, names []string
	for z := nethtml.NewTokenizer(&out); ; {
		switch z.Next() {
		case nethtml.ErrorToken:
			return strings.Join(words, ""), strings.Join(names, " ")
		case nethtml.TextToken:
			words = append(words, strings.Trim(string(nethtml.UnescapeString(string(z.Raw()))), "\n"))
		case nethtml.StartTagToken, nethtml.SelfClosingTagToken:
			name, _ := z.TagName()
			names = append(names, string(name))
		}
	}
}
