package propose

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fedipulse/fedipulse/internal/annotate/codebook"
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/token"
)

func words(text, language string) *codebook.Words {
	t := plain.Again(text)
	l := new(token.List)
	l.Read(&t, language)
	w := new(codebook.Words)
	w.Read(l)
	return w
}

// TestTerms: what posts of the theme have and others do not comes first; a word
// of one author, a rare one, one of the codebook and a pair that says no more than
// its words do not come at all.
func TestTerms(t *testing.T) {
	terms := NewTerms()
	for i := range 30 {
		author := fmt.Sprint("author", i%3)
		terms.Add(words("The burglars copied it, nobody asked. What a heist the switch was", "en"), author)
		terms.Add(words("Yes the switch, no the weather, it was late", "en"), "author0")
		terms.Add(words("Die Räuber kamen nachts, wie das Wetter", "de"), author)
	}
	terms.Add(words("A solitary marmot", "en"), "author1")
	for range 200 {
		terms.AddOther(words("The weather was late and the switch was off, it said", "en"))
		terms.AddOther(words("Das Wetter, das Wetter, wie es die Leute lieben; nachts", "de"))
	}
	got := map[string]Term{}
	for _, x := range terms.Best(100, func(_, term string) bool { return term == "heist" }) {
		got[x.Language+" "+x.Term] = x
		if !(x.Z >= 1.96 && x.LogOdds > 0) {
			t.Errorf("%+v is no term of the theme", x)
		}
	}
	for _, want := range []string{"en burglars", "en nobody", "de räuber"} {
		if _, ok := got[want]; !ok {
			t.Errorf("%s is missing", want)
		}
	}
	for _, not := range []string{"en heist", "en marmot", "en weather", "de wetter", "en yes", "en the burglars", "en it nobody"} {
		if x, ok := got[not]; ok {
			t.Errorf("%+v should not be there", x)
		}
	}
	if x := got["en burglars"]; x.In != 30 || x.Out != 0 {
		t.Errorf("burglars: %+v, want 30 posts and no other", x)
	}
}

// TestTermsByHand compares with the formula, worked out for two words.
func TestTermsByHand(t *testing.T) {
	terms := NewTerms()
	for i := range 8 {
		terms.Add(words("alpha beta", "en"), fmt.Sprint(i))
	}
	for range 72 {
		terms.AddOther(words("gamma beta", "en"))
	}
	// alpha: 8 of 16 terms here, 0 of 144 there; prior 500 * 8/160 = 25.
	// log((8+25)/(16-8+500-25)) - log((0+25)/(144-0+500-25)) = 0.5257; its
	// variance is 1/33 + 1/25, so that z = 1.983.
	list := terms.Best(9, func(string, string) bool { return false })
	if len(list) != 1 || list[0].Term != "alpha" || fmt.Sprintf("%.4f %.3f", list[0].LogOdds, list[0].Z) != "0.5257 1.983" {
		t.Errorf("Best = %+v", list)
	}
}

func TestNames(t *testing.T) {
	names, err := NewNames()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		author := fmt.Sprint("author", i%2)
		names.Add("I wrote to Worklane in Brussels about it. Worklane said no.", author)
		names.Add("Which switch do you mean? Which of them? Tell @worklane@a.example and #Worklane why.", author)
		names.Add("I asked which one, and which not. They moved to Norway.", "author1")
	}
	got := names.Best(10, func(name string) bool { return name == "brussels" })
	if len(got) != 1 || got[0].Name != "Worklane" || got[0].Posts != 6 {
		t.Errorf("Best = %+v, want Worklane alone", got)
	}
}

// TestNamesHostile ends: what prose takes minutes over does not reach it.
func TestNamesHostile(t *testing.T) {
	names, err := NewNames()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{strings.Repeat("!", 1<<17), strings.Repeat("a", 1<<20), strings.Repeat("(\xff", 9999), strings.Repeat("!!!!!!!!!! ", 9999)} {
		names.Add(s, "author")
	}
}
