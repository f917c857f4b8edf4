package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSeedThread runs the pipeline on a real thread about LinkedIn, where
// FEDIPULSE_SEEDS names the folder that it lies in: it is not ours to publish.
func TestSeedThread(t *testing.T) {
	dir := os.Getenv("FEDIPULSE_SEEDS")
	if dir == "" {
		t.Skip("FEDIPULSE_SEEDS is not set: it names a folder with linkedin-lemmy-thread.txt, a page that is not ours to publish")
	}
	work := t.TempDir()
	study := "[study]\ntitle = \"LinkedIn\"\nquestion = \"q?\"\n[[source]]\nkind = \"file\"\npath = '" + filepath.Join(dir, "linkedin-lemmy-thread.txt") + "'\nseen = 2024-11-20\n[privacy]\nmin_cell = 1\n"
	if err := os.WriteFile(filepath.Join(work, "study.toml"), []byte(study), 0o600); err != nil {
		t.Fatal(err)
	}
	ask := func(args ...string) string {
		t.Helper()
		var out bytes.Buffer
		c := fedipulse(t, work, args...)
		c.Stdout, c.Stderr = &out, &out
		if err := c.Run(); err != nil {
			t.Fatalf("fedipulse %v: %v\n%s", args, err, &out)
		}
		return out.String()
	}
	ask("run", "--quiet")
	for query, want := range map[string]string{
		"select count(*) as n from posts":                                                                                                                             "n\n12\n",
		"select count(*) as n, count(distinct author) as authors from reactions":                                                                                      "n,authors\n11,9\n",
		"select count(*) as n from reactions where edited":                                                                                                            "n\n3\n",
		"select sum(votes)::bigint as votes, max(depth) as depth from reactions":                                                                                      "votes,depth\n171,4\n",
		"select count(*) filter (sentiment = 'negative') > count(*) filter (sentiment = 'positive') as more from reactions":                                           "more\ntrue\n",
		"select list_sort(array_agg(distinct theme)) @> ['data_poisoning', 'gdpr', 'theft'] as found from theme_reactions":                                            "found\ntrue\n",
		"select theme, count(*) as n from theme_reactions where theme in ('data_poisoning', 'gdpr', 'theft', 'regulation_enforcement') group by theme order by theme": "theme,n\ndata_poisoning,2\ngdpr,1\nregulation_enforcement,3\ntheft,2\n",
		"select count(*) as n from reactions where text like '%ordinarily that occurs%'":                                                                              "n\n0\n",
	} {
		if diff := cmp.Diff(want, ask("query", query, "--format", "csv")); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
}
