package study

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

// TestMistakes reads pairs of files: NAME.toml and the exact text of the error
// that it gives, NAME.err. UPDATE=1 rewrites the second.
func TestMistakes(t *testing.T) {
	const file = "testdata/mistakes.txtar"
	a, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got txtar.Archive
	got.Comment = a.Comment
	want := map[string]string{}
	for _, f := range a.Files {
		want[f.Name] = string(f.Data)
	}
	for _, f := range a.Files {
		name, ok := strings.CutSuffix(f.Name, ".toml")
		if !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			_, err := Parse("study.toml", f.Data)
			if err == nil {
				t.Fatal("Parse gave no error")
			}
			if !Invalid(err) {
				t.Errorf("Invalid(%v) = false, want true", err)
			}
			text := err.Error() + "\n"
			got.Files = append(got.Files, f, txtar.File{Name: name + ".err", Data: []byte(text)})
			if diff := cmp.Diff(want[name+".err"], text); diff != "" && os.Getenv("UPDATE") == "" {
				t.Errorf("error text (-want +got):\n%s", diff)
			}
		})
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, txtar.Format(&got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// whole has every key in a form that must be normalised.
const whole = "\ufeff" + `
[study]
title = "  Reactions to X "
question = """
What did
people say?"""
since = 2024-09-01
until = 2024-09-30
languages = ["en", "de"]
contact = "https://ngo.example/study"

[[event]]
date = 2024-09-20T08:30:00+02:00
label = "terms updated"
[[event]]
date = 2024-09-18
label = "setting found"

[[source]]
kind = "lemmy"
instance = "Lemmy.Bücher.example"
communities = ["!technology", "Privacy@OTHER.example"]
search = ["linkedin AI"]
threads = ["https://LEMMY.bücher.example/post/42#c"]
match = ["linkedin", "scrap*"]
[[source]]
kind = "mastodon"
name = "tags"
instance = "mastodon.example"
hashtags = ["#NoAI", "überwachung"]
[[source]]
kind = "mastodon"
instance = "other.example"
hashtags = ["noai"]
[[source]]
kind = "file"
path = "./threads//*.json"
instance = "lemmy.example"
seen = 2024-09-25

[codebook]
themes = "themes/"
targets = "./targets"

[privacy]
authors = "pseudonym"
quotes = "unattributed"
consent = "opt-in"
keep_text_days = 30
min_cell = 10

[permission."mastodon.example"]
basis = "terms-allow"
by = "A. Reader"
date = 2024-09-02
[permission."LEMMY.example"]
basis = "admin-consent"
by = "the administrators"
date = 2024-09-01
note = "slowly"
`

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func TestParse(t *testing.T) {
	got, err := Parse("study.toml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	want := &Study{
		Title: "Reactions to X", Question: "What did\npeople say?",
		Since: day(2024, 9, 1), Until: day(2024, 10, 1),
		Languages: []string{"en", "de"}, Contact: "https://ngo.example/study",
		Events: []Event{
			{day(2024, 9, 18), "setting found"},
			{time.Date(2024, 9, 20, 6, 30, 0, 0, time.UTC), "terms updated"},
		},
		Sources: []Source{
			{Kind: Lemmy, Name: "lemmy-1", Instance: "lemmy.xn--bcher-kva.example",
				Communities: []string{"technology", "Privacy@other.example"}, Search: []string{"linkedin AI"},
				Threads: []string{"https://lemmy.xn--bcher-kva.example/post/42"}, Match: []string{"linkedin", "scrap*"}},
			{Kind: Mastodon, Name: "tags", Instance: "mastodon.example", Hashtags: []string{"noai", "überwachung"}},
			{Kind: Mastodon, Name: "mastodon-3", Instance: "other.example", Hashtags: []string{"noai"}},
			{Kind: File, Name: "threads/*.json", Instance: "lemmy.example", Path: "threads/*.json", Seen: day(2024, 9, 25)},
		},
		Themes:  "themes",
		Targets: "targets",
		Privacy: Privacy{Quotes: QuotesUnattributed, Consent: ConsentOptIn, KeepTextDays: 30, MinCell: 10},
		Permissions: []Permission{
			{Host: "lemmy.example", Basis: AdminConsent, By: "the administrators", Date: day(2024, 9, 1), Note: "slowly"},
			{Host: "mastodon.example", Basis: TermsAllow, By: "A. Reader", Date: day(2024, 9, 2)},
		},
	}
	if len(got.SHA256) != 64 {
		t.Errorf("SHA256 = %q, want 64 hex digits", got.SHA256)
	}
	want.SHA256 = got.SHA256
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
}

const least = `
[study]
title = "t"
question = "q"
%s
[[source]]
kind = "file"
path = "thread.txt"
`

func TestDefaults(t *testing.T) {
	got, err := Parse("study.toml", fmt.Appendf(nil, least, ""))
	if err != nil {
		t.Fatal(err)
	}
	want := &Study{
		Title: "t", Question: "q",
		Sources: []Source{{Kind: File, Name: "thread.txt", Path: "thread.txt"}},
		Themes:  DefaultCodebook,
		Targets: DefaultCodebook,
		Privacy: Privacy{QuotesNone, ConsentIndexable, DefaultKeepTextDays, DefaultMinCell},
		SHA256:  got.SHA256,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
}

func TestWindow(t *testing.T) {
	for _, tc := range []struct{ keys, since, until string }{
		{"since = 2024-09-18\nuntil = 2024-09-18", "2024-09-18T00:00:00Z", "2024-09-19T00:00:00Z"},
		{"until = 2024-12-31", "0001-01-01T00:00:00Z", "2025-01-01T00:00:00Z"},
		{"since = 2024-09-18 12:30:00", "2024-09-18T12:30:00Z", "0001-01-01T00:00:00Z"},
		{"since = 2024-09-18T00:00:00+02:00\nuntil = 2024-09-18T00:00:00Z", "2024-09-17T22:00:00Z", "2024-09-18T00:00:00Z"},
	} {
		s, err := Parse("study.toml", fmt.Appendf(nil, least, tc.keys))
		if err != nil {
			t.Errorf("Parse(%q): %v", tc.keys, err)
			continue
		}
		got := [2]string{s.Since.Format(time.RFC3339), s.Until.Format(time.RFC3339)}
		if want := [2]string{tc.since, tc.until}; got != want {
			t.Errorf("window of %q = %v, want %v", tc.keys, got, want)
		}
	}
}

func TestTemplate(t *testing.T) {
	s, err := Parse("template.toml", Template())
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Sources) != 1 || s.Sources[0].Kind != File {
		t.Errorf("template has sources %v, want one file", s.Sources)
	}
	if s.Privacy != (Privacy{QuotesNone, ConsentIndexable, DefaultKeepTextDays, DefaultMinCell}) {
		t.Errorf("template has privacy %+v, want the defaults", s.Privacy)
	}
}

// TestTemplateExamples takes the comment marks away: what the template shows
// must be right, too, name every key, and show the defaults.
func TestTemplateExamples(t *testing.T) {
	var open bytes.Buffer
	for line := range strings.Lines(string(Template())) {
		if bare, ok := strings.CutPrefix(line, "# "); ok && (strings.Contains(bare, " = ") || strings.HasPrefix(bare, "[")) {
			line = bare
		}
		open.WriteString(line)
	}
	s, err := Parse("template.toml", open.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Sources) != 3 || len(s.Permissions) != 1 {
		t.Errorf("template shows %d sources and %d permissions, want 3 and 1", len(s.Sources), len(s.Permissions))
	}
	if s.Themes != DefaultCodebook || s.Targets != DefaultCodebook || s.Privacy != (Privacy{QuotesNone, ConsentIndexable, DefaultKeepTextDays, DefaultMinCell}) {
		t.Errorf("template shows themes %q and privacy %+v, want the defaults", s.Themes, s.Privacy)
	}
	for key := range allKeys() {
		if !strings.Contains("\n"+open.String(), "\n"+key+" = ") {
			t.Errorf("template does not show the key %s", key)
		}
	}
}

func TestLoad(t *testing.T) {
	fsys := fstest.MapFS{
		"a/study.toml": {Data: fmt.Appendf(nil, least, "")},
		"bad.toml":     {Data: []byte("[study")},
		"big.toml":     {Data: bytes.Repeat([]byte("#\n"), MaxSize/2+1)},
	}
	if s, err := Load(fsys, "a/study.toml"); err != nil || s.Title != "t" {
		t.Errorf("Load = %v, %v, want a study", s, err)
	}
	for name, want := range map[string]string{
		"none.toml": "read study: open none.toml: file does not exist",
		"bad.toml":  "bad.toml:1:6: this is not TOML: ",
		"big.toml":  "big.toml:1:1: the file has more than 1 MiB",
	} {
		_, err := Load(fsys, name)
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("Load(%s) = %v, want %s…", name, err, want)
		}
		if got, want := Invalid(err), name != "none.toml"; got != want {
			t.Errorf("Invalid(%v) = %v, want %v", err, got, want)
		}
	}
}
