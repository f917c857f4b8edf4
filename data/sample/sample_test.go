// Package sample_test holds the sample study to what the README says of it.
package sample_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAnswersAreGenerated says that the answers are what the scripts make,
// byte for byte, and that nobody changed them by hand.
func TestAnswersAreGenerated(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the generator")
	}
	tmp := t.TempDir()
	args := append([]string{"run"}, generator(t)...)
	if out, err := exec.Command("go", append(args, "-out", tmp)...).CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	want, got := read(t, tmp), read(t, "answers")
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("answers/%s is not what the scripts make (go generate ./data):\n%.2000s", name, cmp.Diff(want[name], got[name]))
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("answers/%s comes from no script", name)
		}
	}
}

func generator(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, "_test.go") })
}

func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*", "*.json"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no answers in %s: %v", dir, err)
	}
	all := map[string]string{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path)] = string(data)
	}
	return all
}

// answer has the members of all four kinds of answers that the test counts by.
type answer struct {
	// of Lemmy
	Root *struct {
		Post      object `json:"post"`
		Community struct {
			Local bool `json:"local"`
		} `json:"community"`
		Counts struct {
			Comments int `json:"comments"`
		} `json:"counts"`
	} `json:"post_view"`
	Comments []struct {
		Comment object `json:"comment"`
	} `json:"comments"`
	// of Mastodon
	object
	Descendants []object `json:"descendants"`
}

// object is a post of any kind.
type object struct {
	APID       string `json:"ap_id"`
	URI        string `json:"uri"`
	Path       string `json:"path"`
	Content    string `json:"content"`
	Deleted    bool   `json:"deleted"`
	Removed    bool   `json:"removed"`
	Language   string `json:"language"`
	LanguageID int    `json:"language_id"`
	Visibility string `json:"visibility"`
	Warning    string `json:"spoiler_text"`
	Edited     string `json:"edited_at"`
	Quote      any    `json:"quote"`
	Account    struct {
		Acct string `json:"acct"`
		Bot  bool   `json:"bot"`
		URL  string `json:"url"`
	} `json:"account"`
}

// TestSampleIsRich says that the sample has what the README promises of it.
func TestSampleIsRich(t *testing.T) {
	have := tally{threads: map[string]bool{}, posts: map[string]int{}, languages: map[string]int{}, instances: map[string]int{}, traits: map[string]int{}}
	for name, data := range read(t, "answers") {
		var a answer
		if err := json.Unmarshal([]byte(data), &a); err != nil {
			t.Errorf("answers/%s: %v", name, err)
			continue
		}
		have.count(name, &a)
	}
	for _, floor := range []struct {
		what      string
		got, want int
	}{
		{"threads", len(have.threads), 12},
		{"posts", len(have.posts), 400},
		{"instances that answer", len(have.instances), 6},
		{"posts in English", have.languages["en"], 150},
		{"posts in German", have.languages["de"], 50},
		{"posts in French", have.languages["fr"], 30},
		{"posts in Spanish", have.languages["es"], 30},
		{"posts seen from two instances", have.twice(), 100},
		{"replies at depth 7 or more", have.traits["deep"], 3},
		{"tombstones", have.traits["gone"], 3},
		{"edited statuses", have.traits["edited"], 3},
		{"content warnings", have.traits["warning"], 3},
		{"statuses by bots", have.traits["bot"], 2},
		{"quotes", have.traits["quote"], 3},
		{"private statuses", have.traits["private"], 3},
	} {
		if floor.got < floor.want {
			t.Errorf("%d %s, want at least %d", floor.got, floor.what, floor.want)
		}
	}
}

type tally struct {
	threads   map[string]bool
	posts     map[string]int // by ActivityPub id, how often seen
	languages map[string]int
	instances map[string]int
	traits    map[string]int
}

var languageIDs = map[int]string{32: "de", 37: "en", 39: "es", 47: "fr"}

func (c *tally) count(name string, a *answer) {
	switch {
	case a.Root != nil:
		c.root(name, a.Root.Post)
	case a.URI != "":
		c.root(name, a.object)
	}
	for _, v := range a.Comments {
		c.post(v.Comment)
	}
	for _, o := range a.Descendants {
		c.post(o)
		if !strings.Contains(o.Account.Acct, "@") {
			c.instances[host(o.Account.URL)]++
		}
	}
}

// root counts a thread once, however many hosts show it.
func (c *tally) root(name string, o object) {
	c.threads[filepath.Base(name)] = true
	if o.APID != "" {
		c.instances[host(o.APID)]++ // a thread's author is at home where it was taken from
	}
	c.post(o)
}

func (c *tally) post(o object) {
	c.posts[o.APID+o.URI]++
	if c.posts[o.APID+o.URI] > 1 {
		return
	}
	c.languages[o.Language+languageIDs[o.LanguageID]]++
	for trait, has := range map[string]bool{
		"deep": strings.Count(o.Path, ".") >= 7, "gone": o.Deleted || o.Removed, "edited": o.Edited != "",
		"warning": o.Warning != "", "bot": o.Account.Bot, "quote": o.Quote != nil, "private": o.Visibility == "private",
	} {
		if has {
			c.traits[trait]++
		}
	}
}

func (c *tally) twice() int {
	n := 0
	for _, times := range c.posts {
		if times > 1 {
			n++
		}
	}
	return n
}

func host(uri string) string {
	_, rest, _ := strings.Cut(uri, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}
