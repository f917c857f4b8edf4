package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

var noon = time.Date(2025, 3, 6, 12, 0, 0, 0, time.UTC)

func openTemp(t *testing.T) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "test.duckdb"))
}

func openAt(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func number(n int64) *int64 { return &n }

func status(uri, parent, content string) discussion.Post {
	return discussion.Post{
		URI: uri, Platform: discussion.Mastodon, Kind: discussion.KindStatus, Parent: parent, Depth: -1,
		Author: discussion.Author{URI: "https://a.example/users/ann"}, Instance: discussion.Host(uri),
		Created: noon, State: discussion.Live, Content: content, Format: discussion.HTML, Upvotes: number(3),
	}
}

func page(name, instance string, posts ...discussion.Post) discussion.Page {
	return discussion.Page{
		Name: name, Source: "test", Instance: instance, Seen: noon, Posts: posts,
		Cursor: discussion.Cursor{Stream: "stream", Position: name},
	}
}

func save(t *testing.T, s *Store, p discussion.Page) discussion.Saved {
	t.Helper()
	saved, err := s.Save(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

// table returns a query's rows as text, one string a row. Every column must be
// varchar.
func table(t *testing.T, s *Store, query string, args ...any) []string {
	t.Helper()
	rows, err := s.Query(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, _ := rows.Columns()
	cells := make([]string, len(columns))
	into := make([]any, len(columns))
	for i := range cells {
		into[i] = &cells[i]
	}
	var out []string
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		out = append(out, strings.Join(cells, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSaveOnce(t *testing.T) {
	s := openTemp(t)
	p := page("1", "a.example", status("https://a.example/1", "", "one"), status("https://a.example/2", "https://a.example/1", "two"))
	p.Rejected = []discussion.Rejected{{Item: "3", Reason: "no uri"}}
	p.Excluded = map[string]int{"not public": 2}
	if got, want := save(t, s, p), (discussion.Saved{Fresh: 2}); got != want {
		t.Errorf("first Save = %+v, want %+v", got, want)
	}
	if got, want := save(t, s, p), (discussion.Saved{Same: 2}); got != want {
		t.Errorf("second Save = %+v, want %+v", got, want)
	}
	got := table(t, s, `select (select count(*) from posts)::varchar, (select count(*) from sightings)::varchar,
		(select count(*) from quarantine)::varchar, (select sum(posts) from exclusions)::varchar, (select count(*) from identity.posts)::varchar`)
	if diff := cmp.Diff([]string{"2|2|1|2|2"}, got); diff != "" {
		t.Error(diff)
	}
	if c, err := s.Cursor(t.Context(), "test", "stream"); c != "1" || err != nil {
		t.Errorf("Cursor = %q, %v", c, err)
	}
}

func TestNoIdentityOutsideItsSchema(t *testing.T) {
	s := openTemp(t)
	save(t, s, page("1", "a.example", status("https://a.example/users/ann/statuses/1", "", "words")))
	for _, tbl := range []string{"posts", "sightings", "annotations", "pages"} {
		for _, line := range table(t, s, "select row(columns(*))::varchar from "+tbl) {
			if strings.Contains(line, "ann") {
				t.Errorf("%s names the author: %s", tbl, line)
			}
		}
	}
}

func TestSettle(t *testing.T) {
	s := openTemp(t)
	local := func(id string) string { return discussion.LocalRef("a.example", id) }
	reply := status("https://b.example/3", local("2"), "three")
	child := status("https://b.example/4", "https://b.example/3", "four")
	lost := status("https://b.example/5", local("99"), "five")
	below := status("https://b.example/6", "https://b.example/5", "six")
	save(t, s, page("1", "a.example", child, reply, lost, below))
	root := status("https://a.example/1", "", "one")
	root.LocalID, root.Depth = "1", 0
	middle := status("https://b.example/2", local("1"), "two")
	middle.LocalID = "2"
	save(t, s, page("2", "a.example", middle, root))
	for range 2 { // settled posts stay where they are
		if err := s.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	got := table(t, s, `
		select p.content, coalesce(root.content, 'not held'), coalesce(p.depth::varchar, 'not known')
		from posts p left join posts root on root.id = p.thread order by p.content`)
	want := []string{"five|not held|not known", "four|one|3", "one|one|0", "six|not held|not known", "three|one|2", "two|one|1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	found := status("https://a.example/99", "", "ninety-nine")
	found.LocalID, found.Depth = "99", 0
	save(t, s, page("3", "a.example", found))
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	got = table(t, s, `select p.content, root.content, p.depth::varchar from posts p join posts root on root.id = p.thread where p.content in ('five', 'six') order by 1`)
	if diff := cmp.Diff([]string{"five|ninety-nine|1", "six|ninety-nine|2"}, got); diff != "" {
		t.Errorf("after the missing ancestor came: %s", diff)
	}
}

// TestSettleAfterKill: what a killed run left unsettled is settled by the next
// one, though that one saves nothing.
func TestSettleAfterKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.duckdb")
	s := openAt(t, path)
	save(t, s, page("1", "a.example", status("https://a.example/1", "", "one"), status("https://a.example/2", "https://a.example/1", "two")))
	s.Close()
	s = openAt(t, path)
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := table(t, s, "select count(*)::varchar from posts where depth is null"); got[0] != "0" {
		t.Errorf("%v posts without a place", got)
	}
}

func TestSettleCircle(t *testing.T) {
	s := openTemp(t)
	save(t, s, page("1", "a.example",
		status("https://a.example/1", "https://a.example/2", "one"), status("https://a.example/2", "https://a.example/1", "two")))
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := table(t, s, "select count(distinct thread)::varchar, count(thread)::varchar from posts"); got[0] != "1|2" {
		t.Errorf("threads = %v, want both posts in one", got)
	}
}

func TestTwoInstances(t *testing.T) {
	home := status("https://a.example/1", "", "at home")
	home.Upvotes = number(10)
	copied := status("https://a.example/1", "", "a copy")
	copied.Upvotes = number(50)
	for name, order := range map[string][]discussion.Page{
		"home first": {page("1", "a.example", home), page("2", "b.example", copied)},
		"copy first": {page("2", "b.example", copied), page("1", "a.example", home)},
	} {
		t.Run(name, func(t *testing.T) {
			s := openTemp(t)
			for _, p := range order {
				save(t, s, p)
			}
			got := table(t, s, "select content, upvotes::varchar, (select count(*) from sightings)::varchar from posts")
			if diff := cmp.Diff([]string{"at home|10|2"}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestEditAndDelete(t *testing.T) {
	s := openTemp(t)
	p := status("https://a.example/1", "", "first words")
	save(t, s, page("1", "a.example", p))
	p.Content, p.Edited, p.State = "second words", noon.Add(time.Hour), discussion.Edited
	if got := save(t, s, page("2", "a.example", p)); got.Changed != 1 {
		t.Errorf("edit: Save = %+v, want one changed", got)
	}
	table(t, s, "insert into label_sample select id, content_hash, 'negative', 1, 1, 1 from posts returning 'x'")
	table(t, s, "insert into labels select post, content_hash, 'a', 'negative', now() from label_sample returning 'x'")
	p.State = discussion.Deleted // the server still sends the text: it must not be kept
	later := page("3", "b.example", p)
	later.Seen = noon.Add(2 * time.Hour)
	save(t, s, later)
	got := table(t, s, "select state, coalesce(content, 'gone'), (select count(*) from revisions)::varchar, (select count(*) from label_sample, labels)::varchar from posts")
	if diff := cmp.Diff([]string{"deleted|gone|2|0"}, got); diff != "" {
		t.Error(diff)
	}
}

// TestPassing: an answer about replies shows its root without author and words;
// what the root's own answer says must win, in either order.
func TestPassing(t *testing.T) {
	own := status("https://a.example/1", "", "own words")
	passing := own
	passing.Author, passing.Content = discussion.Author{}, ""
	for name, order := range map[string][]discussion.Page{
		"passing first": {page("1", "a.example", passing), page("2", "a.example", own)},
		"own first":     {page("2", "a.example", own), page("1", "a.example", passing)},
		"one page":      {page("1", "a.example", passing, own)},
	} {
		t.Run(name, func(t *testing.T) {
			s := openTemp(t)
			for _, p := range order {
				save(t, s, p)
			}
			if got := table(t, s, "select content, (author is not null)::varchar from posts"); got[0] != "own words|true" {
				t.Errorf("post = %v", got)
			}
		})
	}
}

func TestSaveIsAllOrNothing(t *testing.T) {
	s := openTemp(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Save(ctx, page("1", "a.example", status("https://a.example/1", "", "one"))); err == nil {
		t.Error("Save with a cancelled context = nil error")
	}
	if got := table(t, s, "select (select count(*) from posts)::varchar, (select count(*) from cursors)::varchar"); got[0] != "0|0" {
		t.Errorf("posts, cursors = %v after a failed Save", got)
	}
	if got := save(t, s, page("1", "a.example", status("https://a.example/1", "", "one"))); got.Fresh != 1 {
		t.Errorf("Save after a failed one = %+v", got)
	}
}

func TestHostileText(t *testing.T) {
	s := openTemp(t)
	p := status("https://a.example/1", "", "bad \xff\xfe bytes \x00 here")
	p.Tags = []string{"\xff"}
	save(t, s, page("1", "a.example", p))
	if got := table(t, s, "select content from posts"); !strings.Contains(got[0], "bytes  here") {
		t.Errorf("content = %q", got)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.duckdb")
	if _, err := Open(t.Context(), path, Options{ReadOnly: true}); !errors.Is(err, ErrMissing) {
		t.Errorf("missing file: %v, want ErrMissing", err)
	}
	s := openAt(t, path)
	if err := s.exec(t.Context(), "insert into schema_files values ('9999_future.sql', 'x', now())"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err := Open(t.Context(), path, Options{}); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "9999_future.sql") {
		t.Errorf("newer file: %v, want ErrNewer that names the schema file", err)
	}
	other := filepath.Join(dir, "notes.txt")
	os.WriteFile(other, []byte("SQLite format 3\x00 and so on"), 0o600)
	if _, err := Open(t.Context(), other, Options{}); !errors.Is(err, ErrDamaged) {
		t.Errorf("another kind of file: %v, want ErrDamaged", err)
	}
}

// TestSchemaIsChecked: a schema file that is not the one that made the database
// is refused, and so is a database that another program made.
func TestSchemaIsChecked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.duckdb")
	s := openAt(t, path)
	if err := s.exec(t.Context(), "update schema_files set sha256 = 'other' where name = '0001_tables.sql'"); err != nil {
		t.Fatal(err)
	}
	s.Close()
	for _, o := range []Options{{}, {ReadOnly: true}} {
		if _, err := Open(t.Context(), path, o); !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "0001_tables.sql") {
			t.Errorf("Open(%+v) = %v, want ErrNewer that names the schema file", o, err)
		}
	}
}

func TestKey(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.duckdb")
	openAt(t, path).Close()
	if err := os.Chmod(path+".key", 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), path, Options{}); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("key that others can read: %v", err)
	}
	os.WriteFile(path+".key", []byte(strings.Repeat("ab", 32)), 0o600)
	os.Chmod(path+".key", 0o600)
	if _, err := Open(t.Context(), path, Options{}); err == nil || !strings.Contains(err.Error(), "another database") {
		t.Errorf("key of another database: %v", err)
	}
	os.Remove(path + ".key")
	if _, err := Open(t.Context(), path, Options{}); err == nil || !strings.Contains(err.Error(), "is missing") {
		t.Errorf("lost key: %v", err)
	}
}

func TestEverythingHasAComment(t *testing.T) {
	s := openTemp(t)
	for _, q := range []string{
		"select 'table ' || table_name from duckdb_tables() where not internal and not temporary and comment is null",
		"select 'view ' || view_name from duckdb_views() where not internal and not temporary and comment is null",
		`select 'column ' || table_name || '.' || column_name from duckdb_columns() where not internal and comment is null and database_name <> 'temp'`,
	} {
		for _, line := range table(t, s, q) {
			t.Errorf("%s has no comment", line)
		}
	}
}

func TestAnnotate(t *testing.T) {
	s := openTemp(t)
	ctx := t.Context()
	save(t, s, page("1", "a.example", status("https://a.example/1", "", "schön geklaut")))
	annotateAll := func(model string) int {
		t.Helper()
		n, batches, err := s.Pending(ctx, model)
		if err != nil {
			t.Fatal(err)
		}
		for texts, err := range batches {
			if err != nil {
				t.Fatal(err)
			}
			var notes []discussion.Annotation
			for _, x := range texts {
				tone := discussion.Sentiment{Label: discussion.Negative, Score: -.5, P: [3]float64{.6, .3, .1}, Evidence: []discussion.Span{{Start: 7, End: 14}}}
				notes = append(notes, discussion.Annotation{
					Post: x.Post, ContentHash: x.ContentHash, Model: model, Language: "de", Confidence: 1, Plain: x.Content, Words: 2,
					Scored: true, Sentiment: tone, Themes: []discussion.ThemeTag{{Theme: "theft", Sentiment: tone, Confidence: 1, Evidence: tone.Evidence}},
				})
			}
			if err := s.Annotate(ctx, texts, notes); err != nil {
				t.Fatal(err)
			}
		}
		return n
	}
	for i, want := range []int{1, 0} {
		if got := annotateAll("m1"); got != want {
			t.Errorf("round %d: %d pending, want %d", i, got, want)
		}
	}
	if got := annotateAll("m2"); got != 1 {
		t.Errorf("new model: %d pending, want 1", got)
	}
	if err := s.SetStudy(ctx, Study{Title: "t", Question: "q"}); err != nil {
		t.Fatal(err)
	}
	got := table(t, s, "select theme, array_to_string(evidence, ','), sentiment, model, day::varchar from theme_reactions")
	if diff := cmp.Diff([]string{"theft|geklaut|negative|m2|2025-03-06"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestExpire(t *testing.T) {
	s := openTemp(t)
	s.now = func() time.Time { return noon }
	save(t, s, page("1", "a.example", status("https://a.example/1", "", "old words")))
	s.now = func() time.Time { return noon.AddDate(0, 0, 100) }
	save(t, s, page("2", "a.example", status("https://a.example/2", "", "new words")))
	for i, want := range []int{1, 0} {
		if n, err := s.Expire(t.Context(), noon.AddDate(0, 0, 10)); n != want || err != nil {
			t.Errorf("Expire, round %d = %d, %v, want %d", i, n, err, want)
		}
	}
	if diff := cmp.Diff([]string{"new words", "none"}, table(t, s, "select coalesce(content, 'none') from posts order by 1")); diff != "" {
		t.Error(diff)
	}
	if n, _, err := s.Pending(t.Context(), "m"); n != 1 || err != nil {
		t.Errorf("Pending = %d, %v: a post without words must keep its annotation", n, err)
	}
}

func TestDigest(t *testing.T) {
	dir := t.TempDir()
	a := openAt(t, filepath.Join(dir, "a.duckdb"))
	key, err := os.ReadFile(filepath.Join(dir, "a.duckdb.key"))
	if err != nil {
		t.Fatal(err)
	}
	os.WriteFile(filepath.Join(dir, "b.duckdb.key"), key, 0o600)
	b := openAt(t, filepath.Join(dir, "b.duckdb"))
	one, two := status("https://a.example/1", "", "one"), status("https://a.example/2", "", "two")
	save(t, a, page("1", "a.example", one, two))
	save(t, b, page("1", "a.example", two))
	first, _ := b.Digests(t.Context())
	save(t, b, page("2", "a.example", one))
	da, err := a.Digests(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	db, err := b.Digests(t.Context())
	if diff := cmp.Diff(da, db); diff != "" || err != nil {
		t.Errorf("same posts, other order: %v %s", err, diff)
	}
	if cmp.Equal(first, db) {
		t.Error("digest does not see that a post was added")
	}
}
