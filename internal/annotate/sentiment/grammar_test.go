package sentiment

import (
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// TestDegree compares texts that differ in one thing: the first is to be the
// more positive.
func TestDegree(t *testing.T) {
	m := shipped(t)
	for _, tc := range []struct{ language, higher, lower string }{
		{"en", "this is extremely good", "this is good"},
		{"en", "this is good", "this is somewhat good"},
		{"en", "this is bad", "this is bad!!!"},
		{"en", "this is bad for all of us", "this is BAD for all of us"},
		{"en", "this is good 🎉", "this is good"},
		{"en", "not bad", "bad"},
		{"en", "sooooo good", "good"},
		{"de", "das ist sehr gut", "das ist gut"},
		{"de", "das finde ich schlecht", "das finde ich extrem schlecht"},
		{"fr", "c'est très utile", "c'est utile"},
		{"fr", "c'est utile", "ce n’est pas utile"},
		{"es", "es muy útil", "es útil"},
		{"es", "es útil", "no es útil"},
	} {
		high, low := score(m, tc.language, tc.higher).Score, score(m, tc.language, tc.lower).Score
		if high <= low {
			t.Errorf("%s: Score(%q) = %.3f, want more than %.3f of %q", tc.language, tc.higher, high, low, tc.lower)
		}
	}
}

func TestIronyCues(t *testing.T) {
	m := shipped(t)
	for text, language := range map[string]string{"Oh great, a new toggle": "en", "na toll, noch ein Schalter": "de", "comme par hasard": "fr", "qué detallazo": "es", "lovely 🙃": "en"} {
		if got := score(m, language, text).Irony; got <= 0.5 {
			t.Errorf("irony of %q = %.2f, want more than a half", text, got)
		}
	}
	if got := score(m, "en", "a great new toggle").Irony; got != 0 {
		t.Errorf("irony of a plain sentence = %.2f, want 0", got)
	}
}

func TestEvidenceLeavesNamesAndLinksOut(t *testing.T) {
	m := shipped(t)
	text := plain.Read(discussion.Text{Format: discussion.Plain, Content: "Thanks. @terrible@fine.example wrote: can’t stand it 🎉 https://awful.example/good"})
	var got []string
	for _, e := range m.Score(text, discussion.Span{End: len(text.Plain)}, "en").Evidence {
		got = append(got, text.Plain[e.Start:e.End])
	}
	if diff := cmp.Diff([]string{"Thanks", "can’t stand", "🎉"}, got); diff != "" {
		t.Errorf("evidence in %q: %s", text.Plain, diff)
	}
}

func TestSpansOutsideTheText(t *testing.T) {
	m := shipped(t)
	text := read("The form is wonderful. The company is disgusting.")
	for _, odd := range []discussion.Span{{Start: -5, End: 1000}, {Start: 40, End: 3}, {Start: 900, End: 901}} {
		m.Score(text, odd, "en") // must not panic
	}
}

func TestVersionFollowsTheData(t *testing.T) {
	version := func(english string) string {
		files := fstest.MapFS{}
		for _, name := range []string{"emoji", "de", "en", "es", "fr"} {
			files[name+".tsv"] = &fstest.MapFile{Data: []byte("# empty\n")}
		}
		files["en.tsv"].Data = []byte(english)
		m, err := Load(files)
		if err != nil {
			t.Fatal(err)
		}
		return m.Version()
	}
	one, again, other := version("good\t1"), version("good\t1"), version("good\t2")
	if one != again || one == other {
		t.Error("the version does not follow the data")
	}
}

func TestConcurrentUse(t *testing.T) {
	m := shipped(t)
	text := strings.Repeat("Thanks for nothing, this is not great 🙃 but the form is fine. ", 3)
	want := score(m, "en", text)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if diff := cmp.Diff(want, score(m, "en", text)); diff != "" {
					t.Errorf("another answer: %s", diff)
				}
			}
		})
	}
	wg.Wait()
}
