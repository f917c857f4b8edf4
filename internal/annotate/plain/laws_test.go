package plain

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// failer is what the laws need of a test.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
}

var linkForm = regexp.MustCompile(`^⟨[a-z0-9._-]+⟩$`)

// checkLaws checks what holds for every text that Read returns.
func checkLaws(t failer, post discussion.Text, got Text) {
	t.Helper()
	p := got.Plain
	if !utf8.ValidString(p) || !norm.NFC.IsNormalString(p) {
		t.Errorf("Plain = %q, want NFC in UTF-8", p)
	}
	for _, bad := range []string{"\n\n\n", "  ", " \n", "\n "} {
		if strings.Contains(p, bad) {
			t.Errorf("Plain = %q, holds %q", p, bad)
		}
	}
	if strings.TrimSpace(p) != p {
		t.Errorf("Plain = %q, want no white space at its ends", p)
	}
	for i, r := range p {
		control := unicode.Is(unicode.Cc, r) && r != '\n'
		format := unicode.Is(unicode.Cf, r) && r != zeroWidthJoiner && !isTag(r)
		space := unicode.IsSpace(r) && r != ' ' && r != '\n'
		if control || format || space || r == '\u2028' || r == '\u2029' {
			t.Errorf("Plain = %q, holds %U at %d", p, r, i)
		}
	}
	checkSpans(t, got)
	checkRuns(t, post, got)
}

func checkSpans(t failer, got Text) {
	t.Helper()
	p, at := got.Plain, 0
	for _, s := range got.Sentences {
		if s.Start < at || s.End <= s.Start || s.End > len(p) {
			t.Errorf("sentence %v after %d in %d bytes", s, at, len(p))
			return
		}
		words := p[s.Start:s.End]
		if strings.TrimSpace(p[at:s.Start]) != "" || strings.TrimSpace(words) != words || strings.Contains(words, "\n") {
			t.Errorf("sentence %q after %q in %q", words, p[at:s.Start], p)
		}
		at = s.End
	}
	if strings.TrimSpace(p[at:]) != "" {
		t.Errorf("no sentence covers %q at the end of %q", p[at:], p)
	}
	last := 0
	for _, m := range got.Marks {
		if m.Start < last || m.End <= m.Start || m.End > len(p) || !utf8.ValidString(p[m.Start:m.End]) {
			t.Errorf("mark %v after %d in %q", m, last, p)
			return
		}
		words := p[m.Start:m.End]
		if m.Kind == Link && !linkForm.MatchString(words) {
			t.Errorf("link %q in %q", words, p)
		}
		if strings.TrimSpace(words) != words {
			t.Errorf("mark %v holds white space at an end: %q", m, words)
		}
		last = m.Start
	}
}

func checkRuns(t failer, post discussion.Text, got Text) {
	t.Helper()
	sources := map[Field]string{FromTitle: post.Title, FromWarning: post.Warning, FromContent: post.Content}
	at := 0
	for _, r := range got.Runs {
		src := sources[r.Field]
		if r.Start < at || r.Len <= 0 || r.Start+r.Len > len(got.Plain) || r.Source < 0 || r.Source+r.Len > len(src) {
			t.Errorf("run %+v after %d in %q", r, at, got.Plain)
			return
		}
		if have, want := got.Plain[r.Start:r.Start+r.Len], src[r.Source:r.Source+r.Len]; have != want {
			t.Errorf("run %+v is %q, source has %q", r, have, want)
		}
		if f, o, ok := got.Origin(r.Start + r.Len - 1); !ok || f != r.Field || o != r.Source+r.Len-1 {
			t.Errorf("Origin(%d) = %v, %d, %v, want the end of %+v", r.Start+r.Len-1, f, o, ok, r)
		}
		at = r.Start + r.Len
	}
}

// foreign draws text as a hostile or careless server might send it.
func foreign() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.SampledFrom(hostile),
		rapid.SampledFrom([]string{"word", " ", "<a class=mention>@jo</a>@b.example", "<em>", "</em>", "Yes. ", "\n", "\n\n", ">", "é", "日本", "</a>", "</p>", "</strong>", "e\u0301", "@ann@a.example", "https://b.example/c", "#tag", ":ok:", "👩\u200d👧", "⟨x⟩"}),
		rapid.String(),
		rapid.Map(rapid.SliceOfN(rapid.Byte(), 0, 4), func(b []byte) string { return string(b) }),
	)
	return rapid.Map(rapid.SliceOfN(piece, 0, 40), func(s []string) string { return strings.Join(s, "") })
}

func TestLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		post := discussion.Text{
			Title:   rapid.OneOf(rapid.Just(""), foreign()).Draw(t, "title"),
			Content: foreign().Draw(t, "content"),
			Warning: rapid.OneOf(rapid.Just(""), foreign()).Draw(t, "warning"),
			Format:  rapid.SampledFrom(formats).Draw(t, "format"),
		}
		checkLaws(t, post, Read(post))
	})
}

// TestUnmarked checks that text without mark-up comes out as it went in, all
// of it in one run.
func TestUnmarked(t *testing.T) {
	word := rapid.StringMatching(`[A-Za-z]{1,9}[.,;?]?`)
	rapid.Check(t, func(t *rapid.T) {
		gaps := rapid.SampledFrom([]string{" "})
		format := rapid.SampledFrom(formats).Draw(t, "format")
		if format == discussion.Plain {
			gaps = rapid.SampledFrom([]string{" ", "\n", "\n\n"})
		}
		src := strings.Repeat(" ", rapid.IntRange(0, 3).Draw(t, "indent")) + word.Draw(t, "first")
		for range rapid.IntRange(0, 30).Draw(t, "words") {
			src += gaps.Draw(t, "gap") + word.Draw(t, "word")
		}
		got := Read(discussion.Text{Content: src + "\n", Format: format})
		if want := strings.TrimSpace(src); got.Plain != want || len(got.Runs) != 1 {
			t.Fatalf("Read(%q as %s) = %q in %d runs, want %q in 1", src, format, got.Plain, len(got.Runs), want)
		}
	})
}

// TestFormatsAgree checks that a sentence that is escaped for HTML and the
// same sentence copied from a page give the same text and marks.
func TestFormatsAgree(t *testing.T) {
	token := rapid.SampledFrom([]string{"so", "it's", "AT&T", "1<2", "https://a.example/b_c", "@ann@b.example", "#tag", ":cat:", "café", "👍", "!c@d.example", "(www.e.example)."})
	rapid.Check(t, func(t *rapid.T) {
		src := strings.Join(rapid.SliceOfN(token, 1, 20).Draw(t, "tokens"), " ")
		copied := Read(discussion.Text{Content: src, Format: discussion.Plain})
		served := Read(discussion.Text{Content: "<p>" + html.EscapeString(src) + "</p>", Format: discussion.HTML})
		if copied.Plain != served.Plain || len(copied.Marks) != len(served.Marks) || copied.Words() != served.Words() {
			t.Fatalf("copied %q %v, served %q %v", copied.Plain, copied.Marks, served.Plain, served.Marks)
		}
	})
}

func fuzz(f *testing.F, format discussion.Format, seeds ...string) {
	for _, s := range append(seeds, hostile...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		post := discussion.Text{Content: src, Format: format}
		checkLaws(t, post, Read(post))
		checkSameHTML(t, src)
		checkSameMarkdown(t, src)
	})
}

func FuzzHTML(f *testing.F) {
	fuzz(f, discussion.HTML,
		`<p><span class="h-card"><a href="https://a.example/@ann" class="u-url mention">@<span>ann</span></a></span> so <strong>true</strong> &amp; <a href="https://b.example/c"><span class="invisible">https://</span><span class="ellipsis">b.example</span><span class="invisible">/c</span></a></p>`,
		`<details><summary>end</summary><ul><li>one<li>two</ul></details><p class="quote-inline">RE: <a href="x">x</a><p>own`,
		`<details>0</summary>>><li>0`)
}

func FuzzMarkdown(f *testing.F) {
	fuzz(f, discussion.Markdown,
		"> said\n\nI *do* [agree](https://a.example) ~~not~~ `x` ^1^ <https://b.example>\n\n::: spoiler end\n- one\n- two\n:::\n",
		"| a | b |\n|---|---|\n| c | d |\n\n![cat](x \"emoji cat\") \\* &amp; @ann@a.example  \nlast")
}

func FuzzCopied(f *testing.F) {
	fuzz(f, discussion.Plain, "• one\n> two\n\n\nthree https://a.example/b. Yes! No?")
}
