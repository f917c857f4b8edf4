package sentiment

import (
	"strings"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// A token is evidence if its rows move the answer, positive less negative, by
// telling; a text has at most maxEvidence pieces of it.
const (
	telling     = 0.5
	maxEvidence = 8
)

// gather sets s.evidence to the first of the words that moved the score: terms of
// the word lists, set phrases of irony, and words that weigh by what was learned.
func (s *Scorer) gather(most int) {
	s.evidence = s.evidence[:0]
	telling := s.answer.telling
	r := s.read
	items, cues := r.Items, r.Cues
	for i := r.Chunks[0].Tokens; i < len(s.share) && len(s.evidence) < most; {
		last := -1
		switch {
		case len(items) > 0 && items[0].First <= i:
			last = items[0].Last
			items = items[1:]
		case len(cues) > 0 && cues[0].First <= i:
			last = cues[0].Last
			cues = cues[1:]
		case (s.share[i] >= telling || s.share[i] <= -telling) && r.IsWord(i):
			last = i
		}
		if last < i {
			if last < 0 {
				i++
			}
			continue
		}
		s.evidence = append(s.evidence, discussion.Span{Start: r.Span(i).Start, End: r.Span(last).End})
		i = last + 1
	}
}

func abs(x float32) float32 { return max(x, -x) }

// Share is a word of a text and what it adds to the score.
type Share struct {
	discussion.Span
	Weight float64 // the score, less what it would be without the word; in [-2, 2]
}

// maxShares is how many words of a text Explain looks into.
const maxShares = 400

// Explain returns what each word, symbol, exclamation and question mark of t adds
// to the score: the text is scored again without it, so that the answer is that
// of the whole model, whatever the word does in it. The weights need not add
// up to the score. It takes time quadratic in the words, of which it looks at
// the first maxShares.
func (m *Model) Explain(t plain.Text, language string) []Share {
	s := m.Scorer()
	whole := discussion.Span{End: len(t.Plain)}
	score := func(t plain.Text) float64 {
		s.own.Read(&t, language)
		s.Open(&s.own)
		return s.Score(whole).Score
	}
	all := score(t)
	var words []discussion.Span
	for i := range s.read.Tokens() {
		if span := s.read.Span(i); len(words) < maxShares && (s.read.IsWord(i) || strings.Contains("!?", t.Plain[span.Start:span.End])) {
			words = append(words, span)
		}
	}
	var shares []Share
	for _, w := range words {
		without := t
		without.Marks = hide(t.Marks, w)
		if weight := all - score(without); weight != 0 {
			shares = append(shares, Share{w, weight})
		}
	}
	return shares
}

// hide returns the marks of a text with one more that keeps a word from being
// read, as a link is not.
func hide(marks []plain.Mark, word discussion.Span) []plain.Mark {
	at := 0
	for at < len(marks) && marks[at].Start <= word.Start {
		at++
	}
	more := append([]plain.Mark(nil), marks[:at]...)
	more = append(more, plain.Mark{Span: word, Kind: plain.Link})
	return append(more, marks[at:]...)
}
