// Package theme finds the themes that a post speaks of, by the phrases of a
// codebook: one TOML file per theme, with a definition for people, phrases per
// language for the program, and examples that a test holds it to.
//
// Words are compared folded (lower case, ß as ss) and whole; a phrase may end
// words in * for any ending. Whatever the language of a post, the English
// phrases count too, since English terms are used everywhere; where the
// language is not known, those of all languages count.
package theme

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Theme is a theme as people read it.
type Theme struct {
	Name       string // file name without .toml; what the database holds
	Title      string
	Definition string
	Counts     string // when it does count
	Not        string // when it does not
}

// file is one file of the codebook.
type file struct {
	Title      string              `toml:"title"`
	Definition string              `toml:"definition"`
	Counts     string              `toml:"counts"`
	Not        string              `toml:"not"`
	Patterns   map[string][]string `toml:"patterns"` // language -> phrases
	Cancel     map[string][]string `toml:"cancel"`   // language -> phrases that undo a match they overlap
	Examples   struct {
		Match   []string `toml:"match"`
		NoMatch []string `toml:"no_match"`
	} `toml:"examples"`
}

// Codebook is a set of themes, ready to match. It is safe for concurrent use.
type Codebook struct {
	themes   []Theme
	files    []file
	version  string
	matchers map[string]*matcher // by language; "" for a language that is not known
}

// codeVersion changes when the same codebook matches differently.
const codeVersion = "1"

// languages that a codebook may have phrases for.
var languages = []string{"de", "en", "es", "fr", "it", "pt"}

// Load reads every .toml file at the root of fsys. An error names file and
// line.
func Load(fsys fs.FS) (*Codebook, error) {
	names, err := fs.Glob(fsys, "*.toml")
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		return nil, errors.New("no .toml file: a codebook has one per theme")
	}
	c := &Codebook{matchers: map[string]*matcher{}}
	sum := sha256.New()
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(sum, "%s %d\n%s", name, len(text), text)
		if err := c.add(name, text); err != nil {
			return nil, err
		}
	}
	c.version = "theme-" + codeVersion + "-" + hex.EncodeToString(sum.Sum(nil))[:8]
	return c, c.compile()
}

func (c *Codebook) add(name string, text []byte) error {
	var f file
	d := toml.NewDecoder(strings.NewReader(string(text))).DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return located(name, err)
	}
	switch {
	case f.Title == "":
		return fmt.Errorf("%s: title is missing", name)
	case f.Definition == "":
		return fmt.Errorf("%s: definition is missing", name)
	case len(f.Patterns) == 0:
		return fmt.Errorf("%s: [patterns] is missing: give phrases per language, as in en = [\"opt out\"]", name)
	}
	for _, table := range []map[string][]string{f.Patterns, f.Cancel} {
		for language := range table {
			if !slices.Contains(languages, language) {
				return fmt.Errorf("%s: %q is not one of %s", name, language, strings.Join(languages, ", "))
			}
		}
	}
	c.files = append(c.files, f)
	c.themes = append(c.themes, Theme{
		Name: strings.TrimSuffix(path.Base(name), ".toml"), Title: f.Title, Definition: f.Definition, Counts: f.Counts, Not: f.Not,
	})
	return nil
}

// located gives an error of the TOML reader its place.
func located(name string, err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		row, column := strict.Errors[0].Position()
		return fmt.Errorf("%s:%d:%d: unknown key %s", name, row, column, strings.Join(strict.Errors[0].Key(), "."))
	}
	var decode *toml.DecodeError
	if errors.As(err, &decode) {
		row, column := decode.Position()
		return fmt.Errorf("%s:%d:%d: %w", name, row, column, err)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// Version names code and data; it changes with every byte of the codebook.
func (c *Codebook) Version() string { return c.version }

// Themes lists the themes in the order of their names.
func (c *Codebook) Themes() []Theme { return slices.Clone(c.themes) }

func (c *Codebook) compile() error {
	for _, language := range append(languages, "") {
		m := newMatcher()
		for i, f := range c.files {
			for l, phrases := range f.Patterns {
				if err := c.compileInto(m, i, l, language, phrases, false); err != nil {
					return err
				}
				if err := c.compileInto(m, i, l, language, f.Cancel[l], true); err != nil {
					return err
				}
			}
		}
		c.matchers[language] = m
	}
	return nil
}

func (c *Codebook) compileInto(m *matcher, theme int, of, language string, phrases []string, cancel bool) error {
	if of != language && of != "en" && language != "" {
		return nil
	}
	for _, p := range phrases {
		if err := m.add(p, theme, cancel); err != nil {
			return fmt.Errorf("%s.toml: %s: phrase %q: %w", c.themes[theme].Name, of, p, err)
		}
	}
	return nil
}
