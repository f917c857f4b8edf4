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
		"select count(*) as n from posts":                                                                           "n\n12\n",
		"select count(*) as n, count(distinct author) as authors from reactions":                                    "n,authors\n11,9\n",
		"select count(*) as n from reactions where edited":                                                          "n\n3\n",
		"select sum(votes)::bigint as votes, max(depth) as depth from reactions":                                    "votes,depth\n171,4\n",
		"select count(*) as n from reactions where text like '%ordinarily that occurs%'":                            "n\n0\n",
		"select count(*) as n from reactions where list_contains(themes, 'off_topic')":                              "n\n0\n",
		"select target, target_sentiment, count(*) as n from target_reactions where main group by all order by all": "target,target_sentiment,n\nai_companies,negative,1\nbig_tech,negative,1\ngdpr_eu,neutral,1\nlinkedin,negative,4\n",
	} {
		if diff := cmp.Diff(want, ask("query", query, "--format", "csv")); diff != "" {
			t.Errorf("%s: %s", query, diff)
		}
	}
	// Which comment is which says its place: its words are not ours to show.
	const table = `select depth, votes, words, sentiment as tone, array_to_string(list_sort(themes), ' ') as themes from reactions order by depth, votes desc, words`
	want := `depth,votes,words,tone,themes
1,91,55,negative,consent_optout regulation_enforcement
1,16,24,neutral,consent_optout
1,13,51,negative,consent_optout legal_terms
2,28,20,neutral,corporate_greed
2,8,28,neutral,gdpr
2,4,21,negative,data_poisoning humor
2,3,77,negative,data_poisoning
2,1,46,neutral,regulation_enforcement theft
3,5,55,negative,corporate_greed regulation_enforcement theft
3,1,9,neutral,humor
4,1,52,neutral,data_poisoning
`
	got := ask("query", table, "--format", "csv")
	t.Logf("what the thread is read as:\n%s", got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	ask("verify", "--quiet")
}
