// Package annotate is stage 3: it reads the posts that the current model has
// not seen as they are now, and says of each in which language it is, in what
// tone, of which themes it speaks and whom it is about.
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
	"github.com/fedipulse/fedipulse/internal/annotate/tag"
	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Language finds the language of a text. Declared is what author or platform
// said, often wrongly; around is the language of the thread or the study.
type Language interface {
	Identify(t plain.Text, declared, around string) (tag string, confidence float64)
}

// Store gives posts and takes annotations, which are safe after Flush. It keeps none
// of the lists that it is given: their memory is used again.
type Store interface {
	Pending(ctx context.Context, model string) (int, iter.Seq2[[]discussion.Text, error], error)
	Annotate(ctx context.Context, texts []discussion.Text, notes []discussion.Annotation) error
	Retag(ctx context.Context, model string, taggers map[string]string, tag func(changed map[string]bool, texts []discussion.Text, notes []discussion.Annotation) error) (int, error)
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
	Tags      *tag.Tagger
}

// textVersion changes when package plain or language read a text differently.
const textVersion = "text-2"

// Version names what reads the text and its tone. Themes and targets have
// versions of their own: see tag.Tagger.Versions.
func (m Model) Version() string { return textVersion + " " + m.Sentiment.Version() }

// Annotate returns the annotation of one post.
func (m Model) Annotate(t discussion.Text) discussion.Annotation { return m.Annotator()(t) }

// Annotator returns a function that annotates posts, one after another, and does
// not look up again what it knows of a word. It is not for concurrent use.
func (m Model) Annotator() func(discussion.Text) discussion.Annotation {
	w := m.worker()
	return func(t discussion.Text) (note discussion.Annotation) {
		w.annotate(&t, &note)
		return note
	}
}

// worker annotates one post after another. It is not for concurrent use.
type worker struct {
	Model
	version string
	text    plain.Text // the words of the post in hand
	tokens  token.List
	tone    *sentiment.Scorer
	tags    *tag.Reader
	known   []stretch
	clauses []clause
	lists   *lists // of the annotations
}

// lists is memory for the lists of many annotations.
type lists struct {
	spans   []discussion.Span
	themes  []discussion.ThemeTag
	targets []discussion.TargetTag
}

// empty makes the memory free again, when nobody needs the annotations any more.
func (l *lists) empty() { *l = lists{l.spans[:0], l.themes[:0], l.targets[:0]} }

// stretch is a clause or a sentence of the post in hand, and its tone.
type stretch struct {
	discussion.Span
	tone discussion.Sentiment
}

// clause is a clause of the post in hand, and which of the known stretches has its
// tone: it, or its sentence.
type clause struct {
	discussion.Span
	tone int
}

// worker returns a worker of its own for a goroutine: what a part of the model
// needs once for many posts is made here.
func (m Model) worker() *worker {
	return &worker{Model: m, version: m.Version(), tone: m.Sentiment.Scorer(), tags: m.Tags.Reader(), lists: &lists{}}
}

// annotate fills an empty note.
func (m *worker) annotate(t *discussion.Text, note *discussion.Annotation) {
	note.Post, note.ContentHash, note.Model, note.Language = t.Post, t.ContentHash, m.version, "und"
	if t.State.Gone() {
		note.Reason = ReasonGone
		return
	}
	m.text = plain.Read(*t)
	note.Plain, note.Words = m.text.Plain, m.text.Words()
	note.Language, note.Confidence = m.Language.Identify(m.text, t.Language, t.Around)
	if t.Kind == discussion.KindArticle {
		note.Reason = ReasonArticle
		return
	}
	if note.Words == 0 {
		note.Reason = ReasonEmpty
		return
	}
	m.tokens.Read(&m.text, note.Language)
	m.score(note)
	m.find(note)
	m.aim(note)
}

func (m *worker) score(note *discussion.Annotation) {
	if !m.tone.Open(&m.tokens) {
		note.Reason = ReasonLanguage
		return
	}
	note.Sentiment = m.tone.Score(discussion.Span{End: len(note.Plain)})
	note.Sentiment.Evidence = keep(&m.lists.spans, note.Sentiment.Evidence)
	for i, p := range note.Sentiment.P {
		note.Sentiment.P[i] = float64(float32(p)) // as the store keeps it, so that tagging anew finds the same
	}
	if note.Words == 1 && note.Sentiment.Label == discussion.Neutral && len(note.Sentiment.Evidence) == 0 {
		note.Reason = ReasonShort
		return
	}
	note.Scored = true
}

