// Package sentiment says in what tone a stretch of text is written: negative,
// neutral or positive, with a probability for each, how likely it is that the
// words are not meant as they stand, and the words that decided.
//
// A text is read once (package reading). A table holds for the hash of every
// word, pair of words, negated word and, where few texts are labelled, piece of
// a word what it adds to each answer; the sums of a small grammar over word
// lists are weighed beside it; and for English a small convolutional network,
// turned into tables too, has a say. Everything is learned: by sentiment/train,
// which writes data/sentiment/weights.bin. What the model was trained on, how
// right it is and what it gets wrong is in data/sentiment/README.md.
package sentiment

import (
	"fmt"
	"io/fs"
	"math"
	"slices"
	"sync"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/sentiment/reading"
	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// The ways to read a text: who wrote it, and where, says how words are meant.
const (
	Fediverse = "fediverse" // posts on Lemmy and Mastodon
	Tweet     = "tweet"     // short posts on anything
	Forum     = "forum"     // comments on Reddit; English only
	ironic    = "irony"     // the head that finds irony in tweets
)

// Ways lists the ways to read a text.
var Ways = []string{Fediverse, Tweet, Forum}

// version changes when the same weights and lists score a text differently.
const version = "2"

// Model is the weights and the word lists. It may be used from many goroutines.
type Model struct {
	version string
	way     string
	lists   *reading.Lists
	parts   map[string]*part
	idle    *sync.Pool // of scorers
}

// part is one language, and how it is read.
type part struct {
	*Part
	answer func() *answer // made when it is first asked for
}

// Load reads the word lists and weights.bin. An error names the file.
func Load(lexicons, weights fs.FS) (*Model, error) {
	lists, err := reading.Load(lexicons)
	if err != nil {
		return nil, err
	}
	const name = "weights.bin"
	data, err := fs.ReadFile(weights, name)
	if err != nil {
		return nil, fmt.Errorf("load sentiment model: %w", err)
	}
	w, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("load sentiment model: %s: %w", name, err)
	}
	return New(lists, w, digest(data))
}

// New returns the model of weights that are in memory.
func New(lists *reading.Lists, w *Weights, name string) (*Model, error) {
	m := &Model{parts: map[string]*part{}, lists: lists}
	for i := range w.Parts {
		p := &w.Parts[i]
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("sentiment model: %s: %w", p.Language, err)
		}
		if !lists.Supports(p.Language) {
			return nil, fmt.Errorf("sentiment model: there is no word list for %q", p.Language)
		}
		m.parts[p.Language] = &part{Part: p}
		if p.Opinions > 0 {
			m.lists = m.lists.With(p.Language, reading.NewOpinions(p.OpinionHashes, p.OpinionValues))
		}
	}
	m.version = "tone-" + version + "-" + name + "-" + lists.Version()
	return m.As(Fediverse)
}

// As returns the model that reads texts in one of the Ways. A language that
// was not trained for it is read as tweets.
func (m *Model) As(way string) (*Model, error) {
	known := false
	for _, w := range Ways {
		known = known || w == way
	}
	if !known {
		return nil, fmt.Errorf("read as %q: want one of %v", way, Ways)
	}
	other := *m
	other.way = way
	other.parts = make(map[string]*part, len(m.parts))
	other.idle = &sync.Pool{New: func() any { return other.Scorer() }}
	for language, p := range m.parts {
		other.parts[language] = &part{Part: p.Part, answer: sync.OnceValue(func() *answer { return p.compose(way) })}
	}
	return &other, nil
}

// Version names the model; it changes with the code, the weights and the lists.
func (m *Model) Version() string { return m.version + " " + m.way }

// Score returns the tone of t.Plain[within.Start:within.End], read as language,
// as a Scorer of the model does, with evidence to keep.
func (m *Model) Score(t plain.Text, within discussion.Span, language string) discussion.Sentiment {
	s := m.idle.Get().(*Scorer)
	defer m.idle.Put(s)
	s.own.Read(&t, language)
	s.Open(&s.own)
	got := s.Score(within)
	got.Evidence = slices.Clone(got.Evidence)
	return got
}

// Scorer scores texts, one after the other, without allocating. It is not for
// concurrent use.
type Scorer struct {
	model    *Model
	answer   *answer // of the text's language; nil where it is not supported
	read     *reading.Reader
	own      token.List
	text     *token.List
	known    token.Known[weighed]
	words    []weighed // the tokens of the text
	pairs    []uint32  // per token: the row of it and the one before
	ids      []uint32  // per token: its number in the network's vocabulary
	features []reading.Feature
	pool     pooled
	table    [numbers]float32 // what the rows of the stretch in hand add up to
	share    []int32          // per token of it: what its rows add to positive less negative
	evidence []discussion.Span
}

// Scorer returns a scorer of the model.
func (m *Model) Scorer() *Scorer {
	return &Scorer{model: m, read: m.lists.Reader()}
}

