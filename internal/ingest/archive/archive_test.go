package archive

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestFormats reads every file in testdata/*.txtar and compares what came out
// with the last member, want. UPDATE=1 rewrites it.
func TestFormats(t *testing.T) {
	paths, _ := filepath.Glob("testdata/*.txtar")
	if len(paths) < 6 {
		t.Fatalf("%d cases, want at least 6", len(paths))
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			last := len(a.Files) - 1
			var got strings.Builder
			for _, f := range a.Files[:last] {
				fmt.Fprintf(&got, "%s\n", summary(inMemory(f.Name, bytes.TrimSuffix(f.Data, []byte("\n")))))
			}
			if os.Getenv("UPDATE") != "" {
				a.Files[last].Data = []byte(got.String())
				if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if d := cmp.Diff(string(a.Files[last].Data), got.String()); d != "" {
				t.Error(d)
			}
		})
	}
}

// summary says what is read from a file, a line per page, post and rejected record.
func summary(f File) string {
	head := make([]byte, headSize)
	if r, err := f.Open(); err == nil {
		n, _ := r.Read(head)
		head = head[:n]
		r.Close()
	}
	out := fmt.Sprintf("%s is %s", f.Name, Detect(head))
	for page, err := range f.Pages(context.Background(), "") {
		if err != nil {
			return out + "\n  error: " + err.Error()
		}
		out += fmt.Sprintf("\n  %s, %q", page.Name, page.Instance)
		for _, p := range page.Posts {
			b, err := json.Marshal(p)
			if err != nil {
				panic(err)
			}
			out += fmt.Sprintf("\n    %s %s", b, p.Visibility)
		}
		for _, r := range page.Rejected {
			out += fmt.Sprintf("\n    rejected %s: %s (%.8s)", r.Item, r.Reason, r.SHA256)
		}
	}
	return out
}

// read gathers a file's pages from a position on.
func read(f File, after string) (pages []discussion.Page, err error) {
	for page, err := range f.Pages(context.Background(), after) {
		if err != nil {
			return pages, err
		}
		pages = append(pages, page)
	}
	return pages, nil
}

// export is a whole export of n posts.
func export(n int) []byte {
	b := []byte(ExportHeader + "\n")
	for i := range n {
		b = append(b, exported(i+1)...)
	}
	return b
}

func TestPages(t *testing.T) {
	f := inMemory("export.jsonl", export(25))
	f.PageSize, f.Seen = 10, time.Date(2025, 3, 31, 0, 0, 0, 0, time.UTC)
	pages, err := read(f, "")
	if err != nil || len(pages) != 3 {
		t.Fatalf("%d pages, %v; want 3", len(pages), err)
	}
	for i, want := range []string{"records 1-10", "records 11-20", "records 21-25"} {
		p := pages[i]
		if p.Name != want || p.Cursor.Stream != "export.jsonl" || p.Seen != f.Seen || len(p.SHA256) != 64 {
			t.Errorf("page %d: %q of %q, seen %v, sha256 %q", i, p.Name, p.Cursor.Stream, p.Seen, p.SHA256)
		}
	}
	last := pages[2].Cursor.Position
	if again, err := read(f, last); err != nil || len(again) != 0 {
		t.Errorf("a file that is done: %d pages, %v; want none", len(again), err)
	}
	changed := f
	changed.Open = inMemory("", export(26)).Open
	if again, err := read(changed, last); err != nil || len(again) != 3 || len(again[2].Posts) != 6 {
		t.Errorf("a file that has changed: %d pages, %v; want 3 with all 26 records", len(again), err)
	}
	if again, err := read(f, "nonsense"); err != nil || len(again) != 3 {
		t.Errorf("an unreadable position: %d pages, %v; want 3", len(again), err)
	}
	f.PageSize = 5
	if pages, _ := read(f, ""); len(pages) != 6 || pages[5].Name != "end" || !strings.Contains(pages[5].Cursor.Position, `"done":true`) {
		t.Errorf("a file that ends with a full page: %d pages; want a sixth, empty one that says done", len(pages))
	}
}

func TestOneBadOfFifty(t *testing.T) {
	b := bytes.Replace(export(50), []byte(urn(17)+`","local`), []byte(`","local`), 1)
	pages, err := read(inMemory("export.jsonl", b), "")
	if err != nil || len(pages) != 1 || len(pages[0].Posts) != 49 || len(pages[0].Rejected) != 1 {
		t.Fatalf("%+v, %v; want 49 posts and 1 rejected", pages, err)
	}
	if r := pages[0].Rejected[0]; r.Item != "export.jsonl:18" || r.Reason != "uri: missing" || len(r.SHA256) != 64 {
		t.Errorf("%+v", r)
	}
}

// TestResume stops after any page and goes on from its cursor: what comes out
// is what one pass gives, to the page.
func TestResume(t *testing.T) {
	var corpus [][]byte
	for _, name := range []string{"lemmy-v3", "mastodon", "activitypub", "export"} {
		a, err := txtar.ParseFile("testdata/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range a.Files[:len(a.Files)-1] {
			corpus = append(corpus, f.Data)
		}
	}
	corpus = append(corpus, export(700))
	rapid.Check(t, func(t *rapid.T) {
		f := inMemory("file", rapid.SampledFrom(corpus).Draw(t, "file"))
		f.PageSize = rapid.IntRange(1, 9).Draw(t, "page size")
		whole, err := read(f, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range whole {
			if len(p.Posts) > f.PageSize && len(p.Posts) > 2 {
				t.Fatalf("%s: %d posts on a page of %d", p.Name, len(p.Posts), f.PageSize)
			}
		}
		stop := rapid.IntRange(0, len(whole)-1).Draw(t, "stop")
		rest, err := read(f, whole[stop].Cursor.Position)
		if err != nil {
			t.Fatal(err)
		}
		for stop+1 < len(whole) && whole[stop+1].Cursor == whole[stop].Cursor {
			stop++ // an answer split over pages is taken again from its start
		}
		if d := cmp.Diff(len(whole), stop+1+len(rest)); d != "" && !split(whole) {
			t.Fatal(d)
		}
		if !split(whole) {
			if d := cmp.Diff(whole[stop+1:], append([]discussion.Page{}, rest...)); d != "" {
				t.Fatal(d)
			}
		}
	})
}

// split reports whether a record with more posts than a page was cut.
func split(pages []discussion.Page) bool {
	seen := map[string]bool{"0": true}
	for _, p := range pages {
		var at position
		if json.Unmarshal([]byte(p.Cursor.Position), &at) != nil || seen[fmt.Sprint(at.Records)] && !at.Done {
			return true
		}
		seen[fmt.Sprint(at.Records)] = true
	}
	return false
}

func TestDamageKeepsWhatCameBefore(t *testing.T) {
	whole := export(900)
	pages, err := read(inMemory("export.jsonl", whole[:len(whole)-300]), "")
	if err == nil || !strings.Contains(err.Error(), "read export.jsonl: line 901 is cut off") {
		t.Errorf("error %v; want one that names the line", err)
	}
	if n := len(pages[0].Posts); n != 899 || strings.Contains(pages[0].Cursor.Position, `"done":true`) {
		t.Errorf("%d posts, cursor %s; want 899 and not done", n, pages[0].Cursor.Position)
	}
}

func TestLimits(t *testing.T) {
	long := bytes.Replace(exported(1), []byte("They"), bytes.Repeat([]byte("They"), recordCap/4), 1)
	deep := []byte(`{"uri":"x","more":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + "}\n")
	lines := bytes.Join([][]byte{exported(1), long, deep, exported(2)}, nil)
	list := `[` + strings.ReplaceAll(strings.TrimSpace(string(lines)), "\n", ",") + `]`
	for name, b := range map[string][]byte{"lines.jsonl": lines, "list.json": []byte(list)} {
		pages, err := read(inMemory(name, b), "")
		if err != nil || len(pages) != 1 {
			t.Fatalf("%s: %d pages, %v", name, len(pages), err)
		}
		var reasons []string
		for _, r := range pages[0].Rejected {
			reasons = append(reasons, r.Reason)
		}
		if d := cmp.Diff([]string{"longer than 4 MiB", "nested deeper than 64"}, reasons); d != "" || len(pages[0].Posts) != 2 {
			t.Errorf("%s: %d posts, rejected %s", name, len(pages[0].Posts), d)
		}
	}
}

func TestLinewise(t *testing.T) {
	tests := []struct {
		head string
		want bool
	}{
		{"{\"a\":1}\n{\"a\":2}\n", true},
		{"{\"a\":1}\n\n{\"a\":2,\"b\":", true},        // the head ends in a line
		{"{\"a\":x}\n{\"a\":2}\n", true},              // a broken line
		{"{\"items\": [\n{\"a\":1}\n", false},         // one value over lines
		{"{\"items\": [],\n{\"a\":1}\n", false},       // the same, broken
		{"[{\"a\":1},\n{\"a\":2}]\n", false},          //
		{"{\n\"a\":1}\n", false},                      // pretty
		{"{\"a\":1}\n", false},                        // a single value
		{"{\"a\":1}\n{\"a\":2},\n{\"a\":3}\n", false}, // the end of a list
	}
	for _, tt := range tests {
		if got := linewise([]byte(tt.head)); got != tt.want {
			t.Errorf("linewise(%q) = %v, want %v", tt.head, got, tt.want)
		}
	}
}

// TestLongLine has a whole answer on a line that is longer than a record may be.
func TestLongLine(t *testing.T) {
	one := `{"id":"1","uri":"https://plaza.example/users/rosa/statuses/1","account":{"acct":"rosa","url":"https://plaza.example/@rosa"},"content":"` +
		strings.Repeat("no ", 5000) + `"}`
	answer := `{"statuses":[` + strings.Repeat(one+",", 299) + one + "]}"
	broken := strings.Replace(answer, "]}", "]]", 1)
	pages, err := read(inMemory("pages.jsonl", []byte(one+"\n"+answer+"\n"+broken+"\n"+one)), "")
	if err != nil || len(pages) != 1 || len(pages[0].Posts) != 602 || len(pages[0].Rejected) != 1 {
		t.Fatalf("%d pages, %v; want one of 602 posts and one rejected line", len(pages), err)
	}
	if r := pages[0].Rejected[0]; r.Item != "pages.jsonl:3" || pages[0].Instance != "plaza.example" {
		t.Errorf("rejected %+v, instance %q", r, pages[0].Instance)
	}
	_, err = read(inMemory("pages.jsonl", []byte(one+"\n"+one+"\n"+answer[:len(answer)-9])), "")
	if err == nil || !strings.Contains(err.Error(), "line 3 is cut off") {
		t.Errorf("a long last line that is cut off: error %v", err)
	}
}

// TestStop leaves early, by the consumer's will and by the context's; TestMain
// sees that nothing runs on.
func TestStop(t *testing.T) {
	f := inMemory("export.jsonl", export(5000))
	f.PageSize = 100
	for range f.Pages(context.Background(), "") {
		break
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n := 0
	var last error
	for page, err := range f.Pages(ctx, "") {
		cancel()
		n += len(page.Posts)
		last = err
	}
	if n == 0 || n == 5000 || last == nil {
		t.Errorf("%d posts, error %v; want some and the context's error", n, last)
	}
}
