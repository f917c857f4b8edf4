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

// Model is the weights and the word lists. It may be used from many goroutines.
type Model struct {
	version string
	way     string
	lists   *reading.Lists
	parts   map[string]*part
	idle    *sync.Pool // of scorers
}

// part is what is needed to read one language.
type part struct {
	*Part
	net     *net
	rows    []uint64 // the table, eight columns to a number
	columns int
	tone    int // the head that answers for the tone
	toneAt  int // first column of it
	irony   int // the head that answers for irony; -1 where there is none
	ironyAt int
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
		m.parts[p.Language] = newPart(p)
		if p.Opinions > 0 {
			m.lists = m.lists.With(p.Language, reading.NewOpinions(p.OpinionHashes, p.OpinionValues))
		}
	}
	m.version = "tone-" + name + "-" + lists.Version()
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
		q := *p
		q.choose(way)
		other.parts[language] = &q
	}
	return &other, nil
}

// choose finds the heads for a way of reading.
func (p *part) choose(way string) {
	p.tone, p.irony, p.columns = 0, -1, 0
	for i, h := range p.Heads {
		if h.Name == way {
			p.tone = i
		}
		if h.Name == ironic && p.irony < 0 || h.Name == way+" "+ironic {
			p.irony = i
		}
	}
	for i, h := range p.Heads {
		switch i {
		case p.tone:
			p.toneAt = p.columns
		case p.irony:
			p.ironyAt = p.columns
		}
		p.columns += len(h.Scale)
	}
}

// newPart makes of weights what is read while scoring.
func newPart(p *Part) *part {
	q := &part{Part: p, net: newNet(p), rows: make([]uint64, len(p.Table)/8)}
	for i := range q.rows {
		for k, v := range p.Table[8*i : 8*i+8] {
			q.rows[i] |= uint64(uint8(v)) << (8 * k)
		}
	}
	return q
}

// Version names the model; it changes with the code, the weights and the lists.
func (m *Model) Version() string { return m.version + " " + m.way }

// Supports reports whether there are weights for a BCP 47 base language.
func (m *Model) Supports(language string) bool { return m.parts[language] != nil }

// Score returns what a Scorer of the model does, with evidence to keep.
func (m *Model) Score(t plain.Text, within discussion.Span, language string) discussion.Sentiment {
	s := m.idle.Get().(*Scorer)
	got := s.Score(&t, within, language)
	got.Evidence = slices.Clone(got.Evidence)
	m.idle.Put(s)
	return got
}

// Scorer scores texts, one after the other, without allocating. It is not for
// concurrent use.
type Scorer struct {
	model    *Model
	read     *reading.Reader
	words    []uint64
	pool     pooled
	share    []int32 // per token: what its rows add to positive less negative
	evidence []discussion.Span
}

// Scorer returns a scorer of the model.
func (m *Model) Scorer() *Scorer { return &Scorer{model: m, read: m.lists.Reader()} }

// most is the columns that a row may have.
const most = 16

// Score returns the tone of t.Plain[within.Start:within.End], read as language.
// Evidence is in offsets of t.Plain, and is overwritten by the next call. A
// language that is not supported, or a stretch without words, is neutral.
// Score takes time linear in the length of the stretch.
func (s *Scorer) Score(t *plain.Text, within discussion.Span, language string) discussion.Sentiment {
	p := s.model.parts[language]
	if p == nil {
		return discussion.Sentiment{Label: discussion.Neutral, P: [3]float64{0, 1, 0}}
	}
	s.read.Read(t, within, language)
	if len(s.read.Chunks) == 0 {
		return discussion.Sentiment{Label: discussion.Neutral, P: [3]float64{0, 1, 0}}
	}
	answers := s.answers(p)
	out := discussion.Sentiment{}
	at := p.toneAt
	out.P = softmax(answers[at:at+3], p.Heads[p.tone].Temperature)
	if p.irony >= 0 {
		out.Irony = 1 / (1 + math.Exp(-float64(answers[p.ironyAt]/p.Heads[p.irony].Temperature)))
	}
	// Set phrases of irony are rare enough to be missed by what was learned.
	for i := range s.read.Chunks {
		out.Irony = 1 - (1-out.Irony)*(1-float64(s.read.Chunks[i].Irony))
	}
	out.Decide()
	s.gather(p)
	out.Evidence = s.evidence
	return out
}

