package sentiment

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/data"
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/sentiment/reading"
	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

func TestQuotesCodeLinksAndNamesDoNotCount(t *testing.T) {
	m := shipped(t)
	want := score(m, "en", "I am glad that it is over.")
	for _, text := range []string{
		"> I hate this awful theft\n\nI am glad that it is over.",
		"I am glad that it is over.\n\n```\nkill -9 disgusting\n```",
		"I am glad that it is over. https://awful.example/hate",
		"@disgusting@hate.example I am glad that it is over.",
	} {
		if got := score(m, "en", text); got.Score != want.Score {
			t.Errorf("Score(%q) = %v, want %v as without", text, got.Score, want.Score)
		}
	}
}

func TestHashtagsAndEmojiCount(t *testing.T) {
	m := shipped(t)
	for _, c := range [][2]string{
		{"They switched it on again #disgusting", "They switched it on again"},
		{"They switched it on again #ThisIsDisgusting", "They switched it on again"},
		{"They switched it on again 🤮", "They switched it on again"},
		{"They switched it on again :blobcat_angry:", "They switched it on again"},
	} {
		if low, high := score(m, "en", c[0]).Score, score(m, "en", c[1]).Score; low >= high {
			t.Errorf("Score(%q) = %.3f, want less than %.3f of %q", c[0], low, high, c[1])
		}
	}
}

func TestAnswersAreProbabilities(t *testing.T) {
	m := shipped(t)
	for _, way := range Ways {
		m, err := m.As(way)
		if err != nil {
			t.Fatal(err)
		}
		for _, language := range reading.Languages {
			for _, text := range []string{"", "?", "ok", "Danke! Merci! Gracias! Thanks!", strings.Repeat("no ", 5000)} {
				check(t, text, read(text), score(m, language, text))
			}
		}
	}
	if _, err := m.As("novel"); err == nil {
		t.Error("As(novel) = nil error")
	}
}

// check reports an answer that cannot be one.
func check(t *testing.T, text string, read plain.Text, s discussion.Sentiment) {
	t.Helper()
	if sum := s.P[0] + s.P[1] + s.P[2]; math.Abs(sum-1) > 1e-6 || !(s.Score >= -1 && s.Score <= 1) || !(s.Irony >= 0 && s.Irony <= 1) || s.Label == "" {
		t.Errorf("Score(%.40q) = %+v", text, s)
	}
	last := 0
	for _, e := range s.Evidence {
		if e.Start < last || e.End <= e.Start || e.End > len(read.Plain) {
			t.Errorf("Score(%.40q): evidence %v is out of order or out of the text", text, s.Evidence)
		}
		last = e.End
	}
}

func TestUnknownLanguageIsNeutral(t *testing.T) {
	m := shipped(t)
	if got := score(m, "tlh", "I hate this"); got.Label != discussion.Neutral {
		t.Errorf("Score in Klingon = %+v", got)
	}
	for language, want := range map[string]bool{"tlh": false, "pt": true, "": false} {
		var l token.List
		text := read("I hate this")
		l.Read(&text, language)
		if got := m.Scorer().Open(&l); got != want {
			t.Errorf("%q is supported: %v", language, got)
		}
	}
}

func TestEvidence(t *testing.T) {
	m := shipped(t)
	text := read("So. I really hate this 😡 thing, thanks @awful@fine.example")
	got := map[string]bool{}
	for _, e := range m.Score(text, discussion.Span{End: len(text.Plain)}, "en").Evidence {
		got[text.Plain[e.Start:e.End]] = true
	}
	for _, want := range []string{"hate", "😡", "thanks"} {
		if !got[want] {
			t.Errorf("evidence %v lacks %q", got, want)
		}
	}
	if len(got) > 6 {
		t.Errorf("evidence %v is nearly all of the text", got)
	}
}

