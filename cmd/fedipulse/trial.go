package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/tag"
	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/store"
)

func newThemesTry(a *app) *cobra.Command {
	samples, asJSON := 5, false
	c := &cobra.Command{
		Use:   "try [THEME...]",
		Short: "Try the codebook on the posts of the study; nothing is changed",
		Long: `Tags the posts of the database that count with the codebook as it is now and
shows, for each theme, how many posts it has, how many of them are new and how
many are gone since the database was tagged last. For the themes that are named
it also shows which patterns were found, what other themes the posts have, and a
sample of posts with the words in [brackets]: the same sample on every run.

` + exitHelp,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, names []string) error {
			if samples < 0 {
				return usagef("--samples: %d is not a number from 0 up", samples)
			}
			return a.try(c.Context(), names, samples, asJSON)
		},
		ValidArgsFunction: a.completeThemes,
	}
	a.studyFlag(c)
	a.dbFlag(c)
	c.Flags().IntVar(&samples, "samples", samples, "how many posts to show of each theme that is named")
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

// trial is what a codebook finds in the posts of a study that count.
type trial struct {
	Posts  int          `json:"posts"`
	Themes []themeTrial `json:"themes"`
}

type themeTrial struct {
	Theme    string        `json:"theme"`
	Posts    int           `json:"posts"`
	Authors  int           `json:"authors"`
	New      int           `json:"new"`         // posts that did not have it when the database was tagged
	Gone     int           `json:"gone"`        // posts that had it then and do not now
	Learned  int           `json:"no_patterns"` // of Posts: found by what was learned alone
	Patterns []countedText `json:"patterns,omitempty"`
	Unused   int           `json:"patterns_not_found"` // of all languages
	Overlaps []countedText `json:"overlaps,omitempty"` // posts that have another theme too
	Samples  []sampledPost `json:"samples,omitempty"`
	authors  map[string]bool
	patterns map[string]int
	with     []int // by theme
}

type countedText struct {
	Name  string `json:"name"`
	Posts int    `json:"posts"`
}

type sampledPost struct {
	Post       string    `json:"post"`
	Confidence float64   `json:"confidence"`
	New        bool      `json:"new"`
	Text       string    `json:"text"`
	Evidence   []stretch `json:"evidence"`
}

// counted is a post that counts, as the database has it.
type counted struct {
	post, author, text, language string
	tone                         discussion.Sentiment
	themes                       []string
}

