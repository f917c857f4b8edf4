package theme

import (
	"errors"
	"slices"
	"strings"
	"unicode"
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
}

func newMatcher() *matcher {
	return &matcher{exact: map[string][]phrase{}, stems: map[string][]phrase{}, min: maxWord}
}

// minStem keeps stems from matching half the dictionary.
const minStem = 3

func (m *matcher) add(text string, theme int, cancel bool) error {
	p := phrase{theme: theme, cancel: cancel}
	for _, field := range strings.Fields(text) {
		stem := strings.HasSuffix(field, "*")
		parts := split(strings.TrimSuffix(field, "*"))
		for i, w := range parts {
			p.words = append(p.words, w.folded)
			p.stems = append(p.stems, stem && i == len(parts)-1)
		}
	}
	if len(p.words) == 0 {
		return errors.New("it has no words")
	}
	first := p.words[0]
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

// word is a word of a text: folded, and where it stands.
type word struct {
	folded string
	discussion.Span
}

// maxWord bounds the bytes of a word that are compared.
const maxWord = 64

// split cuts a text into words at everything that is neither letter nor digit,
// apostrophes and hyphens included: l'IA is two words, opt-out too.
func split(text string) []word {
	var words []word
	start := -1
	flush := func(end int) {
		if start >= 0 {
			words = append(words, word{fold(text[start:min(end, start+maxWord)]), discussion.Span{Start: start, End: end}})
			start = -1
		}
	}
	for i, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) {
			if start < 0 {
				start = i
			}
			continue
		}
		flush(i)
	}
	flush(len(text))
	return words
}

func fold(w string) string { return strings.ReplaceAll(strings.ToLower(w), "ß", "ss") }

// Tag returns the themes of a text in the order of their names. It takes time
// linear in the text.
func (c *Codebook) Tag(t plain.Text, language string) []Hit {
	m, ok := c.matchers[language]
	if !ok {
		m = c.matchers[""]
	}
	words := visible(t)
	found := make([][]match, len(c.themes))
	var cancelled [][]discussion.Span
	for i := range words {
		m.at(words[i:], func(p *phrase) {
			span := discussion.Span{Start: words[i].Start, End: words[i+len(p.words)-1].End}
			if p.cancel {
				if cancelled == nil {
					cancelled = make([][]discussion.Span, len(c.themes))
				}
				cancelled[p.theme] = append(cancelled[p.theme], span)
				return
			}
			found[p.theme] = append(found[p.theme], match{span, p})
		})
	}
	var hits []Hit
	for i, list := range found {
		if cancelled != nil {
			list = without(list, cancelled[i])
		}
		if len(list) > 0 {
			hits = append(hits, Hit{c.themes[i].Name, confidence(list), evidence(list)})
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
	try := func(list []phrase) {
		for i := range list {
			if list[i].fits(words) {
				found(&list[i])
			}
		}
	}
	try(m.exact[w])
	for n := m.min; n <= len(w) && n <= m.max; n++ {
		try(m.stems[w[:n]])
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

// visible returns the words of a text without names of people and hosts.
func visible(t plain.Text) []word {
	words := split(t.Plain)
	mark := 0
	return slices.DeleteFunc(words, func(w word) bool {
		for mark < len(t.Marks) && t.Marks[mark].End <= w.Start {
			mark++
		}
		for _, m := range t.Marks[mark:] {
			if m.Start > w.Start {
				break
			}
			if w.Start < m.End && (m.Kind == plain.Mention || m.Kind == plain.Link || m.Kind == plain.Emoji) {
				return true
			}
		}
		return false
	})
}

func without(list []match, cancelled []discussion.Span) []match {
	return slices.DeleteFunc(list, func(m match) bool {
		for _, c := range cancelled {
			if c.Start < m.End && m.Start < c.End {
				return true
			}
		}
		return false
	})
}

func confidence(list []match) float64 {
	different := map[*phrase]bool{}
	for _, m := range list {
		different[m.phrase] = true
	}
	return []float64{0.6, 0.8, 0.9}[min(len(different), 3)-1]
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