func TestExplain(t *testing.T) {
	m := shipped(t)
	text := read("The form is on page two and I hate it")
	shares := m.Explain(text, "en")
	worst := slices.MinFunc(shares, func(a, b Share) int { return int(math.Copysign(1, a.Weight-b.Weight)) })
	if got := text.Plain[worst.Start:worst.End]; got != "hate" {
		t.Errorf("the word that moves the score down most is %q, want hate: %v", got, shares)
	}
	without := score(m, "en", "The form is on page two and I  it").Score
	if all := score(m, "en", text.Plain).Score; math.Abs(all-without-worst.Weight) > 1e-6 {
		t.Errorf("weight of %q = %v, want %v", "hate", worst.Weight, all-without)
	}
}

func TestSpansOutsideTheText(t *testing.T) {
	m := shipped(t)
	text := read("The form is wonderful. The company is disgusting.")
	for _, odd := range []discussion.Span{{Start: -5, End: 1000}, {Start: 40, End: 3}, {Start: 900, End: 901}} {
		m.Score(text, odd, "en") // must not panic
	}
	first, second := m.Score(text, text.Sentences[0], "en"), m.Score(text, text.Sentences[1], "en")
	if first.Label != discussion.Positive || second.Label != discussion.Negative {
		t.Errorf("sentences = %s, %s; want positive, negative", first.Label, second.Label)
	}
}

func TestNoAllocations(t *testing.T) {
	s := shipped(t).Scorer()
	for _, language := range []string{"en", "de"} {
		var texts []plain.Text
		for _, p := range posts {
			texts = append(texts, plain.Read(discussion.Text{Content: p, Format: discussion.Plain}))
		}
		score := func() {
			for i := range texts {
				scoreWith(s, &texts[i], language)
			}
		}
		score()
		if n := testing.AllocsPerRun(10, score); n != 0 {
			t.Errorf("%s: %v allocations for %d posts, want 0", language, n, len(posts))
		}
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

// small is a model with a single row that counts.
func small() *Weights {
	p := Part{Language: "en", Bits: 4, Row: 8, Table: make([]int8, 8<<4)}
	h := Head{Name: Tweet, Scale: []float32{1, 1, 1}, Temperature: 1}
	for range 3 {
		h.Dense, h.Stack = append(h.Dense, make([]float32, reading.Dense)), append(h.Stack, nil)
	}
	p.Heads = []Head{h}
	return &Weights{Made: "by hand", Parts: []Part{p}}
}

func TestEncodeAndDecode(t *testing.T) {
	w := small()
	p := &w.Parts[0]
	p.Table[5] = -7
	p.Opinions, p.OpinionHashes, p.OpinionValues = 1, []uint64{42}, [][reading.OpinionLists]int8{{1, -2, 3}}
	p.Filters, p.Words, p.Vocabulary = filters, 3, []uint32{9}
	p.NetScale, p.NetBias, p.Rows = make([]float32, 3*filters), make([]float32, 3*filters), bytes.Repeat([]byte{64}, 6*filters*3)
	var b bytes.Buffer
	if err := w.Encode(&b); err != nil {
		t.Fatal(err)
	}
	got, err := decode(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w, got); diff != "" {
		t.Error(diff)
	}
	for n := range b.Len() {
		if _, err := decode(b.Bytes()[:n]); err == nil {
			t.Fatalf("decode of %d of %d bytes = nil error", n, b.Len())
		}
	}
}

func TestWeightsThatDoNotFit(t *testing.T) {
	for name, spoil := range map[string]func(*Part){
		"row":         func(p *Part) { p.Row = 3 },
		"bits":        func(p *Part) { p.Bits = 60 },
		"columns":     func(p *Part) { p.Heads = nil },
		"dense":       func(p *Part) { p.Heads[0].Dense[1] = nil },
		"stack":       func(p *Part) { p.Heads[0].Stack[0] = []float32{1} },
		"temperature": func(p *Part) { p.Heads[0].Temperature = 0 },
		"filters":     func(p *Part) { p.Filters = 7 },
		"language":    func(p *Part) { p.Language = "xx" },
	} {
		w := small()
		spoil(&w.Parts[0])
		lists, err := reading.Load(data.Lexicon)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := New(lists, w, "test"); err == nil {
			t.Errorf("%s: New = nil error", name)
		}
	}
	files := fstest.MapFS{"weights.bin": {Data: []byte("something else")}}
	if _, err := Load(data.Lexicon, files); err == nil || !strings.Contains(err.Error(), "weights.bin") {
		t.Errorf("Load = %v, want an error that names the file", err)
	}
	if _, err := Load(data.Lexicon, fstest.MapFS{}); err == nil {
		t.Error("Load without weights = nil error")
	}
}

func FuzzScore(f *testing.F) {
	m := shipped(f)
	f.Add("I don't like this, but thanks! 😡", "en")
	f.Add("\xff''’l'IA ¿qué? :) :)", "fr")
	f.Add("#ÜberAlles :blob_cat: </3 /s **NEIN** "+strings.Repeat("o", 70), "de")
	f.Fuzz(func(t *testing.T, s, language string) {
		text := read(s)
		check(t, s, text, m.Score(text, discussion.Span{End: len(text.Plain)}, language))
	})
}

func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	if err := small().Encode(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) { _, _ = decode(data) })
}

