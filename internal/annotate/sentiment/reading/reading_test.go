package reading

import (
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/data"
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

func text(s string) plain.Text {
	return plain.Read(discussion.Text{Content: s, Format: discussion.Markdown})
}

func reader(t testing.TB) *Reader {
	t.Helper()
	lists, err := Load(data.Lexicon)
	if err != nil {
		t.Fatal(err)
	}
	return lists.Reader()
}

// folded returns the tokens of a text as a word list is asked for them.
func folded(r *Reader) (list []string) {
	for i := range r.list.Tokens {
		list = append(list, string(r.list.Folded(i)))
	}
	return list
}

func TestTokens(t *testing.T) {
	r := reader(t)
	for _, c := range []struct{ language, text, want string }{
		{"en", "I don't, you’re O'Neill", "i don't , you're o'neill"},
		{"fr", "L’IA n'a qu'un but: l'an", "l' ia n' a qu' un but : l' an"},
		{"en", "Sooooo good, yesss, 1000 1st", "so good , yes , 1000 1st"},
		{"de", "ÜBER-Nacht Grüße", "über-nacht grüße"},
		{"en", "#DeleteYourAccount #ai", "delete your account ai"},
		{"en", "see @ann@a.example and https://b.example/c now", "see and now"},
		{"en", "so :blobcat_angry: :( <3 /s ^^ 😡👍🏽 wait... what?!?", "so blobcat angry :( <3 /s ^^ 😡 👍 wait … what ? ! ?"},
		{"en", "!!!!!! a/b (c)", "! ! ! a / b ( c )"},
		{"es", "¿Qué? ¡No!", "¿ qué ? ¡ no !"},
	} {
		in := text(c.text)
		r.ReadText(&in, c.language)
		if diff := cmp.Diff(c.want, strings.Join(folded(r), " ")); diff != "" {
			t.Errorf("%q: %s", c.text, diff)
		}
		for i, k := range r.list.Tokens {
			if s := r.Span(i); s.Start < 0 || s.End <= s.Start || s.End > len(in.Plain) {
				t.Errorf("%q: token %d stands at %v", c.text, i, k)
			}
		}
	}
}

// sums returns what a text adds up to.
func sums(t *testing.T, language, s string) (pos, neg float64) {
	t.Helper()
	r := reader(t)
	in := text(s)
	r.ReadText(&in, language)
	for _, i := range r.Items {
		pos += max(i.Valence, 0)
		neg += max(-i.Valence, 0)
	}
	return pos, neg
}

// TestGrammar compares texts that differ in one thing: the first is to add up
// to more.
func TestGrammar(t *testing.T) {
	for _, c := range []struct{ language, higher, lower string }{
		{"en", "this is extremely good", "this is good"},
		{"en", "this is good", "this is somewhat good"},
		{"en", "this is bad", "this is bad!!!"},
		{"en", "this is bad for all of us", "this is BAD for all of us"},
		{"en", "this is bad for all of us", "this is **bad** for all of us"},
		{"en", "this is good 🎉", "this is good"},
		{"en", "not bad", "bad"},
		{"en", "this is good", "this doesn't look good"},
		{"en", "awful, but I love it", "I love it, but awful"},
		{"de", "das ist sehr gut", "das ist gut"},
		{"de", "gefällt mir", "gefällt mir nicht"},
		{"fr", "c'est très utile", "c'est utile"},
		{"fr", "c'est utile", "ce n’est pas utile"},
		{"es", "es muy útil", "es útil"},
		{"es", "es útil", "no es útil"},
		{"it", "è molto bello", "non è bello"},
		{"pt", "muito bom", "não é bom"},
	} {
		p, n := sums(t, c.language, c.higher)
		q, m := sums(t, c.language, c.lower)
		if p-n <= q-m {
			t.Errorf("%s: %q adds up to %.2f, want more than %.2f of %q", c.language, c.higher, p-n, q-m, c.lower)
		}
	}
}

func TestIronyCues(t *testing.T) {
	r := reader(t)
	for s, language := range map[string]string{"Oh great, a new toggle": "en", "na toll, noch ein Schalter": "de", "comme par hasard": "fr", "qué detallazo": "es", "lovely 🙃": "en"} {
		in := text(s)
		if r.ReadText(&in, language); r.Chunks[0].Irony <= 0.5 || len(r.Cues) == 0 {
			t.Errorf("irony of %q = %.2f, want more than a half", s, r.Chunks[0].Irony)
		}
	}
	in := text("a great new toggle")
	if r.ReadText(&in, "en"); r.Chunks[0].Irony != 0 {
		t.Errorf("irony of a plain sentence = %.2f, want 0", r.Chunks[0].Irony)
	}
}

func TestChunks(t *testing.T) {
	r := reader(t)
	in := text(strings.Repeat("One two three four five six seven. ", 20))
	r.ReadText(&in, "en")
	total := 0.0
	for i, c := range r.Chunks {
		if n := c.TokensEnd - c.Tokens; n < chunkTokens && i < len(r.Chunks)-1 || n > 2*chunkTokens {
			t.Errorf("chunk %d has %d tokens", i, n)
		}
		total += float64(c.Weight)
	}
	if want := math.Sqrt(float64(len(r.Chunks))); math.Abs(total-want) > 1e-4 || len(r.Chunks) != 5 {
		t.Errorf("%d chunks weigh %v, want 5 that weigh %v", len(r.Chunks), total, want)
	}
	if last := r.Chunks[4].Weight / r.Chunks[0].Weight; math.Abs(float64(last)-lastChunk) > 1e-4 {
		t.Errorf("the last chunk weighs %v of the first, want %v", last, lastChunk)
	}
	in = text(strings.Repeat("word ", 3*token.Longest))
	if r.ReadText(&in, "en"); r.Tokens() != token.Longest {
		t.Errorf("%d tokens of a very long text are read, want %d", r.Tokens(), token.Longest)
	}
}

func TestOpinions(t *testing.T) {
	good, ok := HashWord("good", "en")
	if _, two := HashWord("very good", "en"); !ok || two {
		t.Fatal("HashWord takes single words, and only these")
	}
	lists, err := Load(data.Lexicon)
	if err != nil {
		t.Fatal(err)
	}
	r := lists.With("en", NewOpinions([]uint64{good}, [][OpinionLists]int8{{127, 0, -127}})).Reader()
	at := numTally + numSurface
	for s, want := range map[string]float32{"good": 1, "not good": 0, "so good, good": 2} {
		in := text(s)
		r.ReadText(&in, "en")
		if got := r.Chunks[0].Dense[at]; got != want {
			t.Errorf("positive sum of %q = %v, want %v", s, got, want)
		}
		if none := r.Chunks[0].Dense[at+15]; none != 1 {
			t.Errorf("%q: a list without the word says %v, want 1 for nothing found", s, none)
		}
	}
}

func TestLoadErrors(t *testing.T) {
	whole := fstest.MapFS{}
	for _, name := range append([]string{"emoji"}, Languages...) {
		whole[name+".tsv"] = &fstest.MapFile{Data: []byte("# none\n")}
	}
	if _, err := Load(whole); err != nil {
		t.Fatal(err)
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
	delete(whole, "fr.tsv")
	if _, err := Load(whole); err == nil {
		t.Error("Load without fr.tsv = nil error")
	}
}

func FuzzRead(f *testing.F) {
	r := reader(f)
	f.Add("I don't, l'IA — #ÀBien :ok: 😡 <3 /s", 0, 40)
	f.Add(strings.Repeat("'", 9)+"\xff\xc3"+strings.Repeat("aaa", 30), 1, 90)
	f.Fuzz(func(t *testing.T, s string, from, to int) {
		in := plain.Text{Plain: s}
		for _, language := range []string{"en", "fr"} {
			r.ReadText(&in, language)
			r.Read(discussion.Span{Start: from, End: to})
			last := 0
			for i := range r.Tokens() {
				span := r.Span(i)
				if span.Start < last || span.End < span.Start || span.End > len(s) {
					t.Fatalf("token %d of %q stands at %v", i, s, span)
				}
				last = span.Start
			}
			for _, c := range r.Chunks {
				for i, v := range c.Dense {
					if math.IsNaN(float64(v)) || math.IsInf(float64(v), 0) {
						t.Fatalf("dense feature %d of %q = %v", i, s, v)
					}
				}
			}
		}
	})
}

// TestSentencesOfOneReading compares a sentence of a text with the same one as a
// text of its own.
func TestSentencesOfOneReading(t *testing.T) {
	in := text("I don't like this, no. Thanks a lot 🎉! What now?")
	within, alone := reader(t), reader(t)
	for _, language := range []string{"en", "de"} {
		within.ReadText(&in, language)
		for _, s := range in.Sentences {
			within.Read(s)
			within.List()
			sentence := text(in.Plain[s.Start:s.End])
			alone.ReadText(&sentence, language)
			hashes := func(r *Reader) (list []uint64) {
				for _, f := range r.Features {
					list = append(list, f.Hash)
				}
				return list
			}
			got, want := hashes(within), hashes(alone)
			if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 || within.Chunks[0].Dense != alone.Chunks[0].Dense {
				t.Errorf("%s: %q is read another way within its text: %s", language, sentence.Plain, diff)
			}
		}
	}
}