// reactions calls do with every post that counts, or with those that more SQL
// says.
func reactions(ctx context.Context, s *store.Store, more string, do func(*counted) error) error {
	rows, err := s.Query(ctx, `select post::varchar, coalesce(author::varchar, ''), coalesce(text, ''), language, sentiment, p_negative, p_neutral, p_positive,
		irony, array_to_string(themes, ' ') from reactions where text is not null `+more)
	if err != nil {
		return fmt.Errorf("read posts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var c counted
		var themes string
		t := &c.tone
		if err := rows.Scan(&c.post, &c.author, &c.text, &c.language, (*string)(&t.Label), &t.P[0], &t.P[1], &t.P[2], &t.Irony, &themes); err != nil {
			return fmt.Errorf("read posts: %w", err)
		}
		t.Score, c.themes = t.P[2]-t.P[0], strings.Fields(themes)
		if err := do(&c); err != nil {
			return err
		}
	}
	return rows.Err()
}

// again tags posts that the database has the words of.
type again struct {
	*tag.Reader
	text   plain.Text
	tokens token.List
}

func (r *again) tags(c *counted) tag.Tags {
	r.text = plain.Again(c.text)
	r.tokens.Read(&r.text, c.language)
	return r.Read(&r.tokens, &c.tone)
}

// onPosts opens the database for reading, with the codebook of the study and the
// places of the themes that are named in it.
func (a *app) onPosts(ctx context.Context, names []string, do func(*store.Store, *tag.Tagger, []int) error) (err error) {
	q, err := a.load()
	if err != nil {
		return err
	}
	t, err := tagger(q)
	if err != nil {
		return err
	}
	entries, err := chosen(t, names)
	if err != nil {
		return err
	}
	s, err := a.openReader(ctx, q)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return do(s, t, entries)
}

func (a *app) try(ctx context.Context, names []string, samples int, asJSON bool) error {
	if len(names) == 0 {
		samples = 0
	}
	return a.onPosts(ctx, names, func(s *store.Store, t *tag.Tagger, entries []int) error {
		x, err := tryAll(ctx, s, t, samples)
		if err != nil {
			return err
		}
		if x.Posts == 0 {
			return fmt.Errorf("no post of %s counts yet\nfedipulse run or fedipulse annotate tags posts first", a.dbPath)
		}
		x.finish(t, entries)
		if asJSON {
			return writeObject(a.stdout, x)
		}
		var out bytes.Buffer
		x.write(&out, len(names) > 0, brush{colour: a.colour()})
		_, err = out.WriteTo(a.stdout)
		return err
	})
}

func tryAll(ctx context.Context, s *store.Store, t *tag.Tagger, samples int) (*trial, error) {
	r := &again{Reader: t.Reader()}
	x := newTrial(t)
	return x, reactions(ctx, s, "", func(c *counted) error {
		x.add(r, c, samples)
		return nil
	})
}

func newTrial(t *tag.Tagger) *trial {
	x := &trial{Themes: make([]themeTrial, len(t.Themes.Entries))}
	for k := range x.Themes {
		x.Themes[k] = themeTrial{Theme: t.Themes.Entries[k].Name, authors: map[string]bool{}, patterns: map[string]int{}, with: make([]int, len(x.Themes))}
	}
	return x
}

func (x *trial) add(r *again, c *counted, samples int) {
	x.Posts++
	found := r.tags(c).Themes
	places := make([]int, len(found))
	for i, f := range found {
		places[i], _ = r.Themes.Index(f.Theme)
	}
	for i, f := range found {
		k := places[i]
		t := &x.Themes[k]
		t.Posts++
		t.authors[c.author] = true
		for _, other := range places {
			t.with[other]++
		}
		isNew := !slices.Contains(c.themes, f.Theme)
		if isNew {
			t.New++
		}
		hit := false
		seen := map[string]bool{}
		for _, m := range r.Found() {
			if m.Entry == k && !seen[m.Pattern] {
				seen[m.Pattern], hit = true, true
				t.patterns[m.Pattern]++
			}
		}
		if !hit {
			t.Learned++
		}
		t.sample(samples, sampledPost{c.post, f.Confidence, isNew, r.text.Plain, stretchesOf(r.text.Plain, f.Evidence)})
	}
	for _, name := range c.themes {
		k, ok := r.Themes.Index(name)
		if ok && !slices.Contains(places, k) {
			x.Themes[k].Gone++
		}
	}
}

// sample keeps the posts whose ids come first: ids are hashes, and as good as
// drawn by chance.
func (t *themeTrial) sample(most int, p sampledPost) {
	at, _ := slices.BinarySearchFunc(t.Samples, p, func(a, b sampledPost) int { return strings.Compare(a.Post, b.Post) })
	if at < most {
		t.Samples = slices.Insert(t.Samples, at, p)
		t.Samples = t.Samples[:min(most, len(t.Samples))]
	}
}

// finish sorts what was counted, and keeps the chosen themes.
func (x *trial) finish(t *tag.Tagger, entries []int) {
	byPosts := func(a, b countedText) int { return cmp.Or(b.Posts-a.Posts, strings.Compare(a.Name, b.Name)) }
	list := []themeTrial{}
	for _, k := range entries {
		one := x.Themes[k]
		one.Authors = len(one.authors)
		for pattern, n := range one.patterns {
			one.Patterns = append(one.Patterns, countedText{pattern, n})
		}
		size, _ := t.Themes.Entries[k].Size()
		one.Unused = size - len(one.Patterns)
		for other, n := range one.with {
			if other != k && n > 0 {
				one.Overlaps = append(one.Overlaps, countedText{x.Themes[other].Theme, n})
			}
		}
		slices.SortFunc(one.Patterns, byPosts)
		slices.SortFunc(one.Overlaps, byPosts)
		list = append(list, one)
	}
	x.Themes = list
}

func (x *trial) write(w io.Writer, whole bool, b brush) {
	fmt.Fprintf(w, "%s that count\n\n", plural(x.Posts, "post"))
	writeColumns(w, func(row rowFunc) {
		row("theme", "posts", "share", "authors", "new", "gone", "without a pattern")
		for _, t := range x.Themes {
			row(visible(t.Theme), fmt.Sprint(t.Posts), percent(t.Posts, x.Posts), fmt.Sprint(t.Authors), fmt.Sprintf("+%d", t.New), fmt.Sprintf("-%d", t.Gone), fmt.Sprint(t.Learned))
		}
	})
	if !whole {
		return
	}
	for _, t := range x.Themes {
		t.write(w, b)
	}
}

// mostPatterns is how many patterns of a theme are shown.
const mostPatterns = 20

func (t *themeTrial) write(w io.Writer, b brush) {
	fmt.Fprintf(w, "\n%s: patterns that were found\n", visible(t.Theme))
	writeColumns(w, func(row rowFunc) {
		for _, p := range t.Patterns[:min(mostPatterns, len(t.Patterns))] {
			row("  "+short(visible(p.Name)), fmt.Sprint(p.Posts))
		}
	})
	if more := len(t.Patterns) - mostPatterns; more > 0 {
		fmt.Fprintf(w, "  and %d others\n", more)
	}
	fmt.Fprintf(w, "  not found: %s\n", plural(t.Unused, "pattern"))
	if len(t.Overlaps) > 0 {
		fmt.Fprintf(w, "\n%s: other themes of its posts\n", visible(t.Theme))
		writeColumns(w, func(row rowFunc) {
			for _, o := range t.Overlaps {
				row("  "+visible(o.Name), fmt.Sprint(o.Posts), percent(o.Posts, t.Posts))
			}
		})
	}
	for i, p := range t.Samples {
		if i == 0 {
			fmt.Fprintf(w, "\n%s: %d of its %s\n", visible(t.Theme), len(t.Samples), plural(t.Posts, "post"))
		}
		mark := " "
		if p.New {
			mark = "+"
		}
		fmt.Fprintf(w, "%s %s  confidence %.2f\n    %s\n", mark, p.Post, p.Confidence, strings.ReplaceAll(b.draw(p.Text, p.Evidence), "\n", "\n    "))
	}
}

// short cuts a long pattern, so that its line fits a terminal.
func short(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

func percent(n, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of))
}
