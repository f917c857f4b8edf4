package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/study"
)

func newInit(a *app) *cobra.Command {
	c := &cobra.Command{
		Use:   "init",
		Short: "Write a commented study file to start from",
		Long:  "Writes a commented study file; one that is there already is not touched.\n\n" + exitHelp,
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			path := cmp.Or(a.studyPath, "study.toml")
			f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
			if errors.Is(err, fs.ErrExist) {
				return usagef("%s is there already; name another file with --study", path)
			}
			if err != nil {
				return err
			}
			_, err = f.Write(study.Template())
			if err = errors.Join(err, f.Close()); err != nil {
				return err
			}
			fmt.Fprintln(a.stdout, path)
			return nil
		},
	}
	c.Flags().StringVar(&a.studyPath, "study", "", "study `FILE` to write (default ./study.toml)")
	return c
}
