package plain

import (
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

// TestSame: the short cuts read what the long way reads.
func TestSame(t *testing.T) {
	for _, src := range hostile {
		for _, n := range []int{1, 3} {
			s := ""
			for range n {
				s += src
			}
			checkSameHTML(t, s)
		}
	}
	rapid.Check(t, func(t *rapid.T) { checkSameHTML(t, foreign().Draw(t, "html")) })
}
