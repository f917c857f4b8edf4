package sentiment

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

func read(s string) plain.Text {
	return plain.Read(discussion.Text{Content: s, Format: discussion.Markdown})
}

func score(m *Model, language, s string) discussion.Sentiment {
	text := read(s)
	return m.Score(text, discussion.Span{End: len(text.Plain)}, language)
}

// list reads the lines of a file that are no comments.
func list(t *testing.T, path string) (lines []string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := s.Text(); line != "" && !strings.HasPrefix(line, "# ") {
			lines = append(lines, line)
		}
	}
	return lines
}

// wrong says what is wrong with what the model makes of a line of a behaviour
// list, or "".
func wrong(t *testing.T, m *Model, language, line string) string {
	t.Helper()
	parts := strings.Split(strings.ReplaceAll(line, `\n`, "\n"), "\t")
	if len(parts) < 3 {
		t.Fatalf("%s: %q: too few fields", language, line)
	}
	a := score(m, language, parts[2])
	switch parts[1] {
	case "lower", "same":
		if len(parts) != 4 {
			t.Fatalf("%s: %q: want two texts", language, line)
		}
		b := score(m, language, parts[3])
		if parts[1] == "lower" && a.Score >= b.Score {
			return fmt.Sprintf("%.2f is not below %.2f", a.Score, b.Score)
		}
		if parts[1] == "same" && a.Label != b.Label {
			return fmt.Sprintf("%s and %s", a.Label, b.Label)
		}
	default:
		if string(a.Label) != parts[1] {
			return fmt.Sprintf("%s %.2f", a.Label, a.Score)
		}
	}
	return ""
}

const knownWrong = "testdata/behaviour/known-wrong.txt"

// TestBehaviour holds the model to what any reader would say, after CheckList
// (Ribeiro et al. 2020). What it gets wrong is listed, and a line that is cured
// must leave that list. UPDATE=1 writes the list again.
func TestBehaviour(t *testing.T) {
	m := shipped(t)
	known := map[string]bool{}
	for _, line := range list(t, knownWrong) {
		known[line] = true
	}
	failed := []string{"# Lines of the lists beside this file that the model gets wrong, after their", "# language. UPDATE=1 go test writes them.", ""}
	tried, right := map[string]int{}, map[string]int{}
	for _, language := range []string{"en", "de", "fr", "es"} {
		for _, line := range list(t, "testdata/behaviour/"+language+".txt") {
			capability, _, _ := strings.Cut(line, "\t")
			name := language + "\t" + line
			tried[capability]++
			reason := wrong(t, m, language, line)
			switch {
			case reason == "":
				right[capability]++
				if known[name] && os.Getenv("UPDATE") == "" {
					t.Errorf("no longer failing; take it out of %s: %s", knownWrong, name)
				}
			default:
				failed = append(failed, name)
				if !known[name] && os.Getenv("UPDATE") == "" {
					t.Errorf("%s: %s", name, reason)
				}
			}
			delete(known, name)
		}
	}
	for _, c := range slices.Sorted(maps.Keys(tried)) {
		t.Logf("%-12s %3d of %3d", c, right[c], tried[c])
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(knownWrong, []byte(strings.Join(failed, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for line := range known {
		t.Errorf("%s: no such line in the lists: %q", knownWrong, line)
	}
}
