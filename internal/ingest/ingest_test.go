package ingest_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/ingest"
	"github.com/fedipulse/fedipulse/internal/store"
	"github.com/fedipulse/fedipulse/internal/study"
)

// take runs files through ingest into a new database.
func take(t *testing.T, files fstest.MapFS, source study.Source, mode study.Consent) (*store.Store, ingest.Summary, error) {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "x.duckdb"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	source.Kind = study.File
	sources, err := ingest.Open(ingest.Place{Files: files}, &study.Study{Sources: []study.Source{source}})
	if err != nil {
		t.Fatal(err)
	}
	sum, err := ingest.Run(t.Context(), s, sources, ingest.Options{Consent: ingest.Consent{Mode: mode}})
	return s, sum, err
}

func strs(t *testing.T, s *store.Store, query string) []string {
	t.Helper()
	rows, err := s.Query(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// person is a status whose author's profile is as given.
func person(id, account, visibility, text string) string {
	return `{"id":"` + id + `","created_at":"2025-03-06T10:00:00.000Z","in_reply_to_id":null,"visibility":"` + visibility + `","uri":"https://tooters.example/users/p` + id +
		`/statuses/` + id + `","url":null,"content":"<p>` + text + `</p>","spoiler_text":"","language":"en","account":{"id":"` + id + `","acct":"p` + id + `","url":"https://tooters.example/@p` + id +
		`","uri":"https://tooters.example/users/p` + id + `",` + account + `},"tags":[],"media_attachments":[],"mentions":[],"emojis":[]}`
}

// TestCanaries: nothing of a post that may not be kept reaches the disk.
func TestCanaries(t *testing.T) {
	const canary = "canaryword"
	all := []struct {
		account, visibility string
		kept                string // the modes that keep it: e(xplicit), i(ndexable), o(pt-in)
	}{
		{`"note":"<p>hello</p>"`, "public", "ei"},
		{`"note":""`, "unlisted", "ei"},
		{`"note":"#research welcome"`, "public", "eio"},
		{`"note":"","indexable":true`, "public", "ei"},
		{`"note":"","indexable":false`, "public", "e"},
		{`"note":""`, "private", ""},
		{`"note":""`, "direct", ""},
		{`"note":""`, "mutuals_only", ""},
		{`"note":"<p>painter <a href=\"x\">#<span>NoBot</span></a></p>"`, "public", ""},
		{`"note":"no thanks. #noindex"`, "public", ""},
		{`"note":"","fields":[{"name":"bots","value":"#NoAI please"}]`, "public", ""},
		{`"note":"","noindex":true`, "public", ""},
		{`"note":"","limited":true`, "public", ""},
		{`"note":"","locked":true`, "public", "e"},
	}
	for _, mode := range []study.Consent{study.ConsentExplicit, study.ConsentIndexable, study.ConsentOptIn} {
		t.Run(string(mode), func(t *testing.T) {
			var records []string
			kept := 0
			for i, p := range all {
				word := canary + string(rune('a'+i))
				if strings.Contains(p.kept, string(mode)[:1]) {
					kept++
					word = "fine"
				}
				records = append(records, person("10"+string(rune('a'+i)), p.account, p.visibility, word))
			}
			s, sum, err := take(t, fstest.MapFS{"a.json": {Data: []byte("[" + strings.Join(records, ",") + "]")}}, study.Source{Name: "a", Path: "a.json", Instance: "tooters.example"}, mode)
			if err != nil || sum.Fresh != kept || sum.Excluded != len(all)-kept || sum.Rejected != 0 {
				t.Fatalf("Run = %+v, %v, want %d kept", sum, err, kept)
			}
			path := strs(t, s, "select path from duckdb_databases() where path is not null and not internal")[0]
			s.Close()
			for _, name := range []string{path, path + ".wal"} {
				if data, err := os.ReadFile(name); err == nil && bytes.Contains(data, []byte(canary)) {
					t.Errorf("%s holds words of a post that was left out", filepath.Base(name))
				}
			}
		})
	}
}

// TestParentInAnotherFile: a status and its context come in two answers, and
// the replies name their parent by the instance's own id.
func TestParentInAnotherFile(t *testing.T) {
	root := person("1", `"note":""`, "public", "root")
	reply := strings.Replace(person("2", `"note":""`, "public", "reply"), `"in_reply_to_id":null`, `"in_reply_to_id":"1"`, 1)
	s, _, err := take(t, fstest.MapFS{
		"d/a-context.json": {Data: []byte(`{"ancestors":[],"descendants":[` + reply + `]}`)},
		"d/b-status.json":  {Data: []byte(root)},
	}, study.Source{Name: "d", Path: "d"}, study.ConsentExplicit)
	if err != nil {
		t.Fatal(err)
	}
	got := strs(t, s, "select regexp_replace(p.content, '<[^>]*>', '', 'g') || ' in ' || regexp_replace(r.content, '<[^>]*>', '', 'g') || ' at ' || p.depth from posts p join posts r on r.id = p.thread order by p.depth")
	if diff := cmp.Diff([]string{"root in root at 0", "reply in root at 1"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestMatch(t *testing.T) {
	line := func(n, thread, text string) string {
		return `{"uri":"https://a.example/` + n + `","platform":"lemmy","kind":"comment","thread":"https://a.example/` + thread + `","parent":"https://a.example/` + thread +
			`","depth":1,"author":{},"instance":"a.example","state":"live","content":"` + text + `","format":"markdown"}` + "\n"
	}
	posts := line("1", "t1", "They are scraping us") + line("2", "t1", "lol") + line("3", "t2", "nice weather") + line("4", "t3", "please opt me out") + line("5", "t3", "I want to opt out")
	for _, tc := range []struct {
		match []string
		want  int
	}{
		{nil, 5}, {[]string{"scrap*"}, 2}, {[]string{"scrap"}, 0}, {[]string{"Opt Out"}, 2}, {[]string{"weather", "scraping"}, 3}, {[]string{"nothing"}, 0},
	} {
		_, sum, err := take(t, fstest.MapFS{"a.jsonl": {Data: []byte(posts)}}, study.Source{Name: "a", Path: "a.jsonl", Match: tc.match}, study.ConsentExplicit)
		if err != nil || sum.Fresh != tc.want || sum.Excluded != 5-tc.want {
			t.Errorf("match %q: %+v, %v, want %d kept", tc.match, sum, err, tc.want)
		}
	}
}

// TestOneBadFile: a file that cannot be read is named, and the others go in.
func TestOneBadFile(t *testing.T) {
	s, sum, err := take(t, fstest.MapFS{
		"d/a.json": {Data: []byte(`{"what":"nobody knows"`)},
		"d/b.json": {Data: []byte(person("1", `"note":""`, "public", "fine"))},
	}, study.Source{Name: "d", Path: "d/*.json"}, study.ConsentExplicit)
	if err == nil || !strings.Contains(err.Error(), "d/a.json") || sum.Failed != 1 || sum.Fresh != 1 {
		t.Errorf("Run = %+v, %v", sum, err)
	}
	if got := strs(t, s, "select stream from cursors"); !cmp.Equal(got, []string{"d/b.json"}) {
		t.Errorf("cursors = %v: a file that failed must be read again", got)
	}
}

func TestCancel(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "x.duckdb"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sources, err := ingest.Open(ingest.Place{Files: fstest.MapFS{"a.json": {Data: []byte(person("1", `"note":""`, "public", "fine"))}}},
		&study.Study{Sources: []study.Source{{Kind: study.File, Name: "a", Path: "a.json"}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ingest.Run(ctx, s, sources, ingest.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Run = %v, want context.Canceled", err)
	}
}

func TestOpenErrors(t *testing.T) {
	for want, source := range map[string]study.Source{
		"source 1 (x): no such kind": {Kind: "x", Name: "x"},
		`no file matches "*.txt"`:    {Kind: study.File, Name: "x", Path: "*.txt"},
	} {
		if _, err := ingest.Open(ingest.Place{Files: fstest.MapFS{}}, &study.Study{Sources: []study.Source{source}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open = %v, want %q", err, want)
		}
	}
}