// answers returns the columns of all heads for the text that was read.
func (s *Scorer) answers(p *part) (z [most]float32) {
	var table [most]float32
	var dense [reading.Dense]float32
	var found [3 * filters]float32
	s.share = slices.Grow(s.share[:0], s.read.Tokens())[:s.read.Tokens()]
	clear(s.share)
	for i := range s.read.Chunks {
		c := &s.read.Chunks[i]
		s.sum(p, c, &table)
		for k, v := range c.Dense {
			dense[k] += c.Weight * v
		}
		if p.net != nil {
			s.words = s.read.Words(c, s.words)
			p.net.pool(s.words, &s.pool)
			p.net.activations(&s.pool, c.Weight, &found)
		}
	}
	at := 0
	for i := range p.Heads {
		h := &p.Heads[i]
		for c := range h.Scale {
			v := table[at+c]*h.Scale[c] + dot(h.Dense[c], dense[:]) + dot(h.Stack[c], z[:at])
			if h.Net != nil {
				v += h.NetShare * (dot(h.Net[c], found[:]) + h.NetBias[c] - v)
			}
			z[at+c] = v
		}
		at += len(h.Scale)
	}
	return z
}

// Rows are added up eight columns at a time, as bytes in 16-bit lanes: 128 more
// than the weight, so that no lane is ever negative, and not more rows than fit.
const (
	bias128   = topBits
	evenBytes = 0x00FF00FF00FF00FF
	fitting   = 65535 / 255
)

// sum adds up the rows of the features of a chunk.
func (s *Scorer) sum(p *part, c *reading.Chunk, out *[most]float32) {
	features := s.read.Of(c)
	for len(features) > 0 {
		some := features[:min(len(features), fitting)]
		features = features[len(some):]
		var acc [4]uint64
		if p.Row == 8 {
			s.sum8(p, some, &acc)
		} else {
			s.sum16(p, some, &acc)
		}
		for k := range p.columns {
			lane := acc[k/8*2+k%2] >> (k % 8 / 2 * 16) & 0xFFFF
			out[k] += c.Weight * float32(int(lane)-128*len(some))
		}
	}
}

func (s *Scorer) sum8(p *part, features []reading.Feature, acc *[4]uint64) {
	var even, odd uint64
	negative, positive := 8*p.toneAt, 8*(p.toneAt+2)
	for _, f := range features {
		x := p.rows[Bucket(f.Hash, p.Bits)] ^ bias128
		even += x & evenBytes
		odd += x >> 8 & evenBytes
		s.share[f.Token] += int32(x>>positive&0xFF) - int32(x>>negative&0xFF)
	}
	acc[0], acc[1] = even, odd
}

func (s *Scorer) sum16(p *part, features []reading.Feature, acc *[4]uint64) {
	var a, b, c, d uint64
	negative, positive := p.toneAt, p.toneAt+2
	for _, f := range features {
		row := (*[2]uint64)(p.rows[2*Bucket(f.Hash, p.Bits):])
		x, y := row[0]^bias128, row[1]^bias128
		a += x & evenBytes
		b += x >> 8 & evenBytes
		c += y & evenBytes
		d += y >> 8 & evenBytes
		s.share[f.Token] += int32((row[positive>>3]^bias128)>>(8*(positive&7))&0xFF) - int32((row[negative>>3]^bias128)>>(8*(negative&7))&0xFF)
	}
	acc[0], acc[1], acc[2], acc[3] = a, b, c, d
}

// Bucket returns the row of a table of 1<<bits rows for a hash.
func Bucket(hash uint64, bits int) int { return int(hash * 0x9e3779b97f4a7c15 >> (64 - bits)) }

func dot(w, x []float32) float32 {
	x = x[:len(w)]
	var a, b, c, d float32 // four sums, as each waits for the one before
	i := 0
	for ; i+4 <= len(w); i += 4 {
		v, y := (*[4]float32)(w[i:]), (*[4]float32)(x[i:])
		a += v[0] * y[0]
		b += v[1] * y[1]
		c += v[2] * y[2]
		d += v[3] * y[3]
	}
	for ; i < len(w); i++ {
		a += w[i] * x[i]
	}
	return a + b + c + d
}

// softmax turns answers into probabilities.
func softmax(z []float32, temperature float32) (p [3]float64) {
	top := max(z[0], z[1], z[2])
	sum := 0.0
	for i := range p {
		p[i] = math.Exp(float64((z[i] - top) / temperature))
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// Answers returns what the heads answer for a text, before it is turned into
// probabilities. Training builds on it.
func (s *Scorer) Answers(t *plain.Text, language string) []float32 {
	p := s.model.parts[language]
	s.read.Read(t, discussion.Span{End: len(t.Plain)}, language)
	z := s.answers(p)
	return z[:p.columns]
}

// Lists returns the word lists that the model reads with.
func (m *Model) Lists() *reading.Lists { return m.lists }
