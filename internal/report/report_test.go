package report_test

import (
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/report"
)

// write makes a report and returns its files by their path in the folder.
func write(t *testing.T, q report.Querier, o report.Options) (map[string]string, report.Summary) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "out")
	sum, err := report.Write(t.Context(), q, dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return files(t, dir), sum
}

func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[filepath.ToSlash(name)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

const evidence = "report.evidence.json"

// TestGolden compares a whole report with testdata/small; UPDATE=1 rewrites it.
func TestGolden(t *testing.T) {
	q := small(t)
	got, sum := write(t, q, options())
	sane(t, got["report.md"])
	golden := filepath.Join("testdata", "small")
	// Tables hold when their rows were written.
	got[evidence] = regexp.MustCompile(`"hash": "[0-9a-f]+"`).ReplaceAllString(got[evidence], `"hash": "…"`)
	if os.Getenv("UPDATE") != "" {
		for name, content := range got {
			path := filepath.Join(golden, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if diff := cmp.Diff(files(t, golden), got); diff != "" {
		t.Errorf("report differs from %s (UPDATE=1 rewrites it): -want +got\n%s", golden, diff)
	}
	sum.Path, sum.Evidence, sum.Charts = "", "", nil
	want := report.Summary{Changed: true, Posts: 102, Authors: 46, Threads: 4, Negative: 57, Neutral: 31, Positive: 14,
		RepliesHeld: 46, RepliesClaimed: 63, Quarantined: 1, LeftOutOnPurpose: 3}
	if diff := cmp.Diff(want, sum); diff != "" {
		t.Errorf("summary: -want +got\n%s", diff)
	}
}

// The same database and options give the same bytes, wherever and however often.
func TestReportIsTheSameEveryTime(t *testing.T) {
	q := small(t)
	first, _ := write(t, q, options())
	local := time.Local
	defer func() { time.Local = local; runtime.GOMAXPROCS(2) }()
	places, locales := []string{"Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kolkata", "Europe/Berlin", "UTC"}, []string{"de_DE.UTF-8", "C", "tr_TR.UTF-8"}
	for i := range 20 {
		place := places[i%len(places)]
		zone, err := time.LoadLocation(place)
		if err != nil {
			t.Fatal(err)
		}
		time.Local = zone
		t.Setenv("TZ", place)
		t.Setenv("LC_ALL", locales[i%len(locales)])
		runtime.GOMAXPROCS(1 + i%4)
		o := options()
		for j := range o.Events {
			o.Events[j].Date = o.Events[j].Date.In(zone)
		}
		o.Since, o.Until = o.Since.In(zone), o.Until.In(zone)
		again, _ := write(t, q, o)
		if diff := cmp.Diff(first, again); diff != "" {
			t.Errorf("run %d: report differs in %s: -first +again\n%s", i, place, diff)
		}
	}
}

func TestEmptyDatabase(t *testing.T) {
	got, sum := write(t, database(t), report.Options{Title: "Nothing", Quotes: "attributed"})
	text := got["report.md"]
	if len(sum.Charts) != 0 || len(got) != 2 {
		t.Errorf("charts of an empty report = %v, want report.md and its evidence alone", sum.Charts)
	}
	if !strings.Contains(text, "No post counts as a reaction") {
		t.Errorf("report does not say that it is empty:\n%s", text)
	}
	sane(t, text)
}

var wrong = regexp.MustCompile(`NaN|\bInf\b|%!|<nil>|[{}]|^[^|]*[^ |]  |(^|[^0-9.,])1 (posts|threads|authors|replies|instances|days|answers)\b|` +
	`\b([02-9]|[1-9][0-9]+) (post|thread|author|reply|instance|day) |\b1 (post|thread|author|reply|instance) (are|were|have)\b`)

// sane wants no number that is none, and no wrong plural.
func sane(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if bad := wrong.FindString(line); bad != "" {
			t.Errorf("line has %q: %s", bad, line)
		}
	}
}

// One thread as a person copied it: one platform, one language, times that are
// guesses, no claims of any server.
func TestCopiedThread(t *testing.T) {
	q := database(t)
	root := entry{id: 1, author: 1, platform: "lemmy", instance: "agora.example", kind: "article", text: "An article.", created: at(1, 0), approximate: true}
	add(t, q, root)
	for i := range 8 {
		add(t, q, entry{id: 10 + i, thread: 1, parent: 1, author: 10 + i, platform: "lemmy", instance: "agora.example", kind: "comment",
			created: at(1, 0), approximate: true, text: "Of course they did that again.", tone: "negative"})
	}
	execute(t, q, `insert into study (title, question, sha256) values ('t', 'q', 'ab')`)
	o := options()
	o.Since, o.Until = time.Time{}, time.Time{}
	got, _ := write(t, q, o)
	text := got["report.md"]
	sane(t, text)
	for _, want := range []string{
		"Chart not shown: the time of every post was worked out from words",
		"| 2025-03 | 8 | 8 |",
		"All posts are from Lemmy: nothing can be said about differences between platforms.",
		"No server’s count of replies is known for 1 thread, so coverage is not known.",
		"Not shown: no post speaks of a theme of the codebook.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("report lacks %q", want)
		}
	}
	if _, ok := got["charts/timeline.svg"]; ok {
		t.Error("a timeline was drawn from approximate times")
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestOnePost(t *testing.T) {
	q := database(t)
	add(t, q, entry{id: 1, author: 1, platform: "mastodon", instance: "tooters.example", text: "Fine by me.", tone: "positive", created: at(4, 5)})
	execute(t, q, `insert into study (title, question, sha256) values ('t', 'q', 'ab')`)
	got, _ := write(t, q, options())
	sane(t, got["report.md"])
	for _, want := range []string{
		"- 1 post by 1 author in 1 thread on 1 instance counts as reactions, dated 2025-03-04.",
		"positive: 100.0% (1 of 1 post; 95% interval 20.7–100.0%)",
		"Chart not shown: every post with a known day is of 2025-03-04.",
	} {
		if !strings.Contains(got["report.md"], want) {
			t.Errorf("report lacks %q:\n%s", want, got["report.md"])
		}
	}
}

// TestAlikePosts: 40 posts by 40 people tell as much as they are; 40 by eight who
// write five each in one tone tell as much as four or five: five alike, less
// since eight authors show little of how authors differ (40 / (5 * 8/7 *
// (2.365/1.960)²) = 4.8).
func TestAlikePosts(t *testing.T) {
	for _, tc := range []struct {
		authors int
		want    string
	}{{40, "40 posts say as much as 40 independent ones."}, {8, "40 posts say as much as 4 independent ones."}} {
		q := database(t)
		for i := range 40 {
			author := i % tc.authors
			tone := []string{"negative", "neutral"}[author%2]
			add(t, q, entry{id: 1 + i, author: author, platform: "mastodon", instance: "tooters.example", text: "Words.", tone: tone, created: at(4, 5)})
		}
		execute(t, q, `insert into study (title, question, sha256) values ('t', 'q', 'ab')`)
		got, _ := write(t, q, options())
		sane(t, got["report.md"])
		if !strings.Contains(got["report.md"], tc.want) {
			t.Errorf("%d authors: report lacks %q:\n%s", tc.authors, tc.want, got["report.md"][:3000])
		}
	}
}

// A post whose time is not known counts, and is in no timeline.
func TestUnknownTimes(t *testing.T) {
	q := database(t)
	for i := range 3 {
		add(t, q, entry{id: 1 + i, author: i, platform: "other", instance: "a.example", text: "Fine by me.", tone: "positive"})
	}
	execute(t, q, `insert into study (title, question, sha256) values ('t', 'q', 'ab')`)
	got, _ := write(t, q, report.Options{})
	sane(t, got["report.md"])
	if !strings.Contains(got["report.md"], "| not known | 3 | 3 |") {
		t.Errorf("posts without a time are not in the table of months:\n%s", got["report.md"])
	}
}

func TestForeignFilesAreNotTouched(t *testing.T) {
	q := database(t)
	for _, name := range []string{"report.md", evidence, "charts/tone.svg"} {
		dir := t.TempDir()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("# mine\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := report.Write(t.Context(), q, dir, report.Options{})
		if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "did not write this file") {
			t.Errorf("%s: err = %v, want a refusal that names the file", name, err)
		}
		if content, _ := os.ReadFile(path); string(content) != "# mine\n" {
			t.Errorf("%s was overwritten with %q", name, content)
		}
	}
}

// A link in the folder that leads out of it is no way out.
func TestNothingIsWrittenOutside(t *testing.T) {
	q := small(t)
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(dir, "charts")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	if _, err := report.Write(t.Context(), q, dir, options()); err == nil {
		t.Error("wrote through a link that leads out of the folder")
	}
	if got := files(t, outside); len(got) != 0 {
		t.Errorf("files outside: %v", got)
	}
}

func TestRewriting(t *testing.T) {
	q := small(t)
	dir := t.TempDir()
	for i, want := range []bool{true, false} {
		sum, err := report.Write(t.Context(), q, dir, options())
		if err != nil || sum.Changed != want || len(sum.Charts) != 5 {
			t.Fatalf("run %d: changed %v, charts %v, err %v, want changed %v", i+1, sum.Changed, sum.Charts, err, want)
		}
	}
	sum, err := report.Write(t.Context(), database(t), dir, options())
	if err != nil || !sum.Changed {
		t.Fatalf("changed %v, err %v", sum.Changed, err)
	}
	if got := files(t, dir); len(got) != 2 {
		t.Errorf("%d files, want report.md and its evidence without the old charts", len(got))
	}
}

// TestCheckedByHand: where people have labelled every post, the corrected shares are
// those of their labels, whatever the model says; a little sample says how sure it is.
func TestCheckedByHand(t *testing.T) {
	q := database(t)
	fill(t, q)
	execute(t, q, `insert into label_sample
		select r.post, p.content_hash, r.sentiment, count(*) over (partition by r.sentiment), row_number() over (order by r.post), 1
		from reactions r join posts p on p.id = r.post`)
	// Of the 57 negative, 31 neutral and 14 positive posts, one person takes every third of the negative ones for neutral.
	execute(t, q, `insert into labels
		select post, content_hash, 'zoe', case when stratum = 'negative' and row_number() over (partition by stratum order by place) % 3 = 0 then 'neutral' else stratum end, now() from label_sample`)
	got, _ := write(t, q, options())
	sane(t, got["report.md"])
	for _, want := range []string{
		"- People would call 37.3% of these posts negative (95% interval ", // 38 of 102
		", 49.0% neutral (", // 50 of 102
		"102 posts of 102 that were drawn are labelled by 1 person",
		"Only one person labelled",
		"| negative | 55.9% | ",
		"| negative | 0.67 | 1.00 | 0.80 |", // 38 of 57, 38 of 38
		"| neutral | 1.00 | 0.62 | 0.77 |",  // 31 of 31, 31 of 50
		"**Read by a program.**",
	} {
		if !strings.Contains(got["report.md"], want) {
			t.Errorf("report lacks %q:\n%s", want, got["report.md"])
		}
	}
	// A second person agrees on all but six.
	execute(t, q, `insert into labels
		select post, content_hash, 'yan', case when row_number() over (order by post) <= 6 then case sentiment when 'positive' then 'negative' else 'positive' end else sentiment end, now() from labels`)
	got, _ = write(t, q, options())
	if want := "102 posts were labelled by more than one person; they agree on 96 of 102 pairs of labels (94.1%); Krippendorff’s alpha 0.9"; !strings.Contains(got["report.md"], want) {
		t.Errorf("report lacks %q", want)
	}
	// A study without a positive post is corrected by the two tones that it has.
	execute(t, q, `update posts set state = 'deleted' where id in (select post from reactions where sentiment = 'positive')`)
	execute(t, q, `delete from labels where post in (select id from posts where state = 'deleted')`)
	execute(t, q, `delete from label_sample where post in (select id from posts where state = 'deleted')`)
	got, _ = write(t, q, options())
	if !strings.Contains(got["report.md"], "- People would call ") {
		t.Error("labels of a study without positive posts do not correct it")
	}
	execute(t, q, `delete from labels where post not in (select post from label_sample where place <= 10)`)
	got, _ = write(t, q, options())
	if !strings.Contains(got["report.md"], "Too few posts are labelled") || strings.Contains(got["report.md"], "People would call") {
		t.Error("ten labels correct the report")
	}
}
