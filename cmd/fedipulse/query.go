package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/store"
)

func newQuery(a *app) *cobra.Command {
	var format, output string
	c := &cobra.Command{
		Use:   "query SQL",
		Short: "Ask the database in SQL, read-only",
		Long: `Runs one SELECT (or FROM, DESCRIBE, SHOW, SUMMARIZE, VALUES) in DuckDB's SQL. The
database is opened read-only and locked down: no file but it is read, nothing
is written. "-" reads the statement from stdin. "show tables" lists the views;
"select comment from duckdb_columns()" explains every column.

` + exitHelp,
		Example: `  fedipulse query "select sentiment, count(*) from reactions group by all"
  fedipulse query "from theme_reactions" --format parquet --output themes.parquet`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			write, ok := writers[format]
			if !ok && format != "parquet" {
				return usagef("--format: %q is not one of table, csv, json, md, parquet", format)
			}
			statement, err := a.statement(args[0])
			if err != nil {
				return err
			}
			if format == "parquet" {
				return a.parquet(c, statement, output)
			}
			return a.query(c, statement, output, write)
		},
	}
	a.dbFlag(c)
	c.Flags().StringVarP(&format, "format", "f", "table", "form of the answer: table, csv, json, md or parquet")
	c.Flags().StringVarP(&output, "output", "o", "", "write to `FILE` instead of stdout")
	return c
}

func (a *app) statement(arg string) (string, error) {
	if arg != "-" {
		return arg, nil
	}
	text, err := io.ReadAll(io.LimitReader(a.stdin, 1<<20))
	return string(text), err
}

func (a *app) query(c *cobra.Command, statement, output string, write rowWriter) (err error) {
	l, err := store.OpenLocked(c.Context(), a.dbPath, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	rows, err := l.Query(c.Context(), statement)
	if err != nil {
		return usageError{err}
	}
	defer rows.Close()
	out := a.stdout
	if output != "" {
		f, err := os.Create(output)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = f
	}
	return write(out, rows)
}

// parquet writes by way of a file, which DuckDB needs to seek in.
func (a *app) parquet(c *cobra.Command, statement, output string) (err error) {
	path := output
	if path == "" {
		dir, err := os.MkdirTemp("", "fedipulse")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		path = filepath.Join(dir, "answer.parquet")
	}
	if path, err = filepath.Abs(path); err != nil {
		return err
	}
	l, err := store.OpenLocked(c.Context(), a.dbPath, path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if err := l.CopyParquet(c.Context(), statement, path); err != nil {
		return usageError{err}
	}
	if output != "" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(a.stdout, f)
	return err
}

// visible replaces what would steer a terminal: posts may hold escape
// sequences.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case steers(r):
			return '�'
		}
		return r
	}, s)
}

// steers reports whether a character does something to a terminal instead of
// being shown: controls, and marks that turn the direction of writing.
func steers(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 ||
		r >= 0x200e && r <= 0x200f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x061c
}
