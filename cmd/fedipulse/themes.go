package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/annotate/codebook"
	"github.com/fedipulse/fedipulse/internal/annotate/tag"
)

func newThemes(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "themes",
		Short: "List, check and try the themes, and propose terms for them",
		Long: `Works on the codebook: the themes that are built in, and those of the study's
own folder ([codebook] themes = "FOLDER"), which has one TOML file per theme:

  title = "Kettles"
  definition = "Boiling water is praised or blamed."
  [patterns]
  en = ["kettle*", "boil* + water", "steam !engine"]
  [examples]
  match = ["en: My kettle is on."]
  no_match = ["en: A steam engine."]

A file named like a built-in theme takes its place, or adds to it if it says
extends = true. Of a pattern every word counts as a whole: steal* stands for
words that begin so, *recht for long ones that end so, "a + b" for both in one
sentence, "a !b" for a without b. [exclude] lists phrases that undo a match.
English patterns count in every language.`,
		SuggestionsMinimumDistance: 2,
		Args:                       aCommand,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newThemesList(a), newThemesCheck(a), newThemesTry(a), newThemesPropose(a))
	return c
}

func newThemesList(a *app) *cobra.Command {
	asJSON := false
	c := &cobra.Command{
		Use:   "list [THEME...]",
		Short: "List the themes, or show what a theme is",
		Args:  cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, names []string) error {
			t, err := a.tagger()
			if err != nil {
				return err
			}
			entries, err := chosen(t, names)
			if err != nil {
				return err
			}
			var list []themeEntry
			for _, k := range entries {
				list = append(list, entryOf(t, k))
			}
			switch {
			case asJSON:
				return writeObject(a.stdout, list)
			case len(names) > 0:
				for _, e := range list {
					e.write(a)
				}
			default:
				writeColumns(a.stdout, func(row rowFunc) {
					row("theme", "title", "patterns", "examples", "from")
					for _, e := range list {
						row(visible(e.Theme), visible(e.Title), fmt.Sprint(e.Patterns), fmt.Sprint(e.Examples), e.From)
					}
				})
			}
			return nil
		},
		ValidArgsFunction: a.completeThemes,
	}
	a.studyFlag(c)
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

// themeEntry is what there is to say of a theme.
type themeEntry struct {
	Theme      string         `json:"theme"`
	Title      string         `json:"title"`
	Definition string         `json:"definition"`
	Counts     string         `json:"counts"`
	Not        string         `json:"not"`
	Patterns   int            `json:"patterns"`
	ByLanguage map[string]int `json:"patterns_by_language"`
	Examples   int            `json:"examples"`
	From       string         `json:"from"`       // built in; extended, by the study; the study
	DecidedBy  string         `json:"decided_by"` // patterns; patterns and weights
}

func entryOf(t *tag.Tagger, k int) themeEntry {
	e := &t.Themes.Entries[k]
	x := themeEntry{Theme: e.Name, Title: e.Title, Definition: e.Definition, Counts: e.Counts, Not: e.Not, ByLanguage: map[string]int{}}
	x.Patterns, x.Examples = e.Size()
	for language, list := range e.Patterns {
		x.ByLanguage[language] = len(list)
	}
	x.From, x.DecidedBy = "the study", "patterns"
	if t.Learned(k) {
		x.From, x.DecidedBy = "built in", "patterns and weights"
	}
	if e.Extends {
		x.From = "extended"
	}
	return x
}

func (e themeEntry) write(a *app) {
	fmt.Fprintf(a.stdout, "%s: %s\n\n%s\n", visible(e.Theme), visible(e.Title), visible(e.Definition))
	for _, note := range [][2]string{{"counts", e.Counts}, {"does not count", e.Not}} {
		if note[1] != "" {
			fmt.Fprintf(a.stdout, "%s: %s\n", note[0], visible(note[1]))
		}
	}
	var parts []string
	for _, language := range slices.Sorted(maps.Keys(e.ByLanguage)) {
		parts = append(parts, fmt.Sprintf("%s %d", language, e.ByLanguage[language]))
	}
	fmt.Fprintf(a.stdout, "patterns: %d (%s); examples: %d; from %s; decided by %s\n\n", e.Patterns, strings.Join(parts, ", "), e.Examples, e.From, e.DecidedBy)
}

func newThemesCheck(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "check [FOLDER]",
		Short: "Check the codebooks of the study, or a folder of themes",
		Long: `Reads the themes and the targets of the study and holds each to its examples. All
that is wrong is named with its file and line. With a FOLDER, its themes take the
place of those of the study.

` + exitHelp,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			q, err := a.load()
			if err != nil {
				return err
			}
			if len(args) == 1 {
				if _, err := os.Stat(args[0]); err != nil {
					return usagef("read themes: %w\nname a folder of TOML files", err)
				}
				q.files, q.Themes = disk("."), args[0]
			}
			t, err := tagger(q)
			if err != nil {
				return err
			}
			for _, part := range []struct {
				name string
				book *codebook.Book
			}{{"theme", t.Themes}, {"target", t.Targets}} {
				if err := part.book.Check(); err != nil {
					return usagef("%ss: %w", part.name, err)
				}
				patterns, examples := 0, 0
				for i := range part.book.Entries {
					p, x := part.book.Entries[i].Size()
					patterns, examples = patterns+p, examples+x
				}
				fmt.Fprintf(a.stdout, "ok  %s: %s, %s\n", plural(len(part.book.Entries), part.name), plural(patterns, "pattern"), plural(examples, "example"))
			}
			return nil
		},
	}
	a.studyFlag(c)
	return c
}

// tagger reads the codebooks of the study.
func (a *app) tagger() (*tag.Tagger, error) {
	q, err := a.load()
	if err != nil {
		return nil, err
	}
	return tagger(q)
}

// chosen returns the places of the named themes, or of all.
func chosen(t *tag.Tagger, names []string) (list []int, err error) {
	for _, name := range names {
		k, ok := t.Themes.Index(name)
		if !ok {
			return nil, usagef("there is no theme %q\nsee fedipulse themes list", name)
		}
		list = append(list, k)
	}
	for k := range t.Themes.Entries {
		if len(names) == 0 {
			list = append(list, k)
		}
	}
	return list, nil
}

// completeThemes completes names of themes for the shell.
func (a *app) completeThemes(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	t, err := a.tagger()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var list []cobra.Completion
	for i := range t.Themes.Entries {
		list = append(list, cobra.CompletionWithDesc(t.Themes.Entries[i].Name, t.Themes.Entries[i].Title))
	}
	return list, cobra.ShellCompDirectiveNoFileComp
}
