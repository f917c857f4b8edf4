package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// release is the version of the next release; a build from a checkout adds its
// commit.
const release = "0.1.0-dev"

// version names this program as runs and reports do.
func version() string { return release }

func newVersion(a *app) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "version",
		Short: "Say which fedipulse, Go, DuckDB driver and model this is",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			m, err := model(question{Study: defaultStudy()})
			if err != nil {
				return err
			}
			v := struct{ Version, Commit, Go, Driver, Model string }{version(), commit(), runtime.Version(), module("github.com/duckdb/duckdb-go/v2"), versions(m)}
			if asJSON {
				return json.NewEncoder(a.stdout).Encode(v)
			}
			_, err = fmt.Fprintf(a.stdout, "fedipulse %s\ncommit %s\ngo %s\nduckdb-go %s\nmodel %s\n", v.Version, v.Commit, v.Go, v.Driver, v.Model)
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	return c
}

func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return "unknown"
}

func module(path string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			if d.Path == path {
				return d.Version
			}
		}
	}
	return "unknown"
}
