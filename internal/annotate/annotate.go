// Package annotate is stage 3: it reads the posts that the current model has
// not seen as they are now, and says of each in which language it is, in what
// tone, and of which themes it speaks.
//
// An annotation is a pure function of a post's text and the model: no clock, no
// network, no neighbour. The parts of a model stand behind small interfaces, so
// that a better one takes the place of another without a change here.
package annotate

import (
	"context"
	"iter"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/theme"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Language finds the language of a text. Declared is what author or platform
// said, often wrongly; around is the language of the thread or the study.
type Language interface {
	Identify(t plain.Text, declared, around string) (tag string, confidence float64)
}

// Sentiment finds the tone of a stretch of text.
type Sentiment interface {
	Version() string
	Supports(language string) bool
	Score(t plain.Text, within discussion.Span, language string) discussion.Sentiment
}

// Themes finds what a text speaks of.
type Themes interface {
	Version() string
	Tag(t plain.Text, language string) []theme.Hit
}

// Store gives posts and takes annotations, which are safe after Flush.
type Store interface {
	Pending(ctx context.Context, model string) (int, iter.Seq2[[]discussion.Text, error], error)
	Annotate(ctx context.Context, texts []discussion.Text, notes []discussion.Annotation) error
	Flush(ctx context.Context) error
}

// Reasons for which a post is not scored.
const (
	ReasonGone     = "gone"      // deleted, removed or forgotten
	ReasonArticle  = "article"   // somebody else's text, which the thread is about
	ReasonEmpty    = "empty"     // nothing but links, names, quotes or code
	ReasonShort    = "too short" // one word that says nothing of tone
	ReasonLanguage = "language"  // no model for its language
)

// Model is the parts that make an annotation.
type Model struct {
	Language  Language
	Sentiment Sentiment
	Themes    Themes
}

// textVersion changes when package plain or language read a text differently.
const textVersion = "text-2"

// Version names the model: it changes when any part does.
func (m Model) Version() string {
	return textVersion + " " + m.Sentiment.Version() + " " + m.Themes.Version()
}

// Annotate returns the annotation of one post.
func (m Model) Annotate(t discussion.Text) discussion.Annotation { return m.worker().annotate(t) }

// worker annotates one post after another.
type worker struct {
	Model
	version string
}

// worker returns a worker of its own for a goroutine: what a part of the model
// needs once for many posts is made here.
func (m Model) worker() worker { return worker{m, m.Version()} }

func (m worker) annotate(t discussion.Text) discussion.Annotation {
	note := discussion.Annotation{Post: t.Post, ContentHash: t.ContentHash, Model: m.version, Language: "und"}
	if t.State.Gone() {
		note.Reason = ReasonGone
		return note
	}
	text := plain.Read(t)
	note.Plain, note.Words = text.Plain, text.Words()
	note.Language, note.Confidence = m.Language.Identify(text, t.Language, t.Around)
	if t.Kind == discussion.KindArticle {
		note.Reason = ReasonArticle
		return note
	}
	if note.Words == 0 {
		note.Reason = ReasonEmpty
		return note
	}
	m.score(text, &note)
	if hits := m.Themes.Tag(text, note.Language); len(hits) > 0 {
		tones := m.tones(&text, &note)
		note.Themes = make([]discussion.ThemeTag, len(hits))
		for i, hit := range hits {
			note.Themes[i] = tones.tag(hit)
		}
	}
	return note
}

func (m worker) score(text plain.Text, note *discussion.Annotation) {
	if !m.Sentiment.Supports(note.Language) {
		note.Reason = ReasonLanguage
		return
	}
	note.Sentiment = m.Sentiment.Score(text, discussion.Span{End: len(text.Plain)}, note.Language)
	if note.Words == 1 && note.Sentiment.Label == discussion.Neutral && len(note.Sentiment.Evidence) == 0 {
		note.Reason = ReasonShort
		return
	}
	note.Scored = true
}

// tones are the tones of the sentences of a post. Each is found when it is
// asked for, and once, as themes are often in the same sentence.
type tones struct {
	worker
	text  *plain.Text
	note  *discussion.Annotation
	known []discussion.Sentiment // by sentence; without a label where not asked for
}

func (m worker) tones(text *plain.Text, note *discussion.Annotation) tones {
	return tones{m, text, note, make([]discussion.Sentiment, len(text.Sentences))}
}

func (s tones) of(i int) discussion.Sentiment {
	if s.known[i].Label == "" {
		s.known[i] = s.note.Sentiment
		if len(s.known) > 1 {
			s.known[i] = s.Sentiment.Score(*s.text, s.text.Sentences[i], s.note.Language)
		}
	}
	return s.known[i]
}

// tag gives a theme the tone of the sentences that speak of it.
func (s tones) tag(hit theme.Hit) discussion.ThemeTag {
	tag := discussion.ThemeTag{Theme: hit.Theme, Confidence: hit.Confidence, Evidence: hit.Evidence}
	if !s.note.Scored {
		return tag
	}
	var few [4]discussion.Sentiment // on the stack, and mostly enough
	parts := few[:0]
	for i, sentence := range s.text.Sentences {
		if overlaps(sentence, hit.Evidence) {
			parts = append(parts, s.of(i))
		}
	}
	tag.Sentiment = s.note.Sentiment
	if len(parts) > 0 {
		tag.Sentiment = mean(parts)
	}
	return tag
}

func overlaps(s discussion.Span, list []discussion.Span) bool {
	for _, e := range list {
		if e.Start < s.End && s.Start < e.End {
			return true
		}
	}
	return false
}

// mean averages probabilities; the label is the likeliest one, neutral on a tie.
func mean(parts []discussion.Sentiment) discussion.Sentiment {
	var m discussion.Sentiment
	for _, p := range parts {
		for i := range m.P {
			m.P[i] += p.P[i] / float64(len(parts))
		}
		m.Irony = max(m.Irony, p.Irony)
	}
	m.Decide()
	return m
}
