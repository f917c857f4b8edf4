package language

import (
	"strings"
	"testing"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

func text(s string) plain.Text {
	return plain.Read(discussion.Text{Content: s, Format: discussion.Markdown})
}

func TestIdentify(t *testing.T) {
	for _, tc := range []struct{ text, declared, around, want string }{
		// Clear texts, declared or not.
		{"They switched it on for everybody and did not ask a single person before they did.", "", "", "en"},
		{"They switched it on for everybody and did not ask a single person.", "", "de", "en"},
		{"Die haben den Schalter einfach für alle umgelegt und vorher niemanden gefragt, das geht so nicht.", "en", "", "de"},
		{"Die haben den Schalter einfach für alle umgelegt und vorher niemanden gefragt, das geht so nicht.", "en", "en", "de"},
		{"Ils ont coché la case pour tout le monde sans demander l'avis de personne, c'est inadmissible.", "und", "", "fr"},
		{"Han marcado la casilla a todo el mundo sin preguntar a nadie antes.", "x-default", "", "es"},

		// A few words keep what is known beside them.
		{"lol", "fr", "", "fr"},
		{"lol", "", "pl", "pl"},
		{"ok", "", "", Unknown},
		{"danke!", "de-AT", "", "de"},
		{"Genau so.", "", "de", "de"},
		{"Genau so.", "en", "", "en"},
		{"Genau so.", "en", "de", "de"}, // the thread and the words against a default
		{"Super!", "", "da", "da"},
		{"Super!", "sv", "da", "sv"},

		// Texts without words.
		{"", "", "", Unknown},
		{"", "PT-br", "", "pt"},
		{"!!! 2026", "", "de", Unknown},
		{"@someone@tooters.example https://daily.example/worklane-switches-everything-on-for-you #privacy", "es", "", "es"},
		{"@someone@tooters.example #die #haben :den_schalter: gern umgelegt, alle zusammen", "", "", "de"},

		// Languages that are not told apart.
		{"Mi ne scias kion ili volas de ni, sed mi ne ŝatas tion.", "eo", "", "eo"},
		{"Mi ne scias kion ili volas de ni, sed mi ne ŝatas tion.", "", "eo", "eo"},
		{"Mi ne scias kion ili volas de ni, sed mi ne ŝatas tion.", "", "", Unknown},
		{"Nobody asked us whether we wanted any of this, and now it is on.", "eo", "", "en"},
		{"Ingen spurde oss om dette, og no er det slått på for alle.", "nn", "", "nn"},
		{"Ingen spurte oss om dette, og nå er det slått på for alle.", "nb", "", "nb"},
		{"ᚠᚢᚦᚨᚱᚲ", "non", "", "non"},
		{"ᚠᚢᚦᚨᚱᚲ", "", "", Unknown},
	} {
		got, p := Identifier{}.Identify(text(tc.text), tc.declared, tc.around)
		if got != tc.want || p < 0 || p > 1 || (p == 0) != (got == Unknown) {
			t.Errorf("Identify(%q, %q, %q) = %q, %.2f, want %q", tc.text, tc.declared, tc.around, got, p, tc.want)
		}
	}
}

// More words make the same answer surer, and a declaration too.
func TestConfidence(t *testing.T) {
	sure := func(s, declared string) float64 {
		tag, p := Identifier{}.Identify(text(s), declared, "")
		if tag != "de" {
			t.Errorf("%q is called %q", s, tag)
		}
		return p
	}
	few, more := sure("Genau so.", ""), sure("Genau so haben wir es damals auch gemacht.", "")
	if few >= more || more < 0.95 {
		t.Errorf("few words %.3f, a sentence %.3f", few, more)
	}
	if declared := sure("Genau so.", "de"); declared <= few {
		t.Errorf("declared %.3f, not declared %.3f", declared, few)
	}
}

// TestHostile reads what nobody writes. A text of any length takes the time of
// its first letters, and of what is no letter before them.
func TestHostile(t *testing.T) {
	for _, s := range []string{
		"\x00\xff\xfe\x80", "\xf0\x9f", strings.Repeat("a", 100_000), strings.Repeat("é", 100_000), strings.Repeat("漢", 100_000),
		strings.Repeat("a ", 50_000), strings.Repeat(" \u0301", 30_000), strings.Repeat("\xff", 100_000), strings.Repeat("@a ", 30_000),
	} {
		for _, read := range []plain.Text{text(s), {Plain: s}} {
			if tag, p := (Identifier{}).Identify(read, "", ""); tag == "" || p < 0 || p > 1 {
				t.Errorf("%.10q…: %q, %v", s, tag, p)
			}
		}
	}
}

func TestAllocations(t *testing.T) {
	for _, s := range []string{"They did not ask @anyone@tooters.example before they did.", "これはひどいと思います", "漢字", "ok"} {
		read := text(s)
		if n := testing.AllocsPerRun(100, func() { Identifier{}.Identify(read, "de-AT", "fr") }); n > 0 {
			t.Errorf("%q: %v allocations", s, n)
		}
	}
}

func FuzzIdentify(f *testing.F) {
	f.Add("Ein Satz", "de", "en")
	f.Add("\x00\xff日本", "x-y-z", "")
	f.Fuzz(func(t *testing.T, s, declared, around string) {
		for _, read := range []plain.Text{text(s), {Plain: s}} {
			tag, p := Identifier{}.Identify(read, declared, around)
			if tag == "" || !(p >= 0 && p <= 1) {
				t.Errorf("Identify(%q, %q, %q) = %q, %v", s, declared, around, tag, p)
			}
		}
	})
}

func BenchmarkIdentify(b *testing.B) {
	read := text("They switched it on for everybody and did not ask a single person before they did. I would like to know who thought of that, and whether anybody said no to it, at any point of the meetings, aloud, or after.")
	b.SetBytes(int64(len(read.Plain)))
	b.ReportAllocs()
	for b.Loop() {
		Identifier{}.Identify(read, "en", "")
	}
}
