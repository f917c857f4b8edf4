package theme

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Hit is a theme that a text speaks of.
type Hit struct {
	Theme      string
	Confidence float64           // grows with the number of different phrases; not calibrated
	Evidence   []discussion.Span // the phrases, in order, none inside another
}

// phrase is a sequence of folded words; one that ended in * is a stem.
type phrase struct {
	words  []string
	stems  []bool
	theme  int
	cancel bool
}

// matcher finds phrases by their first word: exactly, or by every prefix of it
// that is as long as some stem.
type matcher struct {
	exact map[string][]phrase
	stems map[string][]phrase
	min   int // bytes of the shortest stem
	max   int // bytes of the longest one

	maybe [1 << 10]uint64 // the hashes of all of them: what is not here need not be looked up
}

func newMatcher() *matcher {
	return &matcher{exact: map[string][]phrase{}, stems: map[string][]phrase{}, min: maxWord}
}

// The hash of a word, a byte at a time (FNV-1a).
const hashSeed = 2166136261

func hashByte(h uint32, c byte) uint32 { return (h ^ uint32(c)) * 16777619 }

// note sets the bit of a word in m.maybe.
func (m *matcher) note(w string) {
	h := uint32(hashSeed)
	for i := range len(w) {
		h = hashByte(h, w[i])
	}
	m.maybe[h>>22] |= 1 << (h >> 16 & 63)
}

func (m *matcher) may(h uint32) bool { return m.maybe[h>>22]&(1<<(h>>16&63)) != 0 }

// minStem keeps stems from matching half the dictionary.
const minStem = 3

func (m *matcher) add(text string, theme int, cancel bool) error {
	p := phrase{theme: theme, cancel: cancel}
	for _, field := range strings.Fields(text) {
		stem := strings.HasSuffix(field, "*")
		parts := split(strings.TrimSuffix(field, "*"), nil)
		for i, w := range parts {
			p.words = append(p.words, w.folded)
			p.stems = append(p.stems, stem && i == len(parts)-1)
		}
	}
	if len(p.words) == 0 {
		return errors.New("it has no words")
	}
	first := p.words[0]
	m.note(first)
	if !p.stems[0] {
		m.exact[first] = append(m.exact[first], p)
		return nil
	}
	if utf8.RuneCountInString(first) < minStem {
		return errors.New("a stem needs at least three letters")
	}
	m.stems[first] = append(m.stems[first], p)
	m.min, m.max = min(m.min, len(first)), max(m.max, len(first))
	return nil
}

// Tag returns the themes of a text in the order of their names. It takes time
// linear in the text.
func (c *Codebook) Tag(t plain.Text, language string) []Hit {
	m, ok := c.matchers[language]
	if !ok {
		m = c.matchers[""]
	}
	s := scratch.Get().(*memory)
	defer scratch.Put(s)
	s.words = visible(t, split(t.Plain, s.words[:0]))
	s.found, s.cancelled = s.found[:0], s.cancelled[:0]
	for i := range s.words {
		m.at(s.words[i:], func(p *phrase) {
			hit := match{discussion.Span{Start: s.words[i].Start, End: s.words[i+len(p.words)-1].End}, p}
			if p.cancel {
				s.cancelled = append(s.cancelled, hit)
			} else {
				s.found = append(s.found, hit)
			}
		})
	}
	return c.hits(s)
}

// memory is what a text needs while it is matched.
type memory struct {
	words                  []word
	found, cancelled, list []match
}

// scratch keeps the memory of texts that are done.
var scratch = sync.Pool{New: func() any { return new(memory) }}

// hits sorts what was found by theme.
func (c *Codebook) hits(s *memory) []Hit {
	if len(s.found) == 0 {
		return nil
	}
	var themes [4]uint64 // which may have one
	for _, m := range s.found {
		themes[m.phrase.theme>>6&3] |= 1 << (m.phrase.theme & 63)
	}
	var hits []Hit
	for i := range c.themes {
		if themes[i>>6&3]&(1<<(i&63)) == 0 {
			continue
		}
		s.list = s.list[:0]
		for _, m := range s.found {
			if m.phrase.theme == i && !undone(m, s.cancelled) {
				s.list = append(s.list, m)
			}
		}
		if len(s.list) > 0 {
			hits = append(hits, Hit{c.themes[i].Name, confidence(s.list), evidence(s.list)})
		}
	}
	return hits
}

type match struct {
	discussion.Span
	phrase *phrase
}

// at calls found for every phrase that begins at the first of words.
func (m *matcher) at(words []word, found func(*phrase)) {
	w := words[0].folded
	h := uint32(hashSeed)
	for i := range len(w) {
		h = hashByte(h, w[i])
		if i+1 >= m.min && i+1 <= m.max && m.may(h) {
			try(m.stems[w[:i+1]], words, found)
		}
	}
	if m.may(h) {
		try(m.exact[w], words, found)
	}
}

func try(list []phrase, words []word, found func(*phrase)) {
	for i := range list {
		if list[i].fits(words) {
			found(&list[i])
		}
	}
}

func (p *phrase) fits(words []word) bool {
	if len(words) < len(p.words) {
		return false
	}
	for i, want := range p.words {
		have := words[i].folded
		if have != want && !(p.stems[i] && strings.HasPrefix(have, want)) {
			return false
		}
	}
	return true
}

// undone reports whether a phrase that cancels the theme overlaps a match.
func undone(m match, cancelled []match) bool {
	for _, c := range cancelled {
		if c.phrase.theme == m.phrase.theme && c.Start < m.End && m.Start < c.End {
			return true
		}
	}
	return false
}

func confidence(list []match) float64 {
	different := 0
	for i, m := range list {
		if different < 3 && !slices.ContainsFunc(list[:i], func(o match) bool { return o.phrase == m.phrase }) {
			different++
		}
	}
	return [...]float64{0.6, 0.8, 0.9}[different-1]
}

// evidence merges matches that overlap.
func evidence(list []match) []discussion.Span {
	var out []discussion.Span
	for _, m := range list {
		if n := len(out); n > 0 && m.Start < out[n-1].End {
			out[n-1].End = max(out[n-1].End, m.End)
			continue
		}
		out = append(out, m.Span)
	}
	return out
}
