package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/ingest/archive"
	"github.com/fedipulse/fedipulse/internal/store"
)

func newExport(a *app) *cobra.Command {
	var output string
	var withText bool
	c := &cobra.Command{
		Use:   "export",
		Short: "Write the posts as JSON Lines, under pseudonyms",
		Long: `Writes one post a line, with pseudonyms instead of addresses and names. A study
can take the file in again as a source of kind "file". Words are left out
unless --text is given: a sentence that stands on the web leads to its author.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.reading(c.Context(), func(s *store.Store) error {
				return a.writeTo(output, func(out io.Writer) error { return writePosts(c.Context(), out, s, withText) })
			})
		},
	}
	a.dbFlag(c)
	c.Flags().StringVarP(&output, "output", "o", "", "write to `FILE` (mode 0600) instead of stdout")
	c.Flags().BoolVar(&withText, "text", false, "include titles, words and content warnings")
	return c
}

func writePosts(ctx context.Context, out io.Writer, s *store.Store, withText bool) error {
	w := bufio.NewWriterSize(out, 1<<16)
	fmt.Fprintln(w, archive.ExportHeader)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for p, err := range s.Posts(ctx, withText) {
		if err == nil {
			err = e.Encode(p)
		}
		if err != nil {
			return err
		}
	}
	return w.Flush()
}
