package sentiment

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/fedipulse/fedipulse/data"
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

func shipped(t testing.TB) *Model {
	t.Helper()
	m, err := Load(data.Lexicon)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func read(s string) plain.Text {
	return plain.Read(discussion.Text{Content: s, Format: discussion.Markdown})
}

func score(m *Model, language, s string) discussion.Sentiment {
	text := read(s)
	return m.Score(text, discussion.Span{End: len(text.Plain)}, language)
}

// cases reads lines "language<tab>label<tab>text".
func cases(t *testing.T, path string) [][3]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var list [][3]string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := strings.SplitN(line, "\t", 3)
		if len(parts) != 3 {
			t.Fatalf("%s: %q: want language, label, text", path, line)
		}
		list = append(list, [3]string(parts))
	}
	return list
}

// TestBehaviour holds the model to what any reader would say.
func TestBehaviour(t *testing.T) {
	m := shipped(t)
	for _, c := range cases(t, "testdata/behaviour.txt") {
		if got := score(m, c[0], c[2]); string(got.Label) != c[1] {
			t.Errorf("Score(%s, %q) = %s %.2f, want %s", c[0], c[2], got.Label, got.Score, c[1])
		}
	}
}

// TestKnownWrong lists what the model gets wrong. A case that is cured moves to
// behaviour.txt.
func TestKnownWrong(t *testing.T) {
	m := shipped(t)
	for _, c := range cases(t, "testdata/known-wrong.txt") {
		if got := score(m, c[0], c[2]); string(got.Label) == c[1] {
			t.Errorf("Score(%s, %q) = %s: no longer failing; move it to behaviour.txt", c[0], c[2], got.Label)
		}
	}
}

// TestOrder checks comparisons that hold whatever the thresholds are.
func TestOrder(t *testing.T) {
	m := shipped(t)
	for _, c := range []struct{ language, lower, higher string }{
		{"en", "This is very bad.", "This is bad."},
		{"en", "This is bad.", "This is not bad."},
		{"en", "This is not good.", "This is good."},
		{"en", "I love it, but it is awful.", "It is awful, but I love it."},
		{"en", "This is good.", "This is GOOD!!!"},
		{"de", "Das ist sehr schlecht.", "Das ist schlecht."},
		{"de", "Das ist nicht gut.", "Das ist gut."},
		{"fr", "C'est très mauvais.", "C'est mauvais."},
		{"fr", "Ce n'est pas bien.", "C'est bien."},
		{"es", "Es muy malo.", "Es malo."},
		{"es", "No es bueno.", "Es bueno."},
	} {
		if low, high := score(m, c.language, c.lower).Score, score(m, c.language, c.higher).Score; low >= high {
			t.Errorf("Score(%q) = %.3f, Score(%q) = %.3f: want less", c.lower, low, c.higher, high)
		}
	}
}

func TestQuotesDoNotCount(t *testing.T) {
	m := shipped(t)
	if with, without := score(m, "en", "> I hate this awful theft\n\nNoted."), score(m, "en", "Noted."); with.Score != without.Score {
		t.Errorf("a quote moves the score from %v to %v", without.Score, with.Score)
	}
}

func TestEvidence(t *testing.T) {
	m := shipped(t)
	text := read("So. I really hate this 😡 thing")
	var got []string
	for _, e := range m.Score(text, discussion.Span{End: len(text.Plain)}, "en").Evidence {
		got = append(got, text.Plain[e.Start:e.End])
	}
	if want := "hate 😡"; strings.Join(got, " ") != want {
		t.Errorf("evidence = %q, want %q", got, want)
	}
}

func TestLoadErrors(t *testing.T) {
	whole := fstest.MapFS{}
	for _, name := range []string{"emoji", "de", "es", "fr"} {
		whole[name+".tsv"] = &fstest.MapFile{Data: []byte("# none\n")}
	}
	for text, want := range map[string]string{
		"good":             `en.tsv:1: read "good": want a term, a tab, a value`,
		"good\t9":          "neither a number from -4 to 4 nor a role",
		"# x\n\nab*\t1":    "en.tsv:3: ",
		"good\t1\ngood\t2": "already there",
	} {
		whole["en.tsv"] = &fstest.MapFile{Data: []byte(text)}
		if _, err := Load(whole); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Load(%q) = %v, want %q", text, err, want)
		}
	}
}

func TestHostileTextIsLinear(t *testing.T) {
	m := shipped(t)
	for _, s := range []string{"a", "!", "(", "not ", "😀", "l'", "é"} {
		text := plain.Text{Plain: strings.Repeat(s, 100_000/len(s))}
		began := time.Now()
		m.Score(text, discussion.Span{End: len(text.Plain)}, "en")
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("100 kB of %q took %v", s, took)
		}
	}
}

func FuzzScore(f *testing.F) {
	m := shipped(f)
	f.Add("I don't like this, but thanks! 😡", "en")
	f.Add("\xff''’l'IA ¿qué? :) :)", "fr")
	f.Fuzz(func(t *testing.T, s, language string) {
		text := plain.Read(discussion.Text{Content: s, Format: discussion.Plain})
		got := m.Score(text, discussion.Span{End: len(text.Plain)}, language)
		if sum := got.P[0] + got.P[1] + got.P[2]; math.Abs(sum-1) > 1e-9 || got.Score < -1 || got.Score > 1 || got.Irony < 0 || got.Irony > 1 {
			t.Fatalf("Score(%q) = %+v", s, got)
		}
		for _, e := range got.Evidence {
			if e.Start < 0 || e.End <= e.Start || e.End > len(text.Plain) {
				t.Fatalf("Score(%q): evidence %v out of bounds", s, e)
			}
		}
	})
}

func BenchmarkScore(b *testing.B) {
	m := shipped(b)
	text := read("They switched it on for everybody and did not ask a single person before they did. I hate it, honestly, but thanks to whoever wrote the guide: it took me two minutes to turn it off.")
	b.SetBytes(int64(len(text.Plain)))
	b.ReportAllocs()
	for b.Loop() {
		m.Score(text, discussion.Span{End: len(text.Plain)}, "en")
	}
}

func ExampleModel_Score() {
	m, err := Load(data.Lexicon)
	if err != nil {
		panic(err)
	}
	text := plain.Read(discussion.Text{Content: "They stole it, this is disgusting.", Format: discussion.Markdown})
	s := m.Score(text, discussion.Span{End: len(text.Plain)}, "en")
	fmt.Println(s.Label)
	// Output: negative
}
