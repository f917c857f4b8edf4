// Package tag finds what a post speaks of and whom it is about: the themes and
// the targets of two codebooks.
//
// Patterns are one witness. The other is learned: for every word, pair of words
// and piece of a word that enough labelled posts have, a table holds how much it
// speaks for each theme and each target, so that a theme is found without its
// words, and its words in another sense are not. For a theme that a study brings
// itself, patterns alone decide. What was learned is in data/tags/weights.bin,
// which tag/train makes; how right it is, in the README beside it.
package tag

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/fedipulse/fedipulse/internal/annotate/codebook"
)

// OffTopic is the theme of posts on other subjects. It stands alone, but for
// jokes.
const (
	OffTopic = "off_topic"
	humor    = "humor"
)

// NoTarget is the answer that a post is about nobody.
const NoTarget = "none"

// codeVersion changes when the same codebooks and weights tag differently.
const codeVersion = "3"

// Tagger tags texts. It may be used from many goroutines.
type Tagger struct {
	Themes, Targets *codebook.Book

	both    *codebook.Joint
	weights *Weights
	table   *table
	learned []int  // by entry of Themes: its column, or -1 where patterns alone decide
	targets []int  // by entry of Targets: its column, or -1 where patterns alone decide
	named   []bool // by entry of Targets: Entry.Named
	unnamed []bool // by entry of Targets: it may be meant where no pattern of it is found
	other   Column // what a target is worth that nothing was learned of: the average of the others
	digest  string // of the weights
	version string
}

// Own are the folders of a study's own codebooks, which come over the shipped
// ones; nil where it has none.
type Own struct{ Themes, Targets fs.FS }

// Load reads the codebooks of themes and of targets and weights.bin.
func Load(themes, targets, weights fs.FS, own Own) (*Tagger, error) {
	shipped, err := codebook.Load(themes)
	if err != nil {
		return nil, fmt.Errorf("themes: %w", err)
	}
	t := &Tagger{Themes: shipped}
	if own.Themes != nil {
		if t.Themes, err = codebook.Load(themes, own.Themes); err != nil {
			return nil, fmt.Errorf("themes: %w", err)
		}
	}
	layers := []fs.FS{targets}
	if own.Targets != nil {
		layers = append(layers, own.Targets)
	}
	if t.Targets, err = codebook.Load(layers...); err != nil {
		return nil, fmt.Errorf("targets: %w", err)
	}
	const name = "weights.bin"
	data, err := fs.ReadFile(weights, name)
	if err != nil {
		return nil, fmt.Errorf("tags: %w", err)
	}
	w, digest, err := decode(data)
	if err != nil {
		return nil, fmt.Errorf("tags: %s: %w", name, err)
	}
	t.digest = digest
	t.use(w, shipped)
	t.version = fmt.Sprintf("tags-%s-%s-%s-%s", codeVersion, digest, t.Themes.Version(), t.Targets.Version())
	return t, nil
}

// use takes up weights. They go for the themes that are as they were shipped, or
// add to these.
func (t *Tagger) use(w *Weights, shipped *codebook.Book) {
	t.weights, t.table, t.both = w, newTable(w), codebook.Join(t.Themes, t.Targets)
	column := func(list []Column, name string) int {
		return slices.IndexFunc(list, func(c Column) bool { return c.Name == name })
	}
	for i := range t.Themes.Entries {
		e := &t.Themes.Entries[i]
		at := -1
		if k, ok := shipped.Index(e.Name); ok && strings.HasPrefix(e.Version(), shipped.Entries[k].Version()) {
			at = column(w.Themes, e.Name)
		}
		t.learned = append(t.learned, at)
	}
	for i := range t.Targets.Entries {
		t.targets = append(t.targets, column(w.Targets, t.Targets.Entries[i].Name))
		t.named = append(t.named, t.Targets.Entries[i].Named)
		t.unnamed = append(t.unnamed, t.targets[i] >= 0 && !t.named[i])
	}
	n := float32(len(w.Targets) - 1)
	for _, c := range w.Targets[1:] {
		for i, v := range c.Dense {
			t.other.Dense[i] += v / n
		}
		for i, v := range c.Hits {
			t.other.Hits[i] += v / n
		}
	}
}

// Learned reports whether what was learned decides on a theme, beside its
// patterns.
func (t *Tagger) Learned(theme int) bool { return t.learned[theme] >= 0 }

// Version names code, codebooks and weights.
func (t *Tagger) Version() string { return t.version }

// Versions names what decides on each theme, by its name, and on the targets, by
// "". Where one differs, its tags may; those of no other do.
func (t *Tagger) Versions() map[string]string {
	all := map[string]string{"": "targets-" + codeVersion + "-" + t.digest + "-" + t.Targets.Version()}
	for i := range t.Themes.Entries {
		e := &t.Themes.Entries[i]
		all[e.Name] = "theme-" + codeVersion + "-" + e.Version()
		if t.learned[i] >= 0 {
			all[e.Name] += "-" + t.digest
		}
	}
	return all
}
