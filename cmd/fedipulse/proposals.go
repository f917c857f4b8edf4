package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/annotate/codebook"
	"github.com/fedipulse/fedipulse/internal/annotate/propose"
	"github.com/fedipulse/fedipulse/internal/annotate/tag"
	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/store"
)

// proposals is what is asked of fedipulse themes propose.
type proposals struct {
	targets, asJSON bool
	most, posts     int
}

func newThemesPropose(a *app) *cobra.Command {
	p := proposals{}
	c := &cobra.Command{
		Use:   "propose THEME | --targets",
		Short: "Propose terms for a theme, or targets, from the posts of the study",
		Long: `Shows the words and pairs of words that the posts of a theme have far more often
than the others of the same language, and that no pattern of the theme finds: the
log-odds ratio with an informative Dirichlet prior (Monroe, Colaresi, Quinn
2008) by its standard error, z. Terms of fewer than three posts, of one author or
with a z below 1.96 are left out.

With --targets it shows names that many posts have and no target does, as prose
finds them in English posts: it takes other words for names too.

` + exitHelp,
		Example: `  fedipulse themes propose theft
  fedipulse themes propose --targets`,
		Args: func(_ *cobra.Command, args []string) error {
			if (len(args) == 1) == p.targets || len(args) > 1 {
				return errors.New("name one theme, or give --targets")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if p.most < 1 || p.posts < 1 {
				return usagef("--most and --posts are numbers from 1 up")
			}
			return a.propose(c.Context(), args, p)
		},
		ValidArgsFunction: a.completeThemes,
	}
	a.studyFlag(c)
	a.dbFlag(c)
	f := c.Flags()
	f.BoolVar(&p.targets, "targets", false, "propose targets")
	f.IntVar(&p.most, "most", 30, "how many to show")
	f.IntVar(&p.posts, "posts", 2000, "how many English posts --targets reads")
	f.BoolVar(&p.asJSON, "json", false, "answer as JSON")
	return c
}

func (a *app) propose(ctx context.Context, args []string, p proposals) error {
	return a.onPosts(ctx, args, func(s *store.Store, t *tag.Tagger, entries []int) error {
		if p.targets {
			return a.proposeTargets(ctx, s, t, p)
		}
		return a.proposeTerms(ctx, s, t, entries[0], p)
	})
}

func (a *app) proposeTerms(ctx context.Context, s *store.Store, t *tag.Tagger, theme int, p proposals) error {
	name := t.Themes.Entries[theme].Name
	terms := propose.NewTerms()
	r := &again{Reader: t.Reader()}
	n := 0
	for _, of := range []bool{true, false} { // posts of the theme first
		if err := reactions(ctx, s, "", func(c *counted) error {
			if has(r.tags(c), name) != of {
				return nil
			}
			if of {
				n++
				terms.Add(&r.Words, c.author)
			} else {
				terms.AddOther(&r.Words)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	known := finder(t.Themes)
	list := terms.Best(p.most, func(language, term string) bool { return known(term, language, theme) })
	if p.asJSON {
		return writeObject(a.stdout, list)
	}
	fmt.Fprintf(a.stdout, "%s have the theme %s\n", plural(n, "post"), name)
	if len(list) == 0 {
		fmt.Fprintln(a.stdout, "no term is in three of them or more, by two authors or more, and far rarer in others")
		return nil
	}
	fmt.Fprintln(a.stdout)
	writeColumns(a.stdout, func(row rowFunc) {
		row("term", "language", "posts", "other posts", "log-odds", "z")
		for _, x := range list {
			row(visible(x.Term), visible(x.Language), fmt.Sprint(x.In), fmt.Sprint(x.Out), fmt.Sprintf("%+.2f", x.LogOdds), fmt.Sprintf("%.1f", x.Z))
		}
	})
	return nil
}

func has(tags tag.Tags, theme string) bool {
	for _, t := range tags.Themes {
		if t.Theme == theme {
			return true
		}
	}
	return false
}

func (a *app) proposeTargets(ctx context.Context, s *store.Store, t *tag.Tagger, p proposals) error {
	names, err := propose.NewNames()
	if err != nil {
		return err
	}
	n := 0
	// Ids are hashes: the first are as good as drawn by chance.
	err = reactions(ctx, s, fmt.Sprintf("and language = 'en' order by post limit %d", p.posts), func(c *counted) error {
		n++
		names.Add(c.text, c.author)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	known := finder(t.Targets)
	list := names.Best(p.most, func(name string) bool { return known(name, "en", -1) })
	if p.asJSON {
		return writeObject(a.stdout, list)
	}
	fmt.Fprintf(a.stdout, "%s read\n", plural(n, "English post"))
	if len(list) == 0 {
		fmt.Fprintln(a.stdout, "no name but those of the targets is in three of them or more, by two authors or more")
		return nil
	}
	fmt.Fprintln(a.stdout)
	writeColumns(a.stdout, func(row rowFunc) {
		row("name", "prose says", "posts")
		for _, x := range list {
			row(visible(x.Name), x.Kind, fmt.Sprint(x.Posts))
		}
	})
	return nil
}

// finder reports whether a codebook has a pattern for a term, in one entry or in
// any.
func finder(b *codebook.Book) func(term, language string, entry int) bool {
	var tokens token.List
	var words codebook.Words
	return func(term, language string, entry int) bool {
		tokens.ReadTerm(term, language)
		words.Read(&tokens)
		for _, m := range b.Find(&words, nil) {
			if entry < 0 || m.Entry == entry {
				return true
			}
		}
		return false
	}
}
