package report_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fedipulse/fedipulse/internal/report"
	"github.com/fedipulse/fedipulse/internal/store"
)

func TestCheckCompare(t *testing.T) {
	for _, good := range []string{
		"2025..2026", "2025-03..2025-04", "2025-03-06..", "..2025-03-06/2025-03-19", "platform=lemmy..platform=mastodon",
		"community=a@b.example..", "old.duckdb..", "dir/old.duckdb..platform=lemmy", "instance=x' or 1=1 --..",
	} {
		if err := report.CheckCompare(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", "..", "2025", "a..b", "2025-13..", "2025-03-19/2025-03-06..", "author=x..", "platform=..", "..old.duckdb", "2025-03/x.."} {
		if err := report.CheckCompare(bad); !errors.Is(err, report.ErrCompare) {
			t.Errorf("%q: err = %v, want ErrCompare", bad, err)
		}
	}
}

// TestCompareWithEarlier: of 102 posts, 57 of them negative, two negative ones are
// gone, one negative one was edited and is neutral, three neutral ones are read as
// negative now, and a positive one counts for the first time:
// 57/102, 55/100, 54/100, 57/100, 57/101.
func TestCompareWithEarlier(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "old.duckdb")
	old, err := store.Open(t.Context(), path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	fill(t, old)
	execute(t, old, "checkpoint")
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	q := database(t)
	fill(t, q)
	execute(t, q, `update posts set state = 'deleted' where id in (select post from reactions where sentiment = 'negative' order by post limit 2)`)
	execute(t, q, `create temp table edited as select post from reactions where sentiment = 'negative' order by post limit 1`)
	execute(t, q, `update posts set content_hash = content_hash + 1 where id in (from edited)`)
	execute(t, q, `update annotations set content_hash = content_hash + 1, sentiment = 'neutral' where post in (from edited)`)
	execute(t, q, `update annotations set sentiment = 'negative' where post in (select post from reactions where sentiment = 'neutral' and post not in (from edited) order by post limit 3)`)
	add(t, q, entry{id: 7777, author: 1, thread: 1000, platform: "lemmy", instance: "agora.example", kind: "comment", created: at(9, 3), text: "Fine by me.", tone: "positive"})
	o := options()
	o.Compare = path + ".."
	o.Attach = report.Querier(q).(interface {
		Attach(context.Context, string, string) error
	}).Attach
	got, _ := write(t, q, o)
	for _, want := range []string{
		"A: old.duckdb. B: all posts.",
		"| negative | 55.9% |",
		"| No longer counts: deleted, removed, forgotten, refused, or outside the study now | 2 | −0.9 |",
		"| Edited | 1 | −1.0 |",
		"| Same words; read otherwise where model or codebook changed | 99 | +3.0 |",
		"| New | 1 | −0.6 |",
	} {
		if !strings.Contains(got["report.md"], want) {
			t.Errorf("report lacks %q:\n%s", want, section(got["report.md"], "Comparison"))
		}
	}
	if strings.Contains(got["report.md"], dir) {
		t.Error("the report says where the earlier database lies")
	}
	o.Attach = func(context.Context, string, string) error { return errors.New("is not there") }
	if _, err := report.Write(t.Context(), q, t.TempDir(), o); err == nil || !strings.Contains(err.Error(), "is not there") {
		t.Errorf("err = %v, want the one of Attach", err)
	}
}

// What is compared is a value, whatever it looks like.
func TestCompareKeepsValuesApart(t *testing.T) {
	o := options()
	for _, value := range []string{"x' or true --", "x'; drop table posts; --", `x\' or true --`, "x\x01cell|0:0:0\x02y\x03"} {
		o.Compare = "instance=" + value + ".."
		got, _ := write(t, small(t), o)
		if text := section(got["report.md"], "Comparison"); !strings.Contains(text, "Not compared: one side has posts of fewer than 5 authors.") {
			t.Errorf("%q: %s", value, text)
		}
	}
}

// section returns a section of a report.
func section(text, title string) string {
	_, after, _ := strings.Cut(text, "\n## "+title+"\n")
	before, _, _ := strings.Cut(after, "\n## ")
	return before
}
