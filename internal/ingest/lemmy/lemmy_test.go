package lemmy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

var larch = Decoder{Instance: "larch.example", Now: time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)}

func TestComment(t *testing.T) { golden(t, "comments", larch.Comment) }
func TestPost(t *testing.T)    { golden(t, "posts", larch.Post) }

func TestRoot(t *testing.T) {
	golden(t, "roots", func(record []byte) (discussion.Post, error) {
		p, ok, err := larch.Root(record)
		if ok != (p.URI != "") {
			t.Errorf("Root = %v, %v; want a URI exactly where it is true", p, ok)
		}
		return p, err
	})
}

// golden checks every x.in of a txtar file against its x.out.
func golden(t *testing.T, name string, read func([]byte) (discussion.Post, error)) {
	path := filepath.Join("testdata", name+".txtar")
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(a.Files); i += 2 {
		in, out := a.Files[i], &a.Files[i+1]
		got := show(read(in.Data))
		if os.Getenv("UPDATE") != "" {
			out.Data = []byte(got)
		} else if diff := cmp.Diff(string(out.Data), got); diff != "" {
			t.Errorf("%s: %s (-want +got):\n%s", name, in.Name, diff)
		}
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// show is a post as JSON, with what its JSON form leaves out.
func show(p discussion.Post, err error) string {
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetIndent("", " ")
	e.SetEscapeHTML(false)
	_ = e.Encode(p)
	for _, hidden := range [][2]string{{"visibility", p.Visibility}, {"bio", p.Author.Bio}} {
		if hidden[1] != "" {
			b.WriteString(hidden[0] + ": " + hidden[1] + "\n")
		}
	}
	if p.Author.Limited {
		b.WriteString("limited\n")
	}
	return b.String()
}

// A comment and its parent must agree on the parent's name.
func TestParentIsLocalID(t *testing.T) {
	child, err := larch.Comment(record(t, "comments", "v3-nested"))
	if err != nil {
		t.Fatal(err)
	}
	if want := discussion.LocalRef("larch.example", "comment/501"); child.Parent != want {
		t.Errorf("parent = %q, want %q", child.Parent, want)
	}
}

func TestInstance(t *testing.T) {
	for _, c := range []struct{ record, want string }{
		{`{"comment":{"ap_id":"https://A.example/comment/1","local":true},"post":{"ap_id":"https://b.example/post/1"}}`, "a.example"},
		{`{"comment":{"ap_id":"https://a.example/comment/1"},"post":{"ap_id":"https://b.example/post/1","local":true}}`, "b.example"},
		{`{"post":{"ap_id":"https://b.example/post/1"},"community":{"actor_id":"https://c.example/c/x","local":true}}`, "c.example"},
		{`{"post":{"ap_id":"https://b.example/post/1"},"creator":{"ap_id":"https://d.example/u/x","local":true}}`, "d.example"},
		{`{"post":{"ap_id":"https://b.example/post/1"}}`, ""},
		{`{`, ""},
	} {
		if got := Instance([]byte(c.record)); got != c.want {
			t.Errorf("Instance(%s) = %q, want %q", c.record, got, c.want)
		}
	}
	p, err := Decoder{}.Comment(record(t, "comments", "v3-nested"))
	if want := "local://larch.example/comment/501"; err != nil || p.Parent != want {
		t.Errorf("parent without an instance = %q, %v; want %q from what is local", p.Parent, err, want)
	}
}

func TestLanguage(t *testing.T) {
	for id, want := range map[int]string{-1: "", 0: "", 32: "de", 37: "en", 39: "es", 47: "fr", 74: "ja", 182: "zh", 183: "zu", 184: ""} {
		if got := language(id); got != want {
			t.Errorf("language(%d) = %q, want %q", id, got, want)
		}
	}
	for name, want := range map[string]string{"English": "en", "deutsch": "de", " Français ": "fr", "Tiếng Việt": "vi", "Undetermined": ""} {
		if got, ok := LanguageNamed(name); got != want || !ok {
			t.Errorf("LanguageNamed(%q) = %q, %v, want %q", name, got, ok, want)
		}
	}
	if got, ok := LanguageNamed("arrow-up"); ok {
		t.Errorf("LanguageNamed(arrow-up) = %q", got)
	}
}

// record is one x.in of a txtar file.
func record(t testing.TB, file, name string) []byte {
	a, err := txtar.ParseFile(filepath.Join("testdata", file+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Files {
		if f.Name == name+".in" {
			return f.Data
		}
	}
	t.Fatalf("%s: no case %s", file, name)
	return nil
}

func FuzzPost(f *testing.F)    { fuzz(f, "posts", larch.Post) }
func FuzzComment(f *testing.F) { fuzz(f, "comments", larch.Comment) }

func fuzz(f *testing.F, seeds string, read func([]byte) (discussion.Post, error)) {
	a, err := txtar.ParseFile(filepath.Join("testdata", seeds+".txtar"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range a.Files {
		if strings.HasSuffix(file.Name, ".in") {
			f.Add(file.Data)
		}
	}
	f.Fuzz(func(t *testing.T, record []byte) {
		p, err := read(record)
		_, _, _ = larch.Root(record)
		if err != nil {
			return
		}
		switch {
		case p.Instance == "" || p.Thread == "" || p.LocalID == "":
			t.Errorf("post without a place: %+v", p)
		case p.State.Gone() && p.Content+p.Title+p.Warning+p.LinkDomain != "":
			t.Errorf("words of a post that is gone: %+v", p)
		case p.Depth == 0 != (p.Kind == discussion.KindPost):
			t.Errorf("%s at depth %d", p.Kind, p.Depth)
		case p.Depth == 1 && p.Parent != p.Thread:
			t.Errorf("top-level comment below %q in thread %q", p.Parent, p.Thread)
		}
	})
}
