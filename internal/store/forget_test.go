package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

func list(t *testing.T, s *Store, instance string, before time.Time) []discussion.Held {
	t.Helper()
	var all []discussion.Held
	for h, err := range s.Held(t.Context(), instance, before) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, h)
	}
	return all
}

func column(t *testing.T, s *Store, query string) string {
	t.Helper()
	var v string
	if err := s.db.QueryRowContext(t.Context(), query).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// TestForget: what is held of somebody who refuses later loses its words, its
// scores and its tags, and stays so when another instance shows it.
func TestForget(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir()+"/x.duckdb", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	post := func(n, author, words string) discussion.Post {
		return discussion.Post{
			URI: "https://a.example/comment/" + n, LocalID: "comment/" + n, Platform: discussion.Lemmy, Kind: discussion.KindComment,
			Thread: "https://a.example/post/1", Parent: "https://a.example/post/1", Depth: 1, Author: discussion.Author{URI: author},
			Instance: "a.example", State: discussion.Live, Content: words, Format: discussion.Markdown, Tags: []string{"ai"},
		}
	}
	save := func(p discussion.Page) discussion.Saved {
		t.Helper()
		p.Name, p.Cursor.Stream, p.Instance = "p", "s", "a.example"
		saved, err := s.Save(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		return saved
	}
	ada, bob := "https://a.example/u/ada", "https://a.example/u/bob"
	save(discussion.Page{Seen: noon, Posts: []discussion.Post{post("1", ada, "one"), post("2", bob, "two"), post("3", bob, "three")}})
	for _, table := range []string{"annotations (post, content_hash, model, platform, instance, language, confidence, words, scored) select id, content_hash, 'm', 'lemmy', 'a', 'en', 1, 1, true from posts",
		"theme_tags (post, theme, confidence) select id, 'gdpr', 1 from posts"} {
		if err := s.exec(t.Context(), "insert into "+table); err != nil {
			t.Fatal(err)
		}
	}
	saved := save(discussion.Page{Seen: noon.Add(time.Hour), Unwilling: []string{ada, "https://b.example/u/nobody"}, Withdrawn: []string{"https://a.example/comment/3"}})
	if diff := cmp.Diff(discussion.Saved{Changed: 2, Gone: 2}, saved); diff != "" {
		t.Error(diff)
	}
	if got := column(t, s, "select string_agg(state || ' ' || coalesce(content, '-') || ' ' || coalesce(tags::varchar, '-'), '; ' order by state, content) from posts"); got != "forgotten - -; forgotten - -; live two [ai]" {
		t.Error(got)
	}
	if got := column(t, s, "select (select count(*) from annotations) || ' ' || (select count(*) from theme_tags)"); got != "1 1" {
		t.Errorf("annotations and tags: %s, want 1 1", got)
	}
	if saved := save(discussion.Page{Seen: noon.Add(2 * time.Hour), Unwilling: []string{ada}}); saved.Gone != 0 {
		t.Errorf("again: %+v", saved)
	}

	// A copy with an older profile does not bring her back, nor does an older
	// answer of her own instance; a newer one does.
	copied := discussion.Page{Seen: noon.Add(3 * time.Hour), Posts: []discussion.Post{post("4", ada, "four"), post("5", bob, "five")}}
	copied.Name, copied.Cursor.Stream, copied.Instance = "p", "c", "copy.example"
	got, err := s.Save(t.Context(), copied)
	if err != nil || got.Refused != 1 || got.Fresh != 1 {
		t.Errorf("a copy: %+v, %v", got, err)
	}
	if got := column(t, s, "select reason || ' ' || posts from exclusions where stream = 'c'"); got != refusedElsewhere+" 1" {
		t.Error(got)
	}
	if saved := save(discussion.Page{Seen: noon.Add(time.Minute), Posts: []discussion.Post{post("1", ada, "one")}}); saved.Refused != 1 {
		t.Errorf("an older answer: %+v", saved)
	}
	if saved := save(discussion.Page{Seen: noon.Add(4 * time.Hour), Posts: []discussion.Post{post("1", ada, "one")}}); saved.Refused != 0 || saved.Changed != 1 {
		t.Errorf("a newer answer: %+v", saved)
	}
	if got := column(t, s, "select count(*)::varchar from refusals"); got != "1" { // somebody else's
		t.Errorf("%s refusals stand", got)
	}
}

// TestLedger: an instance's count of a thread replaces its last one, and the
// community's own instance speaks for the thread.
func TestLedger(t *testing.T) {
	s, err := Open(t.Context(), t.TempDir()+"/x.duckdb", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const root = "https://a.example/post/1"
	save := func(instance string, seen time.Time, c discussion.Coverage, n int) {
		t.Helper()
		c.Thread = root
		p := discussion.Page{Name: "post/1", Instance: instance, Seen: seen, Coverage: &c, Cursor: discussion.Cursor{Stream: instance}}
		p.Posts = append(p.Posts, discussion.Post{
			URI: root, LocalID: "post/1", Platform: discussion.Lemmy, Kind: discussion.KindPost, Thread: root, Community: "tech@home.example", Author: discussion.Author{URI: "https://a.example/u/a"},
			Instance: "a.example", State: discussion.Live, Title: "t", Format: discussion.Markdown,
		})
		for i := range n {
			id := string(rune('a' + i))
			p.Posts = append(p.Posts, discussion.Post{
				URI: "https://a.example/comment/" + id, LocalID: "comment/" + id, Platform: discussion.Lemmy, Kind: discussion.KindComment, Thread: root, Parent: root, Depth: 1,
				Author: discussion.Author{URI: "https://a.example/u/a"}, Instance: "a.example", State: discussion.Live, Content: id, Format: discussion.Markdown,
			})
		}
		if _, err := s.Save(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	line := func() string {
		t.Helper()
		return column(t, s, "select concat_ws(' ', asked, claimed, held, left_out, missing, coverage, reason) from thread_coverage")
	}
	save("copy.example", noon, discussion.Coverage{Claimed: 9, Shown: 3, Rows: 3, Reason: "hidden"}, 3)
	if got := line(); got != "copy.example 9 3 0 6 partial hidden" {
		t.Error(got)
	}
	save("home.example", noon, discussion.Coverage{Claimed: 5, Shown: 5, Rows: 6, LeftOut: 1}, 4)
	if got := line(); got != "home.example 5 4 1 0 complete" {
		t.Error(got)
	}
	save("home.example", noon.Add(time.Hour), discussion.Coverage{Claimed: -1, Shown: 5, Rows: 6, LeftOut: 1}, 4)
	if got := line(); got != "home.example 4 1 unknown" {
		t.Error(got)
	}
	if got := column(t, s, "select count(*)::varchar from coverage"); got != "2" {
		t.Errorf("%s rows, want one for each instance", got)
	}

	held := list(t, s, "home.example", noon.Add(2*time.Hour))
	if len(held) != 1 || held[0].Root != (discussion.HeldPost{URI: root, LocalID: "post/1", Kind: discussion.KindPost}) || len(held[0].Posts) != 4 {
		t.Errorf("Held = %+v", held)
	}
	if held := list(t, s, "home.example", noon.Add(time.Hour)); len(held) != 0 {
		t.Errorf("seen since: %+v", held)
	}
	if held := list(t, s, "other.example", noon.Add(2*time.Hour)); len(held) != 0 {
		t.Errorf("of an instance that showed nothing: %+v", held)
	}
}
