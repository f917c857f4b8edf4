package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	sessions = regexp.MustCompile("(?s)```console\n\\$ (fedipulse [^\n]*)\n(.*?)```")
	took     = regexp.MustCompile(`\d+(\.\d+)?m?s\b`) // how long a stage took differs from run to run
)

// TestReadme runs the sessions of the README, one after another in one folder:
// what they print must be what stands there. UPDATE=1 rewrites it.
func TestReadme(t *testing.T) {
	path := filepath.Join("..", "..", "README.md")
	readme, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	text := string(readme)
	found := sessions.FindAllStringSubmatch(text, -1)
	if len(found) < 4 {
		t.Fatalf("%d sessions in the README, want at least 4", len(found))
	}
	for _, m := range found {
		var out, messages bytes.Buffer
		c := fedipulse(t, dir, words(m[1])...)
		c.Stdout, c.Stderr = &out, &messages
		if err := c.Run(); err != nil {
			t.Fatalf("%s: %v\n%s", m[1], err, &messages)
		}
		got := messages.String() + out.String()
		if diff := cmp.Diff(took.ReplaceAllString(m[2], "TIME"), took.ReplaceAllString(got, "TIME")); diff != "" {
			if os.Getenv("UPDATE") == "" {
				t.Errorf("%s: %s", m[1], diff)
			}
			text = strings.Replace(text, m[0], "```console\n$ "+m[1]+"\n"+got+"```", 1)
		}
	}
	if os.Getenv("UPDATE") != "" && text != string(readme) {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// words splits a command line at blanks, but for what stands in double quotes.
func words(line string) []string {
	var list []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			list = append(list, part)
		} else {
			list = append(list, strings.Fields(part)...)
		}
	}
	return list[1:]
}
