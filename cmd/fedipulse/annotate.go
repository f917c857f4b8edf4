package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/data"
	"github.com/fedipulse/fedipulse/internal/annotate"
	"github.com/fedipulse/fedipulse/internal/annotate/language"
	"github.com/fedipulse/fedipulse/internal/annotate/sentiment"
	"github.com/fedipulse/fedipulse/internal/annotate/tag"
	"github.com/fedipulse/fedipulse/internal/store"
	"github.com/fedipulse/fedipulse/internal/study"
)

func newAnnotate(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "annotate",
		Short: "Tag new and changed posts with language, tone and themes",
		Long: `Annotates the posts that the current model has not seen as they are now. A post
is annotated again when its text or the model of tone changes. When a theme or
the targets change, all posts are read again and those tags replaced, in one
step. Until a run has come to its end, some posts may be without annotation: no
report counts them.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.alone(c.Context(), a.annotate) },
	}
	a.studyFlag(c)
	a.dbFlag(c)
	return c
}

func (a *app) annotate(ctx context.Context, q question, s *store.Store) error {
	m, err := model(q)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := s.Begin(context.WithoutCancel(ctx), "annotate", version()); err != nil {
		return err
	}
	var show func(int)
	var end func()
	sum, err := annotate.Run(ctx, s, m, func(sum annotate.Summary) {
		if show == nil {
			show, end = a.bar("annotate", "posts", sum.Pending)
		}
		show(sum.Done)
	})
	if end != nil {
		end()
	}
	outcome := "nothing new"
	if sum.Done > 0 {
		outcome = fmt.Sprintf("%s, %d scored, %d with themes, %s", plural(sum.Done, "post"), sum.Scored, sum.Tagged, time.Since(began).Round(10*time.Millisecond))
	}
	if sum.Again > 0 {
		outcome += fmt.Sprintf("; themes changed: %s read again", plural(sum.Again, "post"))
	}
	err = errors.Join(err, s.End(context.WithoutCancel(ctx), outcome, sum.Done+sum.Again > 0))
	a.say("annotate", outcome, "posts", sum.Done, "scored", sum.Scored, "tagged", sum.Tagged)
	return err
}

// model puts the parts together, of which each takes as long to load.
func model(q question) (annotate.Model, error) {
	var tone *sentiment.Model
	var failed error
	var loading sync.WaitGroup
	loading.Go(func() { tone, failed = sentiment.Load(data.Lexicon, data.Sentiment) })
	tags, err := tagger(q)
	loading.Wait()
	if err = cmp.Or(err, failed); err != nil {
		return annotate.Model{}, err
	}
	return annotate.Model{Language: language.Identifier{}, Sentiment: tone, Tags: tags}, nil
}

// tagger reads the codebooks: the built-in ones, and over them those of the
// folders that the study names.
func tagger(q question) (*tag.Tagger, error) {
	t, err := tag.Load(data.Codebook, data.Targets, data.Tags, tag.Own{Themes: q.folder(q.Themes), Targets: q.folder(q.Targets)})
	if err != nil {
		return nil, usagef("codebook: %w", err)
	}
	return t, nil
}

// folder opens a codebook of the study's own, or returns nil.
func (q question) folder(name string) fs.FS {
	if on, ok := q.files.(disk); ok && name != study.DefaultCodebook {
		return disk(on.path(name))
	}
	return nil
}

// versions names all parts of a model, for people.
func versions(m annotate.Model) string { return m.Version() + " " + m.Tags.Version() }
