package ingest

import (
	"slices"
	"strings"
	"unicode"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// matcher keeps the threads in which one of a source's words occurs: see
// study.MatchForm. It sees a page at a time, so that a thread that is spread
// over pages is kept from its first match on.
type matcher struct {
	terms [][]string // lower case; a trailing * stands for any ending
	kept  map[string]bool
}

func newMatcher(terms []string) *matcher {
	if len(terms) == 0 {
		return nil
	}
	m := &matcher{kept: map[string]bool{}}
	for _, t := range terms {
		m.terms = append(m.terms, words(t))
	}
	return m
}

// filter returns the posts of threads that match, and how many others there are.
func (m *matcher) filter(posts []discussion.Post) ([]discussion.Post, int) {
	for i := range posts {
		if m.matches(&posts[i]) {
			m.kept[thread(&posts[i])] = true
		}
	}
	all := len(posts)
	posts = slices.DeleteFunc(posts, func(p discussion.Post) bool { return !m.kept[thread(&p)] })
	return posts, all - len(posts)
}

// thread names a post's thread as well as its source knows it.
func thread(p *discussion.Post) string {
	switch {
	case p.Thread != "":
		return p.Thread
	case p.Parent != "":
		return p.Parent
	}
	return p.URI
}

func (m *matcher) matches(p *discussion.Post) bool {
	have := words(p.Title + " " + p.Content + " " + strings.Join(p.Tags, " "))
	for i := range have {
		for _, term := range m.terms {
			if len(term) > 0 && startsWith(have[i:], term) {
				return true
			}
		}
	}
	return false
}

func startsWith(have, term []string) bool {
	if len(have) < len(term) {
		return false
	}
	for i, w := range term {
		stem, open := strings.CutSuffix(w, "*")
		if have[i] != stem && !(open && strings.HasPrefix(have[i], stem)) {
			return false
		}
	}
	return true
}

func words(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return r != '*' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)
	})
}
