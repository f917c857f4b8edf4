package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// TestRetag: what a changed tagger decides on is replaced, in all or in none of
// the posts; the rest stays to the byte.
func TestRetag(t *testing.T) {
	s := openTemp(t)
	for i := range 3 {
		save(t, s, page(fmt.Sprint(i), "a.example", status(fmt.Sprintf("https://a.example/%d", i), "", "words of a post")))
	}
	tags := func(confidence float64, themes ...string) (n discussion.Annotation) {
		for _, theme := range themes {
			n.Themes = append(n.Themes, discussion.ThemeTag{Theme: theme, Confidence: confidence, Sentiment: discussion.Sentiment{Label: "negative"}, Evidence: []discussion.Span{{End: 5}}})
		}
		n.Targets = []discussion.TargetTag{{Target: "meta", Main: true, Confidence: confidence, Sentiment: discussion.Sentiment{Label: "negative"}}}
		return n
	}
	_, batches, err := s.Pending(t.Context(), "m")
	if err != nil {
		t.Fatal(err)
	}
	for texts, err := range batches {
		if err != nil {
			t.Fatal(err)
		}
		var notes []discussion.Annotation
		for _, x := range texts {
			n := tags(0.5, "gdpr", "theft")
			n.Post, n.ContentHash, n.Model, n.Language, n.Plain, n.Words, n.Scored = x.Post, x.ContentHash, "m", "en", "words of a post", 4, true
			n.Sentiment = discussion.Sentiment{Label: "negative", P: [3]float64{0.75, 0.25, 0}, Score: -0.75, Irony: 0.5}
			notes = append(notes, n)
		}
		if err := s.Annotate(t.Context(), texts, notes); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := func() []string {
		t.Helper()
		return append(table(t, s, "select theme, confidence::varchar, count(*)::varchar from theme_tags group by all order by all"),
			table(t, s, "select 'to '||target, confidence::varchar, count(*)::varchar from target_tags group by all order by all")...)
	}
	retag := func(taggers map[string]string, fail error, n discussion.Annotation) (int, error) {
		return s.Retag(t.Context(), "m", taggers, func(_ map[string]bool, texts []discussion.Text, notes []discussion.Annotation) error {
			for i := range notes {
				if texts[i].Content == "" || notes[i].Language != "en" || notes[i].Sentiment.P[0] != 0.75 || notes[i].Sentiment.Irony != 0.5 || !notes[i].Scored {
					t.Errorf("given %+v, %+v", texts[i], notes[i])
				}
				notes[i].Plain, notes[i].Themes, notes[i].Targets, notes[i].Answers = "words of a post", slices.Clone(n.Themes), n.Targets, n.Answers
			}
			return fail
		})
	}
	before := all()
	first := map[string]string{"": "1", "gdpr": "1", "theft": "1"}

	broken := errors.New("broken")
	if n, err := retag(first, broken, tags(0.9, "gdpr")); n != 0 || !errors.Is(err, broken) {
		t.Errorf("Retag = %d, %v, want %v", n, err, broken)
	}
	if diff := cmp.Diff(before, all()); diff != "" {
		t.Error("after an error:", diff)
	}
	if n, err := retag(first, nil, tags(0.5, "gdpr", "theft")); n != 3 || err != nil {
		t.Errorf("Retag = %d, %v", n, err)
	}
	if diff := cmp.Diff(before, all()); diff != "" {
		t.Error("the same tags again:", diff)
	}

	// theft has changed: gdpr and the targets are as they were, whatever is said now.
	second := map[string]string{"": "1", "gdpr": "1", "theft": "2"}
	if n, err := retag(second, nil, tags(0.9, "gdpr", "theft")); n != 3 || err != nil {
		t.Errorf("Retag = %d, %v", n, err)
	}
	if diff := cmp.Diff([]string{"gdpr|0.5|3", "theft|0.9|3", "to meta|0.5|3"}, all()); diff != "" {
		t.Error(diff)
	}
	// theft is gone from the codebook, and the targets have changed.
	third := map[string]string{"": "2", "gdpr": "1"}
	answer := tags(0.7, "gdpr")
	answer.Answers = true
	if n, err := retag(third, nil, answer); n != 3 || err != nil {
		t.Errorf("Retag = %d, %v", n, err)
	}
	if diff := cmp.Diff([]string{"gdpr|0.5|3", "to meta|0.7|3"}, all()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"[gdpr]|true|3"}, table(t, s, "select themes::varchar, answers::varchar, count(*)::varchar from annotations group by all")); diff != "" {
		t.Error(diff)
	}
	if got, err := s.Taggers(t.Context()); err != nil || !maps.Equal(got, third) {
		t.Errorf("Taggers = %v, %v", got, err)
	}
	if n, err := retag(third, broken, answer); n != 0 || err != nil {
		t.Errorf("Retag of the same taggers = %d, %v, want nothing done", n, err)
	}
	if broken, err := s.Check(t.Context()); err != nil || len(broken) > 0 {
		t.Errorf("Check = %v, %v", broken, err)
	}
}
