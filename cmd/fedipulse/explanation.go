package main

import (
	"math"
	"strings"

	"github.com/fedipulse/fedipulse/internal/annotate"
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/sentiment"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// explanation is what there is to say of a text. Offsets are bytes of Plain.
type explanation struct {
	Model      string          `json:"model"`
	Post       string          `json:"post,omitempty"` // id of a post of the database
	Language   string          `json:"language"`
	Confidence float64         `json:"confidence"` // in Language, in [0, 1]
	Plain      string          `json:"plain"`      // the author's own words
	Words      int             `json:"words"`
	Scored     bool            `json:"scored"`
	Reason     string          `json:"reason,omitempty"` // why not
	Tone       *tone           `json:"tone,omitempty"`   // not there where nothing was scored
	Sentences  []sentence      `json:"sentences"`
	Evidence   []stretch       `json:"evidence"` // what moved the tone
	Themes     []themeInWords  `json:"themes"`
	Targets    []targetInWords `json:"targets"` // whom or what it is about, the main one first
	Answers    bool            `json:"answers"` // no theme of its own: that of the post that it answers
}

type tone struct {
	Label discussion.Label `json:"label"`
	Score float64          `json:"score"` // in [-1, 1]
	P     probabilities    `json:"probabilities"`
	Irony float64          `json:"irony"` // probability, in [0, 1]
}

type probabilities struct {
	Negative float64 `json:"negative"`
	Neutral  float64 `json:"neutral"`
	Positive float64 `json:"positive"`
}

type sentence struct {
	stretch
	Tone tone `json:"tone"`
}

type themeInWords struct {
	Theme      string    `json:"theme"`
	Confidence float64   `json:"confidence"`
	Tone       *tone     `json:"tone,omitempty"`
	Evidence   []stretch `json:"evidence"`
}

type targetInWords struct {
	Target     string    `json:"target"`
	Main       bool      `json:"main"`
	Confidence float64   `json:"confidence"`
	Tone       *tone     `json:"tone,omitempty"` // towards it
	Evidence   []stretch `json:"evidence"`
}

// stretch is a part of the text. Weight is what it adds to the score; nil where
// the model does not say.
type stretch struct {
	Start  int      `json:"start"`
	End    int      `json:"end"`
	Text   string   `json:"text"`
	Weight *float64 `json:"weight,omitempty"`
}

func explanationOf(m annotate.Model, t discussion.Text) explanation {
	n := m.Annotate(t)
	x := explanation{
		Model: versions(m), Language: n.Language, Confidence: n.Confidence, Plain: n.Plain, Words: n.Words,
		Scored: n.Scored, Reason: n.Reason, Sentences: []sentence{}, Evidence: []stretch{}, Themes: []themeInWords{}, Targets: []targetInWords{}, Answers: n.Answers,
	}
	if n.Scored {
		x.Tone = toneIn(n.Sentiment)
		text := plain.Read(t)
		x.Evidence = contributions(m.Sentiment, text, n)
		for _, s := range text.Sentences {
			x.Sentences = append(x.Sentences, sentence{stretchOf(n.Plain, s), *toneIn(m.Sentiment.Score(text, s, n.Language))})
		}
	}
	for _, tag := range n.Themes {
		in := themeInWords{Theme: tag.Theme, Confidence: tag.Confidence, Evidence: stretchesOf(n.Plain, tag.Evidence)}
		if n.Scored {
			in.Tone = toneIn(tag.Sentiment)
		}
		x.Themes = append(x.Themes, in)
	}
	for _, tag := range n.Targets {
		in := targetInWords{Target: tag.Target, Main: tag.Main, Confidence: tag.Confidence, Evidence: stretchesOf(n.Plain, tag.Evidence)}
		if n.Scored {
			in.Tone = toneIn(tag.Sentiment)
		}
		x.Targets = append(x.Targets, in)
	}
	return x
}

// telling is what a word must add to a score, in either direction, to be shown.
const telling = 0.05

// contributions are the words that moved the tone, and by how much each did.
func contributions(tone *sentiment.Model, text plain.Text, n discussion.Annotation) []stretch {
	list := []stretch{}
	for _, share := range tone.Explain(text, n.Language) {
		if math.Abs(share.Weight) >= telling {
			s := stretchOf(n.Plain, share.Span)
			s.Weight = &share.Weight
			list = append(list, s)
		}
	}
	return list
}

func toneIn(s discussion.Sentiment) *tone {
	return &tone{Label: s.Label, Score: s.Score, P: probabilities{s.P[0], s.P[1], s.P[2]}, Irony: s.Irony}
}

func stretchesOf(text string, spans []discussion.Span) []stretch {
	list := make([]stretch, len(spans))
	for i, s := range spans {
		list[i] = stretchOf(text, s)
	}
	return list
}

func stretchOf(text string, s discussion.Span) stretch {
	return stretch{Start: s.Start, End: s.End, Text: strings.Clone(text[s.Start:s.End])}
}
