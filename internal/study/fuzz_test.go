package study

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// FuzzParse feeds any bytes. Either there are errors, each with its line and in
// order, or the study keeps what the types promise.
func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Add(Template())
	a, err := txtar.ParseFile("testdata/mistakes.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range a.Files {
		f.Add(file.Data)
	}
	line := regexp.MustCompile(`^f:([1-9]\d*):[1-9]\d*: .`)
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Parse("f", data)
		if err == nil {
			promises(t, s)
			return
		}
		last, n := 0, 0
		for l := range strings.Lines(err.Error()) {
			m := line.FindStringSubmatch(l)
			if m == nil {
				t.Fatalf("error line %q has no place", l)
			}
			if fmt.Sscan(m[1], &n); n < last {
				t.Fatalf("errors are not in order:\n%v", err)
			}
			last = n
		}
	})
}

func promises(t *testing.T, s *Study) {
	if s.Title == "" || s.Question == "" || len(s.Sources) == 0 || s.Themes == "" {
		t.Fatalf("required values are missing: %+v", s)
	}
	if !s.Since.IsZero() && !s.Until.IsZero() && !s.Since.Before(s.Until) {
		t.Fatalf("window %v to %v is empty", s.Since, s.Until)
	}
	names := map[string]bool{}
	for _, src := range s.Sources {
		if src.Name == "" || names[src.Name] {
			t.Fatalf("source name %q is empty or not unique", src.Name)
		}
		names[src.Name] = true
		if src.Kind == File && src.Path == "" || src.Kind != File && (src.Instance == "" || s.Contact == "") {
			t.Fatalf("source is not complete: %+v", src)
		}
		for _, thread := range src.Threads {
			if address, problem := threadURL(thread); problem != "" || address != thread {
				t.Fatalf("thread %q is not in its normal form: %q %s", thread, address, problem)
			}
		}
		if host, problem := hostName(src.Instance); src.Instance != "" && (problem != "" || host != src.Instance) {
			t.Fatalf("instance %q is not in its normal form: %q %s", src.Instance, host, problem)
		}
	}
	if s.Since.Location() != time.UTC || s.Privacy.MinCell < 1 || s.Privacy.KeepTextDays < 1 {
		t.Fatalf("values are out of bounds: %+v", s)
	}
}

// TestHostileSize holds the worst shapes of a file of full size to a time that
// a person would not notice as a hang.
func TestHostileSize(t *testing.T) {
	for name, unit := range map[string]string{
		"keys":     "k%d=1\n",
		"tables":   "[k%d]\n",
		"sources":  "[[source]]#%d\n",
		"dotted":   "a.b.c%d.d=1\n",
		"nested":   "a=[#%d\n",
		"elements": "\"%d\",",
		"inline":   "a={b={c={d=%d,",
		"wide":     "k%d=\"" + strings.Repeat("x", 120) + "\"\n", // as many keys as may be
		"twice":    "[[source]]#%d\npath=\"" + strings.Repeat("x", 300) + "\"\nkind=\"file\"\n",
	} {
		var b strings.Builder
		if name == "elements" {
			b.WriteString("[[source]]\nkind=\"lemmy\"\nsearch=[")
		}
		for i := 0; b.Len() < MaxSize-50; i++ {
			fmt.Fprintf(&b, unit, i)
		}
		if name == "elements" {
			b.WriteString("]")
		}
		start := time.Now()
		_, err := Parse("study.toml", []byte(b.String()))
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: took %v, want well under 10s", name, took)
		} else {
			t.Logf("%s: %v", name, took)
		}
	}
}

// allKeys returns the keys of every table of a study file.
func allKeys() map[string]bool {
	keys := map[string]bool{}
	for t := range reflect.TypeFor[file]().Fields() {
		table := t.Type
		if table.Kind() != reflect.Struct {
			table = table.Elem()
		}
		for _, key := range keysOf(table) {
			keys[key] = true
		}
	}
	return keys
}
