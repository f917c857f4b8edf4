package plain

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// TestEight compares what is said of eight bytes with what is true of each.
func TestEight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alphabet := append([]byte("09/: '`{@[azAZmM_"), 0, 0x1F, '!', '~', 0x7F, 0x80, 0x81, 0xA0, 0xC3, 0xE1, 0xFA, 0xFF)
		b := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(alphabet), rapid.Byte(), rapid.Just(byte('a'))), 8, 12).Draw(t, "bytes")
		i := rapid.IntRange(0, len(b)-8).Draw(t, "i")
		x := eight(string(b), i)
		for k := range 8 {
			c := b[i+k]
			if byte(x>>(8*k)) != c {
				t.Fatalf("byte %d of %q is %q", k, b[i:], byte(x>>(8*k)))
			}
			for name, is := range map[string]struct {
				got  uint64
				want bool
			}{
				"a blank": {equal(x, ' '), c == ' '}, "an apostrophe": {equal(x, '\''), c == '\''},
				"of a word": {wordBytes(x), c < 0x80 && isWord(rune(c))}, "visible": {within(x, ' ', '~'), c >= ' ' && c <= '~'},
			} {
				if got := is.got>>(8*k+7)&1 == 1; got != is.want || is.got&^topBits != 0 || gathered(is.got)>>k&1 != is.got>>(8*k+7)&1 || gathered(is.got) > 0xFF {
					t.Errorf("byte %d of %q is %s: %v", k, b[i:], name, got)
				}
			}
		}
		blank := equal(x, ' ')
		if at := firstByte(blank); at < bytes.IndexByte(append(b[i:i+8:i+8], ' '), ' ') || at < 8 && b[i+at] != ' ' {
			t.Errorf("the first blank of %q is at %d", b[i:i+8], at)
		}
	})
}

// TestBlanks has two blanks, and what is no visible ASCII, at each place of a block.
func TestBlanks(t *testing.T) {
	for before := range 20 {
		for _, tc := range []struct{ in, want string }{{"  ", " "}, {"   b ", " b "}, {"\t", " "}, {" é", " é"}, {"\x00", ""}, {" \x7F", " "}} {
			head, tail := strings.Repeat("a", before)+"x", "c d e f g h i j"
			if got := Read(discussion.Text{Content: head + tc.in + tail, Format: discussion.HTML}).Plain; got != head+tc.want+tail {
				t.Errorf("%q is read as %q", head+tc.in+tail, got)
			}
		}
	}
}
