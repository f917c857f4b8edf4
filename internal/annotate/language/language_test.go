package language

import (
	"testing"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

func read(s string) plain.Text {
	return plain.Read(discussion.Text{Content: s, Format: discussion.Markdown})
}

func TestIdentify(t *testing.T) {
	for _, tc := range []struct{ text, declared, around, want string }{
		{"They switched it on for everybody and did not ask a single person before they did.", "", "", "en"},
		{"Die haben den Schalter einfach für alle umgelegt und vorher niemanden gefragt, das geht so nicht.", "", "", "de"},
		{"Ils ont coché la case pour tout le monde sans demander l'avis de personne, c'est inadmissible.", "", "", "fr"},
		{"Han marcado la casilla a todo el mundo sin preguntar a nadie antes, no me parece nada bien.", "", "", "es"},
		{"Die haben den Schalter einfach für alle umgelegt und vorher niemanden gefragt, das geht so nicht.", "en", "", "de"}, // declared wrongly
		{"lol", "fr", "", "fr"},
		{"ok", "", "", Unknown},
		{"", "", "", Unknown},
		{"danke!", "de-AT", "", "de"},
		{"@someone@tooters.example https://daily.example/worklane-switches-everything-on-for-you #privacy", "es", "", "es"},
		{"Genau so.", "", "de", "de"},
		{"Genau so.", "en", "de", "de"}, // the thread and the words against a default
		{"!!!", "", "de", Unknown},
		{"They switched it on for everybody and did not ask a single person.", "", "de", "en"},
		{"これはひどいと思います", "", "", "ja"},
		{"Ils ont coché la case pour tout le monde sans demander l'avis de personne, c'est inadmissible.", "und", "", "fr"},
	} {
		if got, c := (Identifier{}).Identify(read(tc.text), tc.declared, tc.around); got != tc.want || c < 0 || c > 1 {
			t.Errorf("Identify(%q, %q) = %q, %.2f, want %q", tc.text, tc.declared, got, c, tc.want)
		}
	}
}

func FuzzIdentify(f *testing.F) {
	f.Add("Ein Satz", "de")
	f.Add("\x00\xff日本", "x-y-z")
	f.Fuzz(func(t *testing.T, text, declared string) {
		if tag, c := (Identifier{}).Identify(read(text), declared, declared); tag == "" || c < 0 || c > 1 {
			t.Errorf("Identify(%q, %q) = %q, %v", text, declared, tag, c)
		}
	})
}

func BenchmarkIdentify(b *testing.B) {
	text := read("They switched it on for everybody and did not ask a single person before they did. I would like to know who thought of that, and whether anybody said no at any point in the meeting.")
	b.ReportAllocs()
	for b.Loop() {
		Identifier{}.Identify(text, "en", "")
	}
}
