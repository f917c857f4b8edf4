package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/store"
)

// FuzzReadLabels: whatever a file of labels holds, it is read as labels that there
// are, or refused with its name.
func FuzzReadLabels(f *testing.F) {
	f.Add("post,sentiment\na,negative\nb,\n")
	f.Add("\ufeffsentiment,x,post\nPositive ,\"=1+1\",c\nunclear,,d\n")
	f.Add("post,sentiment\n\"a\nb\",neutral\n")
	f.Add("post\n1\n")
	f.Fuzz(func(t *testing.T, content string) {
		path := filepath.Join(t.TempDir(), "labels.csv")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		labels, err := new(app).readLabels(path)
		if err != nil {
			if !strings.Contains(err.Error(), path) || status(t.Context(), err) != exitUsage {
				t.Errorf("error %v: want one that names the file and is the user's to mend", err)
			}
			return
		}
		for post, label := range labels {
			switch label {
			case discussion.Negative, discussion.Neutral, discussion.Positive, store.Unclear:
			default:
				t.Errorf("post %q has the label %q", post, label)
			}
		}
	})
}
