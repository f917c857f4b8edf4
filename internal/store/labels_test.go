package store_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/store"
)

// toLabel is a file with 90 negative, 9 neutral and 1 positive post.
func toLabel(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir()+"/x.duckdb", store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	run := func(query string) {
		t.Helper()
		rows, err := s.Query(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	run(`insert into study (title, question, sha256) values ('t', 'q', 'ab')`)
	run(`insert into posts (id, platform, kind, thread, author, instance, approximate, state, bot, content, format, content_hash, first_seen, last_seen, stored, expired)
		select ('00000000-0000-8000-8000-' || lpad(i::varchar, 12, '0'))::uuid, 'lemmy', 'comment', null, null, 'a.example', false, 'live', false, 'words', 'plain', i, now(), now(), now(), false
		from range(100) t(i)`)
	run(`insert into annotations (post, content_hash, platform, instance, model, language, confidence, plain, words, scored, sentiment, score, p_negative, p_neutral, p_positive, irony)
		select id, content_hash, platform, instance, 'm', 'en', 1, 'words', 1, true, case when content_hash < 90 then 'negative' when content_hash < 99 then 'neutral' else 'positive' end, 0, 0.5, 0.3, 0.2, 0
		from posts`)
	return s
}

func TestDrawSample(t *testing.T) {
	s := toLabel(t)
	draw := func(n int, seed int64) []string {
		t.Helper()
		sample, err := s.DrawSample(t.Context(), n, seed, false)
		if err != nil {
			t.Fatal(err)
		}
		tasks, err := s.Tasks(t.Context(), "a")
		if err != nil || len(tasks) != sample.Posts || sample.Counting != 100 {
			t.Fatalf("%+v, %d tasks, %v", sample, len(tasks), err)
		}
		var posts []string
		for _, task := range tasks {
			posts = append(posts, task.Post)
		}
		return posts
	}
	first := draw(30, 1)
	if len(first) != 29 { // 30 * (1/6 + 0.9/2) = 18.5, 9 and 1, since there are no more
		t.Errorf("a sample of 30 has %d posts, want 29", len(first))
	}
	if again := draw(30, 1); fmt.Sprint(again) != fmt.Sprint(first) {
		t.Errorf("the same seed draws %v and then %v", first, again)
	}
	if other := draw(30, 2); fmt.Sprint(other) == fmt.Sprint(first) {
		t.Error("another seed draws the same")
	}
	larger := map[string]bool{}
	for _, post := range draw(60, 1) {
		larger[post] = true
	}
	for _, post := range first {
		if !larger[post] {
			t.Errorf("the larger sample lacks %s", post)
		}
	}
}

func TestLabel(t *testing.T) {
	s := toLabel(t)
	if _, err := s.DrawSample(t.Context(), 30, 1, false); err != nil {
		t.Fatal(err)
	}
	tasks, err := s.Tasks(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	label := func(coder string, labels map[string]discussion.Label) error {
		return s.Label(t.Context(), coder, labels)
	}
	given := func(coder string) (n int) {
		tasks, err := s.Tasks(t.Context(), coder)
		if err != nil {
			t.Fatal(err)
		}
		for _, task := range tasks {
			if task.Sentiment != "" {
				n++
			}
		}
		return n
	}
	one, two := tasks[0].Post, tasks[1].Post
	for _, err := range []error{
		label("a", map[string]discussion.Label{one: discussion.Negative, two: store.Unclear}),
		label("a", map[string]discussion.Label{one: discussion.Positive}),
		label("b", map[string]discussion.Label{one: discussion.Neutral}),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if given("a") != 2 || given("b") != 1 || given("c") != 0 {
		t.Errorf("labels of a, b and c: %d, %d, %d, want 2, 1, 0", given("a"), given("b"), given("c"))
	}
	// What is wrong with one spoils all.
	if err := label("c", map[string]discussion.Label{one: discussion.Neutral, "ffffffff-0000-8000-8000-000000000000": discussion.Neutral}); err == nil || given("c") != 0 {
		t.Errorf("err = %v and %d labels, want an error and none", err, given("c"))
	}
	if err := label("a", map[string]discussion.Label{one: ""}); err != nil || given("a") != 1 {
		t.Errorf("err = %v and %d labels after one was taken back, want 1", err, given("a"))
	}
	if _, err := s.DrawSample(t.Context(), 30, 2, false); !errors.Is(err, store.ErrLabelled) {
		t.Errorf("another sample over labels: %v, want a refusal", err)
	}
	sample, coders, err := s.Coders(t.Context())
	if err != nil || sample != len(tasks) || len(coders) != 2 || coders[0] != (store.Coder{Name: "a", Labels: 1, Unclear: 1}) {
		t.Errorf("Coders = %d, %+v, %v", sample, coders, err)
	}
}
