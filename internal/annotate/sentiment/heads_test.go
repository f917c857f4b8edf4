package sentiment

import (
	"math"
	"slices"
	"testing"

	"github.com/fedipulse/fedipulse/data"
	"github.com/fedipulse/fedipulse/internal/annotate/sentiment/reading"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// TestComposed compares what a way of reading adds up with the heads that it is
// made of, which answer from the weights as they were trained.
func TestComposed(t *testing.T) {
	const rounding = 0.06
	lists, err := reading.Load(data.Lexicon)
	if err != nil {
		t.Fatal(err)
	}
	all := shipped(t)
	for _, way := range Ways {
		m, err := all.As(way)
		if err != nil {
			t.Fatal(err)
		}
		s := m.Scorer()
		for language, p := range m.parts {
			lists := lists
			if p.Opinions > 0 {
				lists = lists.With(language, reading.NewOpinions(p.OpinionHashes, p.OpinionValues))
			}
			heads := NewHeads(lists, p.Part)
			columns, temperature := p.wanted(way)
			for _, post := range slices.Concat(posts, []string{"no", "Das ist nicht gut, c'est nul, qué asco 😡!!!"}) {
				text := read(post)
				s.own.Read(&text, language)
				s.Open(&s.own)
				if !s.take(discussion.Span{End: len(text.Plain)}) {
					t.Fatalf("%s: %.30q has no words", language, post)
				}
				got, want := s.add(), heads.Answers(&text)
				for k, c := range columns {
					if c >= 0 && !(math.Abs(float64(got[k]-want[c]/temperature[k])) <= rounding) {
						t.Errorf("%s as %s: %.30q: number %d = %v, want %v of column %d", language, way, post, k, got[k], want[c]/temperature[k], c)
					}
				}
			}
		}
	}
}
