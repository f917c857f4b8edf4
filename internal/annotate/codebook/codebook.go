// Package codebook finds what people who study a subject have written down as
// phrases: themes, and those whom posts are about. A codebook is a folder with
// one TOML file per entry: a definition for people, patterns per language for the
// program, and examples that hold it to its word.
//
// A pattern is words, compared folded and whole, hyphens and apostrophes being
// ends of words:
//
//	opt out         these words in a row: "opt out", "opt-out", "Opt, out"
//	steal*          a word that begins so; three letters at least
//	*recht          a word of eight letters or more that ends so
//	*diebstahl*     and one that contains it; four letters at least
//	crawler + block*    both in one sentence, in any order
//	steal !bike !car    without any of these phrases in the sentence
//
// Long words match with one letter wrong. A phrase of exclude undoes each match
// of its entry that it overlaps. Whatever the language of a text, the English
// patterns count too, since English terms are used everywhere; where its language
// is not known, those of all languages do.
package codebook

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Entry is one file of a codebook.
type Entry struct {
	Name       string              `toml:"-"` // of the file, without .toml
	Title      string              `toml:"title"`
	Definition string              `toml:"definition"`
	Counts     string              `toml:"counts"` // when it does count
	Not        string              `toml:"not"`    // when it does not
	Named      bool                `toml:"named"`  // it counts only where a pattern was found, whatever was learned
	Patterns   map[string][]string `toml:"patterns"`
	Exclude    map[string][]string `toml:"exclude"`
	Examples   Examples            `toml:"examples"`
	Extends    bool                `toml:"extends"` // adds to the entry of this name in the codebook below

	version string
	places  map[string]string // of the examples: file:line
}

// Examples are texts, each after its language: "de: Das ist Diebstahl."
type Examples struct {
	Match   []string `toml:"match"`
	NoMatch []string `toml:"no_match"`
}

// Languages that a codebook may have patterns for, as BCP 47 base languages.
var Languages = []string{"de", "en", "es", "fr", "it", "pt"}

// Book is a codebook. It may be used from many goroutines.
type Book struct {
	Entries []Entry // by name
	alone   *Joint
}

// codeVersion changes when the same codebook matches differently.
const codeVersion = "2"

// Load reads the .toml files at the root of each folder. A file of a later
// folder takes the place of one of the same name before it, or adds to it if it
// says extends = true. All that is wrong is reported at once, by file and line.
func Load(folders ...fs.FS) (*Book, error) {
	entries := map[string]Entry{}
	var wrong []error
	for _, folder := range folders {
		names, err := fs.Glob(folder, "*.toml")
		if err == nil && len(names) == 0 {
			err = errors.New("no .toml file: a codebook has one per entry")
		}
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := fs.ReadFile(folder, name)
			if err != nil {
				return nil, err
			}
			e, err := parse(name, text)
			if err == nil && e.Extends {
				e, err = e.over(name, entries)
			}
			if err != nil {
				wrong = append(wrong, err)
			}
			entries[e.Name] = e
		}
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	b := &Book{}
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		b.Entries = append(b.Entries, entries[name])
	}
	b.alone = Join(b)
	return b, nil
}

// Version names the code and what the entry says; it changes with every byte of
// its file.
func (e *Entry) Version() string { return e.version }

// Version names all entries.
func (b *Book) Version() string {
	sum := sha256.New()
	for i := range b.Entries {
		fmt.Fprintln(sum, b.Entries[i].Name, b.Entries[i].version)
	}
	return hex.EncodeToString(sum.Sum(nil))[:8]
}

// Index returns the place of an entry in b.Entries.
func (b *Book) Index(name string) (int, bool) {
	return slices.BinarySearchFunc(b.Entries, name, func(e Entry, name string) int { return strings.Compare(e.Name, name) })
}

func parse(name string, text []byte) (Entry, error) {
	e := Entry{Name: strings.TrimSuffix(path.Base(name), ".toml"), places: map[string]string{}}
	sum := sha256.Sum256(append([]byte(codeVersion+"\n"), text...))
	e.version = hex.EncodeToString(sum[:4])
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&e); err != nil {
		return e, located(name, err)
	}
	var wrong []error
	report := func(line int, format string, args ...any) {
		wrong = append(wrong, fmt.Errorf("%s:%d: %w", name, line, fmt.Errorf(format, args...)))
	}
	if !e.Extends && e.Title == "" {
		report(1, "title is missing")
	}
	if !e.Extends && e.Definition == "" {
		report(1, "definition is missing: say in a sentence what counts")
	}
	if len(e.Patterns) == 0 {
		report(1, "[patterns] is missing: give them per language, as in en = [\"opt out\"]")
	}
	for _, table := range []map[string][]string{e.Patterns, e.Exclude} {
		for _, language := range slices.Sorted(maps.Keys(table)) {
			if !slices.Contains(Languages, language) {
				report(lineOf(text, language), "%q is not one of %s", language, strings.Join(Languages, ", "))
			}
			for _, p := range table[language] {
				if _, err := parsePattern(p); err != nil {
					report(lineOf(text, p), "pattern %q: %w", p, err)
				}
			}
		}
	}
	for _, p := range slices.Concat(slices.Collect(maps.Values(e.Exclude))...) {
		if strings.ContainsAny(p, "+!") {
			report(lineOf(text, p), "pattern %q: exclude takes phrases without + and !", p)
		}
	}
	for _, x := range slices.Concat(e.Examples.Match, e.Examples.NoMatch) {
		e.places[x] = fmt.Sprintf("%s:%d", name, lineOf(text, x))
		if language, _, ok := strings.Cut(x, ": "); !ok || !slices.Contains(Languages, language) {
			report(lineOf(text, x), "example %q: begin it with its language, as in \"en: …\"", x)
		}
	}
	return e, errors.Join(wrong...)
}

// over returns the entry of the same name with what e adds to it.
func (e Entry) over(name string, entries map[string]Entry) (Entry, error) {
	base, ok := entries[e.Name]
	if !ok {
		return e, fmt.Errorf("%s:1: extends = true, and there is no entry %s to extend", name, e.Name)
	}
	join := func(a, b map[string][]string) map[string][]string {
		all := map[string][]string{}
		for _, m := range []map[string][]string{a, b} {
			for language, list := range m {
				all[language] = append(all[language], list...)
			}
		}
		return all
	}
	base.Patterns, base.Exclude = join(base.Patterns, e.Patterns), join(base.Exclude, e.Exclude)
	base.Examples.Match = slices.Concat(base.Examples.Match, e.Examples.Match)
	base.Examples.NoMatch = slices.Concat(base.Examples.NoMatch, e.Examples.NoMatch)
	base.version += "+" + e.version
	base.places = maps.Clone(base.places)
	maps.Copy(base.places, e.places)
	base.Extends = true
	return base, nil
}

// lineOf returns the line of a file on which a word stands, or 1.
func lineOf(text []byte, word string) int {
	quoted := strings.Trim(fmt.Sprintf("%q", word), `"`)
	at := max(bytes.Index(text, []byte(word)), bytes.Index(text, []byte(quoted)))
	return 1 + bytes.Count(text[:max(at, 0)], []byte("\n"))
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
