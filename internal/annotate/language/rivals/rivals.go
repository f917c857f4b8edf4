// Package rivals compares package language with whatlanggo and lingua-go on
// posts, apart from the module, which needs neither. In this folder,
//
//	FEDIPULSE_DATASETS=/path/to/datasets go test -v -timeout 30m
//
// prints a Markdown table. The posts are the validation part of UMSAB
// (umsab.*.val.tsv.gz), without names, links and hashtags.
package rivals

import (
	"bufio"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// A Post is a text whose language is known.
type Post struct {
	Language string
	Text     plain.Text
}

// files name the languages of UMSAB that are compared.
var files = [][2]string{
	{"en", "english"}, {"de", "german"}, {"fr", "french"}, {"es", "spanish"}, {"it", "italian"}, {"pt", "portuguese"},
}

// ReadPosts reads the posts of the validation files in a folder.
func ReadPosts(dir string) ([]Post, error) {
	var posts []Post
	for _, f := range files {
		texts, err := readTexts(filepath.Join(dir, "umsab."+f[1]+".val.tsv.gz"))
		if err != nil {
			return nil, err
		}
		for _, s := range texts {
			posts = append(posts, Post{f[0], plain.Read(discussion.Text{Content: s, Format: discussion.Markdown})})
		}
	}
	return posts, nil
}

// readTexts reads lines of "label TAB text". Names are masked in them as @user
// and links as http, which tell nothing of a language.
func readTexts(name string) ([]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	var texts []string
	lines := bufio.NewScanner(z)
	for lines.Scan() {
		_, text, _ := strings.Cut(lines.Text(), "\t")
		var words []string
		for _, w := range strings.Fields(text) {
			if !strings.HasPrefix(w, "@") && !strings.HasPrefix(w, "#") && !strings.HasPrefix(w, "http") {
				words = append(words, w)
			}
		}
		texts = append(texts, strings.Join(words, " "))
	}
	return texts, lines.Err()
}
