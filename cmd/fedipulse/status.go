package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/fedipulse/fedipulse/internal/store"
)

func newStatus(a *app) *cobra.Command {
	var asJSON, digest bool
	c := &cobra.Command{
		Use:   "status",
		Short: "Say what the database holds and what was done last",
		Long: `Counts what the database holds, how far each source has come, and what the last
runs did. --digest adds a fingerprint of the content of every table: two
databases with the same key and the same content have the same ones.

` + exitHelp,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return a.reading(c.Context(), func(s *store.Store) error {
				st, err := s.Status(c.Context())
				if err != nil {
					return err
				}
				var sums []store.Digest
				if digest {
					if sums, err = s.Digests(c.Context()); err != nil {
						return err
					}
				}
				if asJSON {
					e := json.NewEncoder(a.stdout)
					e.SetIndent("", "  ")
					return e.Encode(struct {
						store.Status
						Digests []store.Digest `json:",omitempty"`
					}{st, sums})
				}
				return a.printStatus(st, sums)
			})
		},
	}
	a.dbFlag(c)
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	c.Flags().BoolVar(&digest, "digest", false, "add a fingerprint of every table")
	return c
}

func (a *app) printStatus(st store.Status, sums []store.Digest) error {
	t := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	row := func(name string, format string, args ...any) {
		fmt.Fprintf(t, "%s\t%s\n", name, visible(fmt.Sprintf(format, args...)))
	}
	row("study", "%s", st.Study.Title)
	row("posts", "%d in %d threads from %d instances; %d gone", st.Posts, st.Threads, st.Instances, st.Gone)
	row("annotated", "%d, %d with themes", st.Annotated, st.Tagged)
	row("left out", "%d on principle, %d quarantined", st.Excluded, st.Quarantined)
	for _, x := range bySource(st.Streams) {
		row("source", "%s: %s from %s", x.name, plural(x.posts, "post"), x.from())
	}
	for _, r := range st.Runs {
		row("run", "%s %s: %s", r.Started.UTC().Format("2006-01-02 15:04:05"), r.Command, r.Outcome)
	}
	for _, d := range sums {
		row("digest", "%s: %d rows, %s", d.Table, d.Rows, d.Sum)
	}
	return t.Flush()
}

// source sums the streams of one [[source]].
type source struct {
	name                         string
	posts, files, threads, lists int
}

func (x source) from() string {
	var parts []string
	for _, p := range []struct {
		n   int
		one string
	}{{x.files, "file"}, {x.threads, "thread"}, {x.lists, "list"}} {
		if p.n > 0 {
			parts = append(parts, plural(p.n, p.one))
		}
	}
	return strings.Join(parts, ", ")
}

func bySource(streams []store.Stream) []source {
	var all []source
	for _, x := range streams { // they are in order of their sources
		if n := len(all); n == 0 || all[n-1].name != x.Source {
			all = append(all, source{name: x.Source})
		}
		last := &all[len(all)-1]
		last.posts += int(x.Posts)
		switch id, thread := strings.CutPrefix(x.Stream, "post/"); {
		case thread && strings.Trim(id, "0123456789") == "":
			last.threads++
		case strings.HasPrefix(x.Position, "{"):
			last.lists++
		default:
			last.files++
		}
	}
	return all
}
