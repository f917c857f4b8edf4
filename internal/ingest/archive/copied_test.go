package archive

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

var copiedOn = time.Date(2026, 5, 31, 18, 0, 0, 0, time.UTC)

func copiedPageFile(t testing.TB) []byte {
	text, err := os.ReadFile("testdata/copied/page.txt")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestCopied(t *testing.T) {
	posts, rejected := parseCopied(copiedPageFile(t), copiedOn, "marlow")
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	if err := e.Encode(map[string]any{"posts": posts, "rejected": rejected}); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/copied/page.json"
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("parseCopied (-want +got):\n%s", diff)
	}
}

// However the clipboard writes a page, its posts are the same.
func TestCopiedForms(t *testing.T) {
	page := string(copiedPageFile(t))
	want, _ := parseCopied([]byte(page), copiedOn, "marlow")
	tabs := func(s string) string { return strings.ReplaceAll(s, "  ", "\t") }
	bare := func(s string) string {
		s = strings.NewReplacer("• pillows", "- pillows", "• far", "- far").Replace(s)
		return strings.NewReplacer("• ", "", "◦ ", "").Replace(s)
	}
	for name, form := range map[string]func(string) string{
		"Windows line ends": func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"tabs":              tabs,
		"tabs and spaces":   func(s string) string { return strings.ReplaceAll(s, "    ", "\t") },
		"wide":              func(s string) string { return strings.ReplaceAll(s, "  ", "      ") },
		"no-break spaces":   func(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") },
		"byte order mark":   func(s string) string { return "\ufeff" + s },
		"other bullets":     func(s string) string { return strings.NewReplacer("• e", "* e", "◦", "▪").Replace(s) },
		"no bullets":        bare,
	} {
		got, _ := parseCopied([]byte(form(page)), copiedOn, "marlow")
		if name == "no bullets" {
			for i := range got {
				got[i].Content = strings.NewReplacer("- pillows", "• pillows", "- far", "• far").Replace(got[i].Content)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-as it lies +so):\n%s", name, diff)
		}
	}
}

// A later copy shows other votes, another order, an edit and a deletion: what
// was there is found again under its URI.
func TestCopiedAgain(t *testing.T) {
	page := copiedPageFile(t)
	first, _ := parseCopied(page, copiedOn, "")
	later := strings.NewReplacer(
		"\n    41\n", "\n    57\n",
		"Grumpy today, are we?", "deleted by creator",
		"the brakes squeal at every stop.", "the brakes squeal.\n\n      Edit: fewer words.",
		"3 days ago", "3 weeks ago",
	).Replace(string(page))
	cut := strings.Index(later, "  • quiet@")
	newcomer := "  • new@larch.example\n    link\n    fedilink\n    arrow-up\n    1\n    ·\n    2 hours ago\n\n    Late to the party.\n\n"
	again, _ := parseCopied([]byte(later[:cut]+newcomer+later[cut:]), copiedOn.AddDate(0, 0, 20), "")
	if len(again) != len(first)+1 {
		t.Fatalf("%d posts on the second copy, want one more than %d", len(again), len(first))
	}
	again = slices.DeleteFunc(again, func(p discussion.Post) bool { return p.Author.URI == "new@larch.example" })
	for i, p := range first {
		if again[i].URI != p.URI || again[i].Parent != p.Parent {
			t.Errorf("%s under %s is %s under %s on the second copy", p.URI, p.Parent, again[i].URI, again[i].Parent)
		}
	}
}

func TestCopiedAge(t *testing.T) {
	at := func(s string) time.Time { t, _ := time.Parse("2006-01-02 15:04:05", s); return t }
	for in, want := range map[string]time.Time{
		"just now":               at("2026-05-31 18:00:00"),
		"30 seconds ago":         at("2026-05-31 17:59:30"),
		"less than a minute ago": at("2026-05-31 17:59:00"),
		"5m":                     at("2026-05-31 17:55:00"),
		"an hour ago":            at("2026-05-31 17:00:00"),
		"about 14 hours ago":     at("2026-05-31 04:00:00"),
		"a day ago":              at("2026-05-30 18:00:00"),
		"yesterday":              at("2026-05-30 18:00:00"),
		"2 Weeks Ago":            at("2026-05-17 18:00:00"),
		"last month":             at("2026-04-30 18:00:00"),
		"3 months ago":           at("2026-02-28 18:00:00"),
		"2mo":                    at("2026-03-31 18:00:00"),
		"5 months ago":           at("2025-12-31 18:00:00"),
		"1 yr. ago":              at("2025-05-31 18:00:00"),
		"over 2 years ago":       at("2024-05-31 18:00:00"),
		"vor einem Monat":        at("2026-04-30 18:00:00"),
		"il y a un an":           at("2025-05-31 18:00:00"),
		"hace 3 días":            at("2026-05-28 18:00:00"),
		"90 years ago":           {},
	} {
		a, ok := readAge(in)
		if got := a.before(copiedOn); !ok || !got.Equal(want) {
			t.Errorf("readAge(%q) before %v = %v, %v, want %v", in, copiedOn, got, ok, want)
		}
	}
	for _, in := range []string{"", "ago", "months ago", "2 moons ago", "12345 days ago", "a", "last", "99999999999999999999 days ago", "English"} {
		if a, ok := readAge(in); ok {
			t.Errorf("readAge(%q) = %v, want none", in, a)
		}
	}
	a, _ := readAge("2 months ago")
	if got := a.before(time.Time{}); !got.IsZero() {
		t.Errorf("two months before an unknown time = %v", got)
	}
}

func TestCopiedVotes(t *testing.T) {
	for in, want := range map[string]int64{"0": 0, "91": 91, "-2": -2, "−2": -2, "1,204": 1204, "1.15k": 1150, "2K": 2000, "3M": 3_000_000} {
		if got, ok := readVotes(in); !ok || got != want {
			t.Errorf("readVotes(%q) = %d, %v, want %d", in, got, ok, want)
		}
	}
	for _, in := range []string{"", "-", "k", "1.5", "several", "9x1", "1e9", "12345678901"} {
		if got, ok := readVotes(in); ok {
			t.Errorf("readVotes(%q) = %d, want none", in, got)
		}
	}
}

// block is a comment as it lies on a page, at a level of indentation.
func block(level int, name, body string) string {
	pad := strings.Repeat("  ", level)
	lines := []string{"• " + name, "  link", "  fedilink", "  arrow-up", "  1", "  ·", "  2 days ago", "", "  " + body, ""}
	return pad + strings.Join(lines, "\n"+pad) + "\n"
}

func TestCopiedDamage(t *testing.T) {
	good := block(0, "ida@rowan.example", "All is well here, thank you.")
	for name, c := range map[string]struct {
		page          string
		posts         int
		item, because string
	}{
		"no name":        {good + "•\nlink\nfedilink\n2 days ago\n\nwords", 1, "line 11", "author"},
		"icons alone":    {good + "link\nfedilink\n2 days ago\n\nwords", 1, "line 11", "author"},
		"no time":        {good + strings.Replace(good, "2 days ago", "2 moons ago", 1), 1, "line 11", "time"},
		"cut off":        {good + "• ida@rowan.example\n  link", 1, "line 11", "time"},
		"votes in words": {strings.Replace(good, "  1\n", "  many\n", 1) + good, 1, "line 1", "votes"},
		"no comment":     {"Only an article.\n", 0, "line 1", "no comment"},
		"empty":          {"", 0, "line 1", "no comment"},
	} {
		posts, rejected := parseCopied([]byte(c.page), copiedOn, "x")
		if len(posts) != c.posts || len(rejected) != 1 {
			t.Errorf("%s: %d posts, rejected %v; want %d and one rejected", name, len(posts), rejected, c.posts)
			continue
		}
		if r := rejected[0]; r.Item != c.item || !strings.Contains(r.Reason, c.because) || len(r.SHA256) != 64 {
			t.Errorf("%s: rejected %v, want %s because of %s", name, r, c.item, c.because)
		}
	}
}

// Prose that has words of chrome in it is prose.
func TestCopiedProse(t *testing.T) {
	for _, body := range []string{
		"link", "English", "See this:\n\n  link\n\n  It is worth it.", "I would arrow-up this 91 times\n  2 months ago",
		"OP\n  was right", "• one\n  • two", "Ask\n\n  • @ida@rowan.example\n  • @nils@alder.example\n\n  They know.", "reply",
	} {
		posts, rejected := parseCopied([]byte(block(0, "ida@rowan.example", body)+block(0, "nils@alder.example", "Yes.")), copiedOn, "x")
		want := strings.ReplaceAll(body, "\n  ", "\n")
		if len(posts) != 2 || len(rejected) != 0 || posts[0].Content != want {
			t.Errorf("%q: %d posts, rejected %v, first %q", body, len(posts), rejected, posts[0].Content)
		}
	}
}

func TestCopiedQuotes(t *testing.T) {
	article := "The mayor opened the new bridge on Friday, and nobody came to see it.\n\n"
	for body, want := range map[string]string{
		"Nobody came to see it\n\n  I did.":                                    "> Nobody came to see it\n\nI did.",
		"“…opened the new bridge on Friday…”\n  On Sunday!":                    "> “…opened the new bridge on Friday…”\n\nOn Sunday!",
		"The mayor opened […] the new bridge on Friday\n\n  So?":               "> The mayor opened […] the new bridge on Friday\n\nSo?",
		"I would never cross a bridge on a windy day\n\n  You would.":          "> I would never cross a bridge on a windy day\n\nYou would.",
		"Somebody... nobody came to see it":                                    "Somebody... nobody came to see it",
		"It is the cloudy days that I prefer for this\n\n  A matter of taste.": "> It is the cloudy days that I prefer for this\n\nA matter of taste.",
		"The mayor … the new bridge on Friday":                                 "The mayor … the new bridge on Friday",
		"So?\n\n  nobody came to see it\n\n  Really.":                          "So?\n\n> nobody came to see it\n\nReally.",
		"the new bridge": "the new bridge",
		"The mayor opened the new bridges on Friday":                            "The mayor opened the new bridges on Friday",
		"> nobody came to see it\n\n  Marked already.":                          "> nobody came to see it\n\nMarked already.",
		"Words that only a sibling has written here\n\n  are not a quote of it": "Words that only a sibling has written here\n\nare not a quote of it",
	} {
		page := article + block(0, "ida@rowan.example", "It is the cloudy days that I prefer for this.") +
			block(1, "olle@larch.example", "I would never cross a bridge on a windy day, or any.") +
			block(2, "nils@alder.example", "Words that only a sibling has written here.") +
			block(2, "edda@alder.example", strings.ReplaceAll(body, "\n", "\n    "))
		posts, _ := parseCopied([]byte(page), copiedOn, "x")
		if got := posts[len(posts)-1].Content; got != want {
			t.Errorf("%q became\n%q, want\n%q", body, got, want)
		}
	}
}

func TestCopiedDeep(t *testing.T) {
	const levels = 300
	var b strings.Builder
	for i := range levels {
		b.WriteString(block(i, fmt.Sprintf("n%d@rowan.example", i), "Deeper."))
	}
	posts, rejected := parseCopied([]byte(b.String()), copiedOn, "x")
	if len(posts) != levels || len(rejected) != 0 {
		t.Fatalf("%d posts, %d rejected", len(posts), len(rejected))
	}
	for i, p := range posts {
		if p.Depth != i+1 || i > 0 && p.Parent != posts[i-1].URI {
			t.Fatalf("level %d: depth %d under %s", i, p.Depth, p.Parent)
		}
	}
}

func TestLooksCopied(t *testing.T) {
	page := copiedPageFile(t)
	for name, c := range map[string]struct {
		head []byte
		want bool
	}{
		"page": {page, true}, "its head": {page[:1200], true}, "article": {page[:300], false}, "empty": {nil, false},
		"JSON": {append([]byte("{\"x\":1}\n"), page...), false}, "binary": {append([]byte("x\x00"), page...), false},
	} {
		if got := looksCopied(c.head); got != c.want {
			t.Errorf("looksCopied(%s) = %v", name, got)
		}
	}
}

// A real thread, where FEDIPULSE_SEEDS names the folder that it lies in.
func TestCopiedSeed(t *testing.T) {
	dir := os.Getenv("FEDIPULSE_SEEDS")
	if dir == "" {
		t.Skip("FEDIPULSE_SEEDS is not set: it names a folder with linkedin-lemmy-thread.txt, a page that is not ours to publish")
	}
	text, err := os.ReadFile(filepath.Join(dir, "linkedin-lemmy-thread.txt"))
	if err != nil {
		t.Fatal(err)
	}
	posts, rejected := parseCopied(text, time.Date(2024, 11, 20, 0, 0, 0, 0, time.UTC), "")
	if len(posts) != 12 || len(rejected) != 0 || posts[0].Kind != discussion.KindArticle {
		t.Fatalf("%d posts, %v rejected", len(posts), rejected)
	}
	var depths, votes []int64
	quoting, edited := 0, 0
	for _, p := range posts[1:] {
		depths, votes = append(depths, int64(p.Depth)), append(votes, *p.Score)
		if p.Language != "en" || p.Instance == "" || !p.Approx || p.Created.Format(time.DateOnly) != "2024-09-20" || p.Content == "" {
			t.Errorf("comment %s: %+v", p.URI, p)
		}
		if strings.HasPrefix(p.Content, "> ") {
			quoting++
		}
		if p.State == discussion.Edited {
			edited++
		}
	}
	if quoting != 2 || edited != 3 {
		t.Errorf("%d quote and %d are edited, want 2 and 3", quoting, edited)
	}
	if diff := cmp.Diff([]int64{1, 2, 2, 2, 2, 2, 3, 4, 3, 1, 1}, depths); diff != "" {
		t.Errorf("depths (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int64{91, 28, 8, 1, 4, 3, 1, 1, 5, 16, 13}, votes); diff != "" {
		t.Errorf("votes (-want +got):\n%s", diff)
	}
}

func FuzzCopied(f *testing.F) {
	page := copiedPageFile(f)
	f.Add(page)
	f.Add(page[700:1500])
	f.Add([]byte(block(3, "x", "y") + block(0, "", "") + "\tlink\r\nfedilink\r1yr\u2028 • a@b.c\n·"))
	f.Fuzz(func(t *testing.T, text []byte) {
		posts, rejected := parseCopied(text, copiedOn, "")
		looksCopied(text)
		if len(posts)+len(rejected) == 0 {
			t.Error("neither posts nor a reason")
		}
		uris := map[string]bool{}
		for _, p := range posts {
			if uris[p.URI] {
				t.Errorf("%s twice", p.URI)
			}
			uris[p.URI] = true
			if p.State.Gone() && p.Content != "" {
				t.Errorf("%s is gone and has words", p.URI)
			}
			if p.Kind == discussion.KindComment && (p.Author.URI == "" || p.Parent == "" || p.Depth < 1) {
				t.Errorf("comment without a place: %+v", p)
			}
		}
	})
}
