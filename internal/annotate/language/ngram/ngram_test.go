package ngram

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/data"
)

func load(t testing.TB) []byte {
	b, err := fs.ReadFile(data.Language, "weights.bin")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestParse(t *testing.T) {
	file := load(t)
	m, err := Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(file, Format(m.Classes, m.Step, file[header:])); diff != "" {
		t.Error("Format does not write what Parse read", diff)
	}
	tags := ""
	for _, c := range m.Classes {
		if c.Tag != "" {
			tags += c.Tag + " "
		}
	}
	if want := "en de fr es it pt nl pl sv da no fi cs tr ro hu ca ru uk ar fa "; tags != want {
		t.Errorf("the model names %s, want %s", tags, want)
	}
}

func TestParseRefuses(t *testing.T) {
	file := string(load(t))
	for name, bad := range map[string]string{
		"empty":        "",
		"short":        file[:len(file)-1],
		"long":         file + "x",
		"other magic":  "x" + file[1:],
		"no step":      file[:8] + "\x00\x00\x00\x00" + file[12:],
		"large weight": file[:len(file)-1] + "\x40",
	} {
		if _, err := Parse([]byte(bad)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// TestBuckets holds training and use together: what is trained is what is summed.
func TestBuckets(t *testing.T) {
	file := load(t)
	m, err := Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		"", "a", "L'été, déjà !", "co\u0308op", "Straße 12", "ИСТИНА", "x漢y", "\xffab", strings.Repeat("Ünlü kişi ", 40), strings.Repeat("ß", 300),
	} {
		var s Scan
		s.Read(m, text)
		s.End(m)
		for lane := range Lanes {
			want := 0
			for _, b := range AppendBuckets(nil, text) {
				want += int(file[header+int(b)*Lanes+lane])
			}
			if got := s.Sum(lane); got != want {
				t.Errorf("%.20q, lane %d: sum %d, want %d", text, lane, got, want)
			}
		}
	}
}

func TestScript(t *testing.T) {
	for r, want := range map[rune]Script{
		'a': Latin, 'É': Latin, 'ế': Latin, 'º': Latin, 'Ж': Cyrillic, 'ش': Arabic, '漢': Han, 'か': Kana, 'ｶ': Kana, '한': Hangul, 'λ': Greek, 'ש': Hebrew,
		'ก': Thai, 'ᚠ': Other, '5': None, ' ': None, '×': None, '\u0301': mark, '\uFFFD': None, '😀': None,
	} {
		if got := fold(r); got.script != want {
			t.Errorf("%q: script %d, want %d", r, got.script, want)
		}
	}
	if fold('É') != fold('é') || fold('Ж') != fold('ж') || fold('Ế') != fold('ế') {
		t.Error("case is kept")
	}
}

func BenchmarkParse(b *testing.B) {
	file := load(b)
	for b.Loop() {
		if _, err := Parse(file); err != nil {
			b.Fatal(err)
		}
	}
}
