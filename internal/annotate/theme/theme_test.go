package theme

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/data"
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

func shipped(t testing.TB) *Codebook {
	t.Helper()
	c, err := Load(data.Codebook)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func read(s string) plain.Text {
	return plain.Read(discussion.Text{Content: s, Format: discussion.Markdown})
}

func names(hits []Hit) []string {
	var out []string
	for _, h := range hits {
		out = append(out, h.Theme)
	}
	return out
}

// TestExamples holds every theme of the codebook to its own examples, which
// begin with their language: "de: …".
func TestExamples(t *testing.T) {
	c := shipped(t)
	for i, f := range c.files {
		name := c.themes[i].Name
		if len(f.Examples.Match) < 4 || len(f.Examples.NoMatch) < 1 {
			t.Errorf("%s: give examples in every language, and one that does not match", name)
		}
		for _, e := range slices.Concat(f.Examples.Match, f.Examples.NoMatch) {
			language, text, ok := strings.Cut(e, ": ")
			if !ok || !slices.Contains(languages, language) {
				t.Errorf("%s: example %q does not begin with a language", name, e)
				continue
			}
			got, want := slices.Contains(names(c.Tag(read(text), language)), name), slices.Contains(f.Examples.Match, e)
			if got != want {
				t.Errorf("%s: Tag(%q) matches: %v, want %v", name, e, got, want)
			}
		}
	}
}

func TestThemesOfTheGuide(t *testing.T) {
	var got []string
	for _, th := range shipped(t).Themes() {
		got = append(got, th.Name)
	}
	want := []string{
		"censorship", "compensation", "consent_optout", "copyright_law", "corporate_greed", "data_poisoning", "defence_of_ai", "gdpr", "human_analogy", "humor",
		"info_technical", "leaving_platform", "legal_terms", "privacy", "public_data", "regulation_enforcement", "resignation", "scraping_load", "theft", "training_quality",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func small(t testing.TB, text string) *Codebook {
	t.Helper()
	c, err := Load(fstest.MapFS{"theft.toml": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMatching(t *testing.T) {
	c := small(t, `title = "Theft"
definition = "d"
[patterns]
en = ["steal*", "rob the house", "opt-out"]
de = ["klau*", "große diebe"]
fr = ["vol* nos données"]
[cancel]
en = ["steal the show"]
`)
	for _, tc := range []struct {
		text, language string
		want           []string // the evidence
	}{
		{"They STEAL and stealing is wrong", "en", []string{"STEAL", "stealing"}},
		{"They steal the show", "en", nil},
		{"They steal the show and steal", "en", []string{"steal"}},
		{"they rob the house", "en", []string{"rob the house"}},
		{"opt out, Opt-out", "en", []string{"opt out", "Opt-out"}},
		{"GROSSE DIEBE klauen", "de", []string{"GROSSE DIEBE", "klauen"}},
		{"klauen", "en", nil},
		{"opt-out auf Deutsch", "de", []string{"opt-out"}},
		{"ils volent nos données", "fr", []string{"volent nos données"}},
		{"klauen, voler nos données", "und", []string{"klauen", "voler nos données"}},
		{"@stealer@a.example stealthy #steal", "en", []string{"stealthy", "steal"}},
		{"", "en", nil},
	} {
		text := read(tc.text)
		var got []string
		for _, h := range c.Tag(text, tc.language) {
			for _, e := range h.Evidence {
				got = append(got, text.Plain[e.Start:e.End])
			}
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("Tag(%q, %s): %s", tc.text, tc.language, diff)
		}
	}
}

func TestLoadErrors(t *testing.T) {
	head := "title = \"T\"\ndefinition = \"d\"\n"
	for text, want := range map[string]string{
		"":                                  "x.toml: title is missing",
		"title = 1":                         "x.toml:1:",
		head + "colour = 1":                 "x.toml:3:1: unknown key colour",
		head:                                "[patterns] is missing",
		head + "[patterns]\nxx = [\"a\"]":   `x.toml: "xx" is not one of de, en`,
		head + "[patterns]\nen = [\"!!\"]":  `phrase "!!": it has no words`,
		head + "[patterns]\nen = [\"ab*\"]": "at least three letters",
	} {
		_, err := Load(fstest.MapFS{"x.toml": {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Load(%q) = %v, want %q", text, err, want)
		}
	}
	if _, err := Load(fstest.MapFS{}); err == nil {
		t.Error("Load of an empty folder = nil error")
	}
}

func TestHostileTextIsLinear(t *testing.T) {
	c := shipped(t)
	for _, s := range []string{"a", "steal ", "'", "é", "opt-out "} {
		text := plain.Text{Plain: strings.Repeat(s, 100_000/len(s))}
		began := time.Now()
		c.Tag(text, "en")
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("100 kB of %q took %v", s, took)
		}
	}
}

func FuzzTag(f *testing.F) {
	c := shipped(f)
	f.Add("they stole it, GDPR l'IA ß", "en")
	f.Add("\xff\x00 opt-out", "und")
	f.Fuzz(func(t *testing.T, s, language string) {
		text := plain.Read(discussion.Text{Content: s, Format: discussion.Plain})
		for _, h := range c.Tag(text, language) {
			last := 0
			for _, e := range h.Evidence {
				if e.Start < last || e.End <= e.Start || e.End > len(text.Plain) {
					t.Fatalf("Tag(%q): evidence %v out of order or bounds", s, h.Evidence)
				}
				last = e.End
			}
		}
	})
}

func BenchmarkTag(b *testing.B) {
	c := shipped(b)
	text := read("They switched it on for everybody and did not ask a single person before they did. I would like to know who thought of that, and whether GDPR has anything to say about theft of this kind.")
	b.ReportAllocs()
	for b.Loop() {
		c.Tag(text, "en")
	}
}
