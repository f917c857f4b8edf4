package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/data"
	"github.com/fedipulse/fedipulse/internal/annotate"
	"github.com/fedipulse/fedipulse/internal/annotate/language"
	"github.com/fedipulse/fedipulse/internal/annotate/sentiment"
	"github.com/fedipulse/fedipulse/internal/annotate/theme"
	"github.com/fedipulse/fedipulse/internal/store"
	"github.com/fedipulse/fedipulse/internal/study"
)

func newAnnotate(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "annotate",
		Short: "Tag new and changed posts with language, tone and themes",
		Long: `Annotates the posts that the current model has not seen as they are now. A post
is annotated again when its text or any part of the model changes.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return a.alone(c.Context(), a.annotate) },
	}
	a.studyFlag(c)
	a.dbFlag(c)
	return c
}

func (a *app) annotate(ctx context.Context, q question, s *store.Store) error {
	m, _, err := model(q)
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
	err = errors.Join(err, s.End(context.WithoutCancel(ctx), outcome, sum.Done > 0))
	a.say("annotate", outcome, "posts", sum.Done, "scored", sum.Scored, "tagged", sum.Tagged)
	return err
}

// model puts the parts together, with the codebook that the study names.
func model(q question) (annotate.Model, *theme.Codebook, error) {
	codebook := data.Codebook
	if folder, own := q.files.(disk); own && q.Themes != study.DefaultThemes {
		codebook = disk(folder.path(q.Themes))
	}
	themes, err := theme.Load(codebook)
	if err != nil {
		return annotate.Model{}, nil, usagef("codebook: %w", err)
	}
	tone, err := sentiment.Load(data.Lexicon, data.Sentiment)
	if err != nil {
		return annotate.Model{}, nil, err
	}
	return annotate.Model{Language: language.Identifier{}, Sentiment: tone, Themes: themes}, themes, nil
}
