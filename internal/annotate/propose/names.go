package propose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/jdkato/prose/v3/ner"
	"github.com/jdkato/prose/v3/tag"
	"github.com/jdkato/prose/v3/tokenize"
)

// Names counts the names in posts. They are found by prose, whose model knows
// English, misses many names and takes other words for names: what it finds is a
// proposal to people.
type Names struct {
	names map[string]*name // by their folded form
	small map[string]int   // posts that have a word in small letters

	words *tokenize.Tokenizer
	parts *tag.Tagger
	found *ner.Extracter
}

type name struct {
	forms         map[string]int
	posts         int
	author, label string
	several       bool // authors
}

// Name is a name and how often it is used.
type Name struct {
	Name  string `json:"name"`
	Kind  string `json:"kind"` // as prose has it: PERSON, GPE
	Posts int    `json:"posts"`
}

// NewNames returns no counts. It loads the models of prose.
func NewNames() (*Names, error) {
	parts, err := tag.New()
	if err != nil {
		return nil, fmt.Errorf("load prose: %w", err)
	}
	found, err := ner.New()
	if err != nil {
		return nil, fmt.Errorf("load prose: %w", err)
	}
	return &Names{map[string]*name{}, map[string]int{}, tokenize.New(), parts, found}, nil
}

// Limits of what prose is given: its time grows with the square of what has no
// blanks in it.
const (
	maxText = 10_000 // bytes
	maxRun  = 64     // bytes without a blank
)

// Add counts the names of an English text. It takes some milliseconds.
func (t *Names) Add(text, author string) {
	text = readable(text)
	tokens := t.words.Tokenize(text)
	t.parts.TagTokens(tokens)
	t.found.Label(tokens)
	seen := map[string]bool{}
	for _, w := range tokens {
		if len(w.Text) <= maxRun && !seen[w.Text] && strings.ToLower(w.Text) == w.Text {
			seen[w.Text] = true
			t.small[w.Text]++
		}
	}
	clear(seen)
	for _, e := range t.found.Chunk(text, tokens) {
		form := strings.Join(strings.Fields(e.Text), " ")
		key := strings.ToLower(form)
		if seen[key] || !isName(form) {
			continue
		}
		seen[key] = true
		n := t.names[key]
		if n == nil {
			n = &name{forms: map[string]int{}, author: author, label: e.Label}
			t.names[key] = n
		}
		n.posts++
		n.forms[form]++
		n.several = n.several || n.author != author
	}
}

// readable is a text without what prose takes too long over.
func readable(text string) string {
	var kept []string
	for _, word := range strings.FieldsFunc(text[:min(len(text), maxText)], unicode.IsSpace) {
		if len(word) <= maxRun {
			kept = append(kept, word)
		}
	}
	return strings.ToValidUTF8(strings.Join(kept, " "), "")
}

// isName refuses what prose takes for names and is not: handles, hashtags,
// addresses, contractions, shouts.
func isName(s string) bool {
	return len(s) >= 3 && !strings.ContainsAny(s, "@#/⟨⟩:_*'’") && strings.ContainsFunc(s, unicode.IsUpper) && strings.ContainsFunc(s, unicode.IsLower)
}

// Best returns the names in most posts, at most n, that are in some posts, by more
// than one author, and that known does not have. What more posts have in small
// letters is a word that began a sentence.
func (t *Names) Best(n int, known func(name string) bool) []Name {
	list := []Name{}
	for key, c := range t.names {
		if c.posts < fewest || !c.several || t.small[key] >= c.posts || known(key) {
			continue
		}
		best := ""
		for form, uses := range c.forms {
			if best == "" || uses > c.forms[best] || uses == c.forms[best] && form < best {
				best = form
			}
		}
		list = append(list, Name{best, c.label, c.posts})
	}
	slices.SortFunc(list, func(a, b Name) int { return cmp.Or(b.Posts-a.Posts, cmp.Compare(a.Name, b.Name)) })
	return list[:min(n, len(list))]
}
