// Package sentiment says in what tone a stretch of text is written: negative,
// neutral or positive, with a probability for each and the words that decided.
//
// It counts words. A word list per language (data/lexicon) gives words and
// phrases a valence; a small grammar of negation, degree, contrast, emphasis
// and set phrases of irony turns valences into what the sentence adds up to
// (tally.go); and a softmax over these few sums, fitted on hand-labelled
// posts, turns them into probabilities (weights.go). Every decision can be
// read off the words in Evidence. What it cannot do is read an argument: a
// post that objects in measured words counts as neutral.
package sentiment

import (
	"fmt"
	"io/fs"
	"math"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Model is the word lists and what is needed to read them. It may be used from
// many goroutines.
type Model struct {
	version string
	lists   map[string]*lexicon
}

// languages are those that the model has a word list for.
var languages = []string{"de", "en", "es", "fr"}

// Load reads LANGUAGE.tsv for each language, and emoji.tsv, which goes for
// all. An error names the file and the line.
func Load(files fs.FS) (*Model, error) {
	m := &Model{lists: map[string]*lexicon{}}
	sum := newDigest()
	shared, err := readEntries(files, "emoji.tsv", sum)
	if err != nil {
		return nil, fmt.Errorf("load lexicon: %w", err)
	}
	for _, language := range languages {
		own, err := readEntries(files, language+".tsv", sum)
		if err != nil {
			return nil, fmt.Errorf("load lexicon: %w", err)
		}
		if m.lists[language], err = newLexicon(shared, own); err != nil {
			return nil, fmt.Errorf("load lexicon: %w", err)
		}
	}
	m.version = "words-" + sum.short()
	return m, nil
}

// Version names the model; it changes with the code, the weights and the data.
func (m *Model) Version() string { return m.version }

// Supports reports whether there is a word list for a BCP 47 base language.
func (m *Model) Supports(language string) bool { return m.lists[language] != nil }

// Score returns the tone of t.Plain[within.Start:within.End], read as language.
// Evidence is in offsets of t.Plain. A language that is not supported gives
// the tone of a text in which no word counts. Score takes time linear in the
// length of the stretch.
func (m *Model) Score(t plain.Text, within discussion.Span, language string) discussion.Sentiment {
	list := m.lists[language]
	if list == nil {
		return settle(tally{})
	}
	within.Start = min(max(within.Start, 0), len(t.Plain))
	within.End = min(max(within.End, within.Start), len(t.Plain))
	var total tally
	parts := stretches(t, within)
	for i, part := range parts {
		total.add(list.sentence(words(t, part)), i == len(parts)-1 && i > 0)
	}
	return settle(total)
}

// stretches returns the sentences of t as far as they lie in within.
func stretches(t plain.Text, within discussion.Span) []discussion.Span {
	if len(t.Sentences) == 0 {
		return []discussion.Span{within}
	}
	var list []discussion.Span
	for _, s := range t.Sentences {
		s.Start, s.End = max(s.Start, within.Start), min(s.End, within.End)
		if s.Start < s.End {
			list = append(list, s)
		}
	}
	return list
}

// settle turns sums into probabilities.
func settle(t tally) discussion.Sentiment {
	s := discussion.Sentiment{Irony: t.irony, Evidence: t.evidence}
	x := t.features()
	top := math.Inf(-1)
	for class, row := range weights {
		z := 0.0
		for i, w := range row {
			z += w * x[i]
		}
		s.P[class] = z
		top = max(top, z)
	}
	sum := 0.0
	for i, z := range s.P {
		s.P[i] = math.Exp(z - top)
		sum += s.P[i]
	}
	for i := range s.P {
		s.P[i] /= sum
	}
	s.Decide()
	return s
}
