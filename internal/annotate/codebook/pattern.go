package codebook

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/fedipulse/fedipulse/internal/annotate/token"
)

// pattern is what a line of a codebook says.
type pattern struct {
	text    string
	book    int // of those that are searched for at once
	entry   int // of all their entries
	exclude bool
	parts   []phrase // all in one sentence; a match is where the first stands
	without []phrase // none in the sentence
}

// phrase is words in a row.
type phrase []atom

// atom is a word, or a part of one that is enough.
type atom struct {
	form           string
	hash           uint64
	before, beyond bool // more of the word may stand before it, and after it
}

// Letters that what is left of a word must have: shorter pieces are in half the
// dictionary.
const (
	minStem = 3 // steal*
	minTail = 4 // *recht, *diebstahl*
	minLong = 8 // bytes of a word that is looked into
)

// Limits of a pattern.
const (
	maxWords   = 12
	maxParts   = 4
	maxWithout = 16
)

// parsePattern reads a pattern as package codebook describes it.
func parsePattern(text string) (pattern, error) {
	p := pattern{text: text}
	body, rest, _ := strings.Cut(text, "!")
	for _, part := range strings.Split(body, "+") {
		words, err := parsePhrase(part)
		if err != nil {
			return p, err
		}
		p.parts = append(p.parts, words)
	}
	if strings.Contains(text, "!") {
		for _, part := range strings.Split(rest, "!") {
			words, err := parsePhrase(part)
			if err != nil {
				return p, err
			}
			p.without = append(p.without, words)
		}
	}
	if len(p.parts) > maxParts || len(p.without) > maxWithout {
		return p, fmt.Errorf("it has %d parts and %d conditions; %d and %d are the most", len(p.parts), len(p.without), maxParts, maxWithout)
	}
	return p, nil
}

func parsePhrase(text string) (phrase, error) {
	var p phrase
	var list token.List
	var words Words
	for _, field := range strings.Fields(text) {
		inner, before := strings.CutPrefix(field, "*")
		inner, beyond := strings.CutSuffix(inner, "*")
		if strings.Contains(inner, "*") {
			return nil, fmt.Errorf("in %q: * stands at the ends of words only", field)
		}
		list.ReadTerm(inner, "")
		words.Read(&list)
		for i, w := range words.list {
			p = append(p, atom{form: string(w.folded), hash: w.hash, before: before && i == 0, beyond: beyond && i == len(words.list)-1})
		}
	}
	if len(p) == 0 {
		return nil, errors.New("it has no words")
	}
	if len(p) > maxWords {
		return nil, fmt.Errorf("it has %d words, %d are the most", len(p), maxWords)
	}
	for _, a := range p {
		n := utf8.RuneCountInString(a.form)
		if a.beyond && n < minStem {
			return nil, fmt.Errorf("%s*: a stem needs at least %d letters", a.form, minStem)
		}
		if a.before && n < minTail {
			return nil, fmt.Errorf("*%s: the end of a word needs at least %d letters", a.form, minTail)
		}
	}
	return p, nil
}

// fits reports whether a word is what the atom asks for.
func (a *atom) fits(w *word) bool {
	switch {
	case a.hash == w.hash:
		return true
	case !a.before && !a.beyond:
		return false
	case !a.before:
		return len(w.folded) > len(a.form) && string(w.folded[:len(a.form)]) == a.form
	case len(w.folded) < minLong || len(w.folded) < len(a.form):
		return false
	case !a.beyond:
		return string(w.folded[len(w.folded)-len(a.form):]) == a.form
	}
	return strings.Contains(string(w.folded), a.form) // compiles without a copy
}

// whole reports whether the phrase has no parts of words.
func (p phrase) whole() bool {
	return !slices.ContainsFunc(p, func(a atom) bool { return a.before || a.beyond })
}

// at reports whether the phrase stands at word i.
func (p phrase) at(list []word, i int) bool {
	if i < 0 || len(list)-i < len(p) {
		return false
	}
	for k := range p {
		if !p[k].fits(&list[i+k]) {
			return false
		}
	}
	return true
}

// holds reports whether the conditions of a pattern hold in a sentence.
func (p *pattern) holds(sentence []word) bool {
	for _, part := range p.parts[1:] {
		if !part.in(sentence) {
			return false
		}
	}
	for _, part := range p.without {
		if part.in(sentence) {
			return false
		}
	}
	return true
}

// in reports whether the phrase stands in a row of words.
func (p phrase) in(list []word) bool {
	for i := 0; i+len(p) <= len(list); i++ {
		if p.at(list, i) {
			return true
		}
	}
	return false
}
