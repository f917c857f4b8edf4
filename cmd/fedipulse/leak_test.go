package main

import (
	"bytes"
	"encoding/json"
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/fedipulse/fedipulse/data"
)

// TestReportLeaksNobody searches all files of the sample study's reports, one with
// quotes and one without, for every handle, name and address of the people in it,
// and the one without for their words and the titles of their threads.
func TestReportLeaksNobody(t *testing.T) {
	people, words := map[string]bool{}, map[string]bool{}
	err := fs.WalkDir(data.Sample, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || filepath.Ext(name) != ".json" {
			return err
		}
		content, err := fs.ReadFile(data.Sample, name)
		if err != nil {
			return err
		}
		var v any
		if err := json.Unmarshal(content, &v); err != nil {
			return err
		}
		gather(v, "", people, words)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(people) < 500 || len(words) < 500 {
		t.Fatalf("%d names and addresses and %d texts: this searches for too little", len(people), len(words))
	}
	work := t.TempDir()
	if err := os.CopyFS(work, data.Sample); err != nil {
		t.Fatal(err)
	}
	study, err := os.ReadFile(filepath.Join(work, "study.toml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, quotes := range []string{"unattributed", "attributed", "none"} {
		asked := regexp.MustCompile(`(?m)^quotes = .*$`).ReplaceAll(study, []byte(`quotes = "`+quotes+`"`))
		if err := os.WriteFile(filepath.Join(work, "study.toml"), asked, 0o600); err != nil {
			t.Fatal(err)
		}
		c := fedipulse(t, work, "run", "--quiet", "--format", "html", "--out", quotes)
		if err := c.Run(); err != nil {
			t.Fatal(err)
		}
		all := output(t, filepath.Join(work, quotes))
		for secret := range people {
			if strings.Contains(all, secret) {
				t.Errorf("quotes = %q: the report has %q", quotes, secret)
			}
		}
		if quotes != "none" {
			continue
		}
		for text := range words {
			if strings.Contains(all, text) && !strings.Contains(strings.ToLower(string(study)), text) {
				t.Errorf("quotes = %q: the report has %q", quotes, text)
			}
		}
	}
}

// gather collects who and where people are, and what they say, from an answer of
// an API.
func gather(v any, of string, people, words map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			gather(x, of, people, words)
		}
	case map[string]any:
		for key, x := range v {
			s, isText := x.(string)
			switch {
			case !isText:
				gather(x, key, people, words)
			case key == "username", key == "acct", key == "display_name", key == "uri", key == "url", key == "ap_id", key == "actor_id",
				key == "name" && (of == "creator" || of == "person"):
				if s = strings.ToLower(s); len(s) > 3 {
					people[s] = true
				}
			case key == "content", key == "body", key == "name" && of == "post":
				s = strings.ToLower(strings.Join(strings.Fields(tags.ReplaceAllString(html.UnescapeString(s), " ")), " "))
				if len(s) > 30 {
					words[s[:30]] = true
				}
			}
		}
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

// output returns what all files of a folder say, as a search would find it.
func output(t *testing.T, dir string) string {
	t.Helper()
	var all bytes.Buffer
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(html.UnescapeString(all.String()), "\u2060", "")
	return strings.ToLower(strings.Join(strings.Fields(text), " "))
}