func ExampleModel_Score() {
	m, err := Load(data.Lexicon, data.Sentiment)
	if err != nil {
		panic(err)
	}
	text := plain.Read(discussion.Text{Content: "They stole it, this is disgusting.", Format: discussion.Markdown})
	s := m.Score(text, discussion.Span{End: len(text.Plain)}, "en")
	fmt.Println(s.Label)
	// Output: negative
}

// TestRowsOfFeatures: what is known of words and pairs adds up to the rows of the
// features of a text, to the last bit, in texts of one chunk and of many.
func TestRowsOfFeatures(t *testing.T) {
	m := shipped(t)
	words := strings.Fields("I don't LOVE this at all , really not good ! Nicht schlecht , aber SEHR teuer ; niemand fragt uns . " +
		"On ne m'a jamais demandé , c'est nul 🎉 ? Unverhältnismäßigkeitsprüfungsverfahren :) 42 sooooo :blobcat:")
	r := rand.New(rand.NewPCG(1, 2))
	for _, language := range reading.Languages {
		s := m.Scorer()
		for _, n := range []int{1, 7, 40, 40, 300} {
			text := ""
			for range n {
				text += words[r.IntN(len(words))] + " "
			}
			in := plain.Read(discussion.Text{Content: text, Format: discussion.Plain})
			s.own.Read(&in, language)
			s.Open(&s.own)
			within := discussion.Span{End: len(in.Plain)}
			if k := len(in.Sentences); k > 2 && r.IntN(2) == 0 {
				within = discussion.Span{Start: in.Sentences[1].Start, End: in.Sentences[k-1].End}
			}
			s.take(within)
			s.read.List()
			a := s.answer
			for i := range s.read.Chunks {
				c := &s.read.Chunks[i]
				var want [numbers]float32
				s.table = want
				s.look(c)
				got := s.table
				share := make([]int32, len(s.share))
				for features := s.read.Of(c); len(features) > 0; {
					some := features[:min(len(features), fitting)]
					features = features[len(some):]
					var sum [numbers]int
					for _, f := range some {
						for k := range sum {
							sum[k] += int(a.row(f.Hash)>>(8*k)&0xFF) - 128
						}
						share[f.Token] += int32(a.row(f.Hash)>>16&0xFF) - int32(a.row(f.Hash)&0xFF)
					}
					for k := range sum {
						want[k] += c.Weight * float32(sum[k])
					}
				}
				if got != want {
					t.Errorf("%s, %d words, chunk %d: %v, want %v", language, n, i, got, want)
				}
				if diff := cmp.Diff(share[c.Tokens:c.TokensEnd], s.share[c.Tokens:c.TokensEnd]); diff != "" {
					t.Errorf("%s, %d words, chunk %d: %s", language, n, i, diff)
				}
			}
		}
	}
}
