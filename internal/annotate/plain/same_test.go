package plain

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// byTokenizer reads HTML by the tokenizer alone, which readTag is to agree with.
func byTokenizer(src string) draft {
	r := htmlReader{builder: newBuilder(src, FromContent)}
	r.tokenize(0)
	return r.finish()
}

func checkSameHTML(t failer, src string) {
	t.Helper()
	if diff := cmp.Diff(byTokenizer(src), readHTML(src), cmp.AllowUnexported(draft{})); diff != "" {
		t.Errorf("HTML %q (-by the tokenizer +read):\n%s", src, diff)
	}
}

func checkSameMarkdown(t failer, src string) {
	t.Helper()
	got, ok := readQuick(src)
	if !ok {
		return
	}
	if diff := cmp.Diff(parseMarkdown(src), got, cmp.AllowUnexported(draft{})); diff != "" {
		t.Errorf("Markdown %q (-by the parser +quick):\n%s", src, diff)
	}
}

// comment draws Markdown of the kind that people write.
func comment() *rapid.Generator[string] {
	piece := rapid.SampledFrom([]string{"word", "it's", "2023", "3.5", "so_called", "*very*", "**so**", "*a b*", "**a, b**.", "**a!**", "*so (yes)*.", "**\"a.\"**", "*a.*b", "*a", "b*", "[the page](https://a.example/b_c)", "[a](b)",
		"[https://a.example/b](https://a.example/b)", "[x]", "&amp;", "&", "!", "?", "ok.", "(yes)", ":)", "#tag", "@ann@b.example", "https://a.example/b", "café", "👍", "_x_", ">:("})
	line := rapid.Custom(func(t *rapid.T) string {
		start := rapid.SampledFrom([]string{"", "", "", "> ", ">", "- ", "* ", "-", "1. ", "#", "# ", " ", "+ ", "::: ", ":-", "="}).Draw(t, "start")
		end := rapid.SampledFrom([]string{"", "", "", " ", "  ", "\\"}).Draw(t, "end")
		return start + strings.Join(rapid.SliceOfN(piece, 0, 5).Draw(t, "words"), rapid.SampledFrom([]string{" ", " ", " ", ""}).Draw(t, "gap")) + end
	})
	return rapid.Custom(func(t *rapid.T) string {
		var b strings.Builder
		for _, l := range rapid.SliceOfN(line, 1, 8).Draw(t, "lines") {
			b.WriteString(l + rapid.SampledFrom([]string{"\n", "\n", "\n\n", "\n\n\n"}).Draw(t, "break"))
		}
		return b.String()
	})
}

// TestSame: the short cuts read what the long way reads.
func TestSame(t *testing.T) {
	for _, src := range hostile {
		for _, n := range []int{1, 3} {
			s := ""
			for range n {
				s += src
			}
			checkSameHTML(t, s)
			checkSameMarkdown(t, s)
		}
	}
	rapid.Check(t, func(t *rapid.T) { checkSameHTML(t, foreign().Draw(t, "html")) })
	rapid.Check(t, func(t *rapid.T) { checkSameMarkdown(t, foreign().Draw(t, "foreign")) })
	rapid.Check(t, func(t *rapid.T) { checkSameMarkdown(t, comment().Draw(t, "markdown")) })
}