// retag adds the tags of a text that changed names, by theme and by "" for the
// targets, to a note that says in which language and tone it was read before.
func (m *worker) retag(changed map[string]bool, t discussion.Text, note *discussion.Annotation) {
	m.text = plain.Read(t)
	note.Plain = m.text.Plain
	m.tokens.Read(&m.text, note.Language)
	m.find(note)
	note.Themes = slices.DeleteFunc(note.Themes, func(t discussion.ThemeTag) bool { return !changed[t.Theme] })
	if !changed[""] {
		note.Targets = nil
	}
	if len(note.Themes)+len(note.Targets) > 0 {
		m.tone.Open(&m.tokens)
		m.aim(note)
	}
}

// find adds themes and targets, without their tones.
func (m *worker) find(note *discussion.Annotation) {
	tone := note.Sentiment
	if tone.Label == "" {
		tone = discussion.Sentiment{Label: discussion.Neutral, P: [3]float64{0, 1, 0}}
	}
	tags := m.tags.Read(&m.tokens, &tone)
	note.Themes, note.Targets, note.Answers = keep(&m.lists.themes, tags.Themes), keep(&m.lists.targets, tags.Targets), tags.Answers
	for i := range note.Themes {
		note.Themes[i].Evidence = keep(&m.lists.spans, note.Themes[i].Evidence)
	}
	for i := range note.Targets {
		note.Targets[i].Evidence = keep(&m.lists.spans, note.Targets[i].Evidence)
	}
}

// keep returns a copy of a list, nil if it is empty. Copies for many posts share
// their memory.
func keep[T any](memory *[]T, list []T) []T {
	if len(list) == 0 {
		return nil
	}
	const shared = 256
	if cap(*memory)-len(*memory) < len(list) {
		*memory = make([]T, 0, max(shared, cap(*memory)*5/4, len(list)))
	}
	from := len(*memory)
	*memory = append(*memory, list...)
	return slices.Clip((*memory)[from:])
}

// aim gives themes and targets the tone of what carries them. Towards the main
// target it is also what was learned of the whole post, and that alone where there
// is no other.
func (m *worker) aim(note *discussion.Annotation) {
	if !note.Scored {
		return
	}
	m.known, m.clauses = m.known[:0], m.clauses[:0]
	for i := range note.Themes {
		note.Themes[i].Sentiment = m.toneOf(note, note.Themes[i].Evidence)
	}
	for i := range note.Targets {
		t := &note.Targets[i]
		switch {
		case len(note.Targets) == 1 && t.Main:
		case t.Main:
			t.Sentiment = mean([]discussion.Sentiment{t.Sentiment, m.toneOf(note, t.Evidence)})
		default:
			t.Sentiment = m.toneOf(note, t.Evidence)
		}
	}
}

// toneOf returns the tone of the clauses that have the evidence, or of the whole
// post where nothing in particular has it.
func (m *worker) toneOf(note *discussion.Annotation, evidence []discussion.Span) discussion.Sentiment {
	var few [4]discussion.Sentiment // on the stack, and mostly enough
	parts, last := few[:0], -1
	for _, e := range evidence {
		if at := m.around(note, e); at != last {
			parts = append(parts, m.known[at].tone)
			last = at
		}
	}
	if len(parts) == 0 {
		tone := note.Sentiment
		tone.Evidence = nil
		return tone
	}
	return mean(parts)
}

// around returns the place in m.known of the clause that a word stands in, or of
// its sentence where the clause alone says nothing. Themes are often in the same
// clause: it is found once.
func (m *worker) around(note *discussion.Annotation, e discussion.Span) int {
	for _, c := range m.clauses {
		if e.Start >= c.Start && e.Start < c.End {
			return c.tone
		}
	}
	sentence := discussion.Span{End: len(note.Plain)}
	for _, s := range m.tokens.Text.Sentences {
		if e.Start < s.End {
			sentence = s
			break
		}
	}
	c := clause{Span: m.tone.Clause(sentence, e)}
	if c.tone = m.of(note, c.Span, c.Span == sentence); c.tone < 0 {
		c.tone = m.of(note, sentence, true)
	}
	m.clauses = append(m.clauses, c)
	return c.tone
}

// of returns the place of a stretch in m.known, or -1 for one that says nothing and
// is not wanted even so.
func (m *worker) of(note *discussion.Annotation, s discussion.Span, evenSo bool) int {
	at := slices.IndexFunc(m.known, func(k stretch) bool { return k.Span == s })
	if at >= 0 {
		return at
	}
	k := stretch{Span: s, tone: note.Sentiment}
	if all := m.tokens.Text.Sentences; len(all) == 1 && s == all[0] {
		k.tone.Evidence = nil
	} else if evenSo {
		k.tone = m.tone.Tone(s)
	} else {
		var says bool
		if k.tone, says = m.tone.Telling(s); !says {
			return -1
		}
	}
	m.known = append(m.known, k)
	return len(m.known) - 1
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
