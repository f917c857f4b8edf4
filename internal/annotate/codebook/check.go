package codebook

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Check holds every entry to its examples: those of match have a pattern of it,
// those of no_match have none. It reports all that do not, by file and line.
func (b *Book) Check() error {
	var tokens token.List
	var words Words
	var wrong []error
	for i, e := range b.Entries {
		for _, x := range slices.Concat(e.Examples.Match, e.Examples.NoMatch) {
			language, content, _ := strings.Cut(x, ": ")
			text := plain.Read(discussion.Text{Content: content, Format: discussion.Plain})
			tokens.Read(&text, language)
			words.Read(&tokens)
			found := b.Find(&words, nil)
			at := slices.IndexFunc(found, func(m Match) bool { return m.Entry == i })
			switch wanted := slices.Contains(e.Examples.Match, x); {
			case wanted && at < 0:
				wrong = append(wrong, fmt.Errorf("%s: no pattern matches the example %q", e.places[x], x))
			case !wanted && at >= 0:
				wrong = append(wrong, fmt.Errorf("%s: the pattern %q matches the example %q, which should have none", e.places[x], found[at].Pattern, x))
			}
		}
	}
	return errors.Join(wrong...)
}

// Size returns how many patterns and how many examples an entry has.
func (e *Entry) Size() (patterns, examples int) {
	for _, list := range e.Patterns {
		patterns += len(list)
	}
	return patterns, len(e.Examples.Match) + len(e.Examples.NoMatch)
}
