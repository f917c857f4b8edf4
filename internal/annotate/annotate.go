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
	"slices"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/sentiment"
	"github.com/fedipulse/fedipulse/internal/annotate/theme"
	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Language finds the language of a text. Declared is what author or platform
// said, often wrongly; around is the language of the thread or the study.
type Language interface {
	Identify(t plain.Text, declared, around string) (tag string, confidence float64)
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
	Sentiment *sentiment.Model
	Themes    *theme.Codebook
}

// textVersion changes when package plain or language read a text differently.
const textVersion = "text-2"

// Version names the model: it changes when any part does.
func (m Model) Version() string {
	return textVersion + " " + m.Sentiment.Version() + " " + m.Themes.Version()
}

// Annotate returns the annotation of one post.
func (m Model) Annotate(t discussion.Text) discussion.Annotation { return m.worker().annotate(t) }

// worker annotates one post after another. It is not for concurrent use.
type worker struct {
	Model
	version string
	tokens  token.List
	tone    *sentiment.Scorer
	known   []discussion.Sentiment // tones of the post's sentences; without a label where not asked for
}

// worker returns a worker of its own for a goroutine: what a part of the model
// needs once for many posts is made here.
func (m Model) worker() *worker {
	return &worker{Model: m, version: m.Version(), tone: m.Sentiment.Scorer()}
}

func (m *worker) annotate(t discussion.Text) discussion.Annotation {
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
	m.tokens.Read(&text, note.Language)
	m.score(&note)
	if hits := m.Themes.Tag(text, note.Language); len(hits) > 0 {
		m.known = slices.Grow(m.known[:0], len(text.Sentences))[:len(text.Sentences)]
		clear(m.known)
		note.Themes = make([]discussion.ThemeTag, len(hits))
		for i, hit := range hits {
			note.Themes[i] = m.tag(&note, hit)
		}
	}
	return note
}

func (m *worker) score(note *discussion.Annotation) {
	if !m.Sentiment.Supports(note.Language) {
		note.Reason = ReasonLanguage
		return
	}
	m.tone.Open(&m.tokens)
	note.Sentiment = m.tone.Score(discussion.Span{End: len(note.Plain)})
	note.Sentiment.Evidence = slices.Clone(note.Sentiment.Evidence)
	if note.Words == 1 && note.Sentiment.Label == discussion.Neutral && len(note.Sentiment.Evidence) == 0 {
		note.Reason = ReasonShort
		return
	}
	note.Scored = true
}

// of returns the tone of a sentence, which is found when it is asked for, and
// once: themes are often in the same sentence.
func (m *worker) of(note *discussion.Annotation, i int) discussion.Sentiment {
	if m.known[i].Label == "" {
		m.known[i] = note.Sentiment
		if len(m.known) > 1 {
			m.known[i] = m.tone.Score(m.tokens.Text.Sentences[i])
		}
		m.known[i].Evidence = nil // the scorer's, and not asked for
	}
	return m.known[i]
}

// tag gives a theme the tone of the sentences that speak of it.
func (m *worker) tag(note *discussion.Annotation, hit theme.Hit) discussion.ThemeTag {
	tag := discussion.ThemeTag{Theme: hit.Theme, Confidence: hit.Confidence, Evidence: hit.Evidence}
	if !note.Scored {
		return tag
	}
	var few [4]discussion.Sentiment // on the stack, and mostly enough
	parts := few[:0]
	for i, sentence := range m.tokens.Text.Sentences {
		if overlaps(sentence, hit.Evidence) {
			parts = append(parts, m.of(note, i))
		}
	}
	tag.Sentiment = note.Sentiment
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