// Open takes up a text, read as the language that is to be scored. Score then
// scores it, or stretches of it, as long as the list holds that text. What is in
// tables larger than a processor's cache is looked up here, once, in loops that do
// not wait for it. Open reports false for a language that is not supported.
func (s *Scorer) Open(text *token.List) bool {
	p := s.model.parts[text.Language]
	if p == nil {
		s.answer = nil
		return false
	}
	s.read.Open(text)
	a := p.answer()
	s.text, s.answer = text, a
	words, _ := s.known.Open(text)
	n := len(text.Tokens)
	s.words, s.pairs, s.ids = slices.Grow(s.words[:0], n)[:n], slices.Grow(s.pairs[:0], n)[:n], slices.Grow(s.ids[:0], n)[:n]
	before := uint64(reading.Edge)
	for i := range s.pairs {
		word := s.read.Word(i)
		s.pairs[i] = uint32(Bucket(reading.Pair(before, word), a.bits))
		before = word
	}
	for i, at := range s.pairs {
		s.pairs[i] = a.rows[at]
	}
	numbers := text.Numbers()
	for i, n := range numbers {
		s.words[i] = *words.At(n)
	}
	for i := range s.words {
		w := &s.words[i]
		if !w.known {
			*w = s.weigh(a, i)
			if n := numbers[i]; n > 0 {
				*words.At(n) = *w
			}
		}
		s.ids[i] = w.id
	}
	return true
}

// Score returns the tone of a stretch of the text. Evidence is in bytes of its
// plain text, and is overwritten by the next call. A language that is not
// supported, or a stretch without words, is neutral. Score takes time linear in
// the length of the text.
func (s *Scorer) Score(within discussion.Span) discussion.Sentiment {
	out, ok := s.score(within)
	if ok {
		s.gather(maxEvidence)
		out.Evidence = s.evidence
	}
	return out
}

// Tone is Score without the evidence.
func (s *Scorer) Tone(within discussion.Span) discussion.Sentiment {
	tone, _ := s.score(within)
	return tone
}

// Telling is Tone of a stretch in which there is evidence, and reports false of
// another, in less time.
func (s *Scorer) Telling(within discussion.Span) (tone discussion.Sentiment, says bool) {
	if !s.take(within) {
		return tone, false
	}
	if s.gather(1); len(s.evidence) == 0 {
		return tone, false
	}
	return s.finish(), true
}

// score reports false for a stretch that has no words to be scored.
func (s *Scorer) score(within discussion.Span) (discussion.Sentiment, bool) {
	if !s.take(within) {
		return discussion.Sentiment{Label: discussion.Neutral, P: [3]float64{0, 1, 0}}, false
	}
	return s.finish(), true
}

// take reads a stretch and looks its words up. It reports false for one that has
// none.
func (s *Scorer) take(within discussion.Span) bool {
	if s.answer == nil {
		return false
	}
	if s.read.Read(within); len(s.read.Chunks) == 0 {
		return false
	}
	s.table = [numbers]float32{}
	s.share = slices.Grow(s.share[:0], s.read.Tokens())[:s.read.Tokens()]
	for i := range s.read.Chunks {
		s.look(&s.read.Chunks[i])
	}
	return true
}

// finish scores the stretch that was taken.
func (s *Scorer) finish() discussion.Sentiment {
	z := s.add()
	out := discussion.Sentiment{P: softmax([3]float32(z[:]))}
	if s.answer.ironies {
		out.Irony = 1 / (1 + math.Exp(-float64(z[ironyAt])))
	}
	// Set phrases of irony are rare enough to be missed by what was learned.
	for i := range s.read.Chunks {
		out.Irony = 1 - (1-out.Irony)*(1-float64(s.read.Chunks[i].Irony))
	}
	out.Decide()
	return out
}

// Clause returns the part of a sentence of the text that a word stands in: as far
// as the next word that turns against what was said before, semicolon, colon,
// dash or bracket, or comma between parts that are long enough to be clauses. It is
// the sentence where the language is not supported.
func (s *Scorer) Clause(sentence, word discussion.Span) discussion.Span {
	if s.answer == nil {
		return sentence
	}
	return s.read.Clause(sentence, word)
}

// add adds up what speaks for each answer in the stretch that was taken.
func (s *Scorer) add() [numbers]float32 {
	a := s.answer
	var dense [reading.Dense]float32
	var found [3 * filters]float32
	for i := range s.read.Chunks {
		c := &s.read.Chunks[i]
		for k, v := range c.Dense {
			dense[k] += c.Weight * v
		}
		if a.net != nil {
			a.net.pool(s.ids[c.Tokens:c.TokensEnd], &s.pool)
			a.net.activations(&s.pool, c.Weight, &found)
		}
	}
	z := a.bias
	for k := range z {
		z[k] += s.table[k]*a.scale[k] + dot(a.dense[k], dense[:])
		if a.net != nil {
			z[k] += dot(a.found[k][:], found[:])
		}
	}
	return z
}

func dot(w, x []float32) float32 {
	x = x[:len(w)]
	var a, b, c, d float32 // four sums, as each waits for the one before
	i := 0
	for ; i+8 <= len(w); i += 8 {
		v, y := (*[8]float32)(w[i:]), (*[8]float32)(x[i:])
		a, b, c, d = a+v[0]*y[0], b+v[1]*y[1], c+v[2]*y[2], d+v[3]*y[3]
		a, b, c, d = a+v[4]*y[4], b+v[5]*y[5], c+v[6]*y[6], d+v[7]*y[7]
	}
	for ; i+4 <= len(w); i += 4 {
		a, b, c, d = a+w[i]*x[i], b+w[i+1]*x[i+1], c+w[i+2]*x[i+2], d+w[i+3]*x[i+3]
	}
	for ; i < len(w); i++ {
		a += w[i] * x[i]
	}
	return a + b + c + d
}

// softmax turns answers into probabilities.
func softmax(z [3]float32) (p [3]float64) {
	top := max(z[0], z[1], z[2])
	sum := 0.0
	for i := range p {
		p[i] = math.Exp(float64(z[i] - top))
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// Lists returns the word lists that the model reads with.
func (m *Model) Lists() *reading.Lists { return m.lists }
