package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"

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
		RunE: func(c *cobra.Command, _ []string) (err error) {
			s, err := store.Open(c.Context(), a.dbPath, store.Options{ReadOnly: true})
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, s.Close()) }()
			out := a.stdout
			if output != "" {
				f, err := os.OpenFile(output, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
				if err != nil {
					return err
				}
				defer func() { err = errors.Join(err, f.Close()) }()
				out = f
			}
			w := bufio.NewWriterSize(out, 1<<16)
			fmt.Fprintln(w, archive.ExportHeader)
			e := json.NewEncoder(w)
			e.SetEscapeHTML(false)
			for p, err := range s.Posts(c.Context(), withText) {
				if err == nil {
					err = e.Encode(p)
				}
				if err != nil {
					return err
				}
			}
			return w.Flush()
		},
	}
	a.dbFlag(c)
	c.Flags().StringVarP(&output, "output", "o", "", "write to `FILE` (mode 0600) instead of stdout")
	c.Flags().BoolVar(&withText, "text", false, "include titles, words and content warnings")
	return c
}
