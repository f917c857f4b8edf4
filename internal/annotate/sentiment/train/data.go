package main

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/sentiment"
	"github.com/fedipulse/fedipulse/internal/annotate/sentiment/reading"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// post is a labelled text.
type post struct {
	text     plain.Text
	language string
	label    int // 0 negative, 1 neutral, 2 positive; or a number of its set
	ironic   bool
}

// tsv reads NAME.tsv.gz: lines "label TAB text".
func (t *trainer) tsv(name, language string) []post {
	f, err := os.Open(filepath.Join(t.data, name+".tsv.gz"))
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		log.Fatalf("%s: %v", name, err)
	}
	var posts []post
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		label, text, _ := strings.Cut(lines.Text(), "\t")
		label, _, _ = strings.Cut(label, ",") // the first of many
		n, err := strconv.Atoi(label)
		if err != nil {
			log.Fatalf("%s: label %q", name, label)
		}
		posts = append(posts, post{text: words(text, discussion.Plain), language: language, label: n})
	}
	if err := lines.Err(); err != nil {
		log.Fatalf("%s: %v", name, err)
	}
	return posts
}

func words(text string, format discussion.Format) plain.Text {
	return plain.Read(discussion.Text{Content: text, Format: format})
}

// isarcasm reads the tweets of iSarcasmEval, and for the sarcastic ones what
// their authors say they meant: texts that differ in irony alone.
func (t *trainer) isarcasm() []post {
	f, err := os.Open(filepath.Join(t.data, "isarcasm.train.en.csv.gz"))
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		log.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		log.Fatalf("isarcasm: %v", err)
	}
	var posts []post
	for _, r := range rows[1:] {
		label, _ := strconv.Atoi(r[2])
		posts = append(posts, post{text: words(r[1], discussion.Plain), language: "en", label: label})
		if r[3] != "" {
			posts = append(posts, post{text: words(r[3], discussion.Plain), language: "en"})
		}
	}
	return posts
}

// formats are those in which platforms serve posts.
var formats = map[string]discussion.Format{"lemmy": discussion.Markdown, "mastodon": discussion.HTML}

// jsonl reads all posts of the files that a pattern names, in the gold format.
func jsonl(pattern string) []post {
	names, _ := filepath.Glob(pattern)
	var posts []post
	for _, name := range names {
		f, err := os.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			log.Fatal(err)
		}
		defer f.Close()
		for d := json.NewDecoder(f); d.More(); {
			var r struct {
				Text, Lang, Platform, Sentiment string
				Irony                           bool
			}
			if err := d.Decode(&r); err != nil {
				log.Fatalf("%s: %v", name, err)
			}
			format, ok := formats[r.Platform]
			if !ok {
				format = discussion.Plain
			}
			label := map[string]int{"negative": 0, "neutral": 1, "positive": 2}[r.Sentiment]
			posts = append(posts, post{text: words(r.Text, format), language: r.Lang, label: label, ironic: r.Irony})
		}
	}
	return posts
}

// only returns the posts in a language.
func only(posts []post, language string) (some []post) {
	for _, p := range posts {
		if p.language == language {
			some = append(some, p)
		}
	}
	return some
}

// example is a post as the linear models see it.
type example struct {
	rows   []uint32  // of the table
	values []float32 // beside them
	dense  []float32
	label  int
	weight float64
}

// read turns posts into examples for tables of 1<<bits rows.
func (t *trainer) read(posts []post, bits int) []example {
	return t.readWith(t.lists.Reader(), posts, bits)
}

func (t *trainer) readWith(r *reading.Reader, posts []post, bits int) []example {
	list := make([]example, len(posts))
	for i := range posts {
		p := &posts[i]
		r.ReadText(&p.text, p.language)
		e := example{label: p.label, weight: 1, dense: make([]float32, reading.Dense)}
		for k := range r.Chunks {
			c := &r.Chunks[k]
			for _, f := range r.Of(c) {
				e.rows = append(e.rows, uint32(sentiment.Bucket(f.Hash, bits)))
				e.values = append(e.values, c.Weight)
			}
			for d, v := range c.Dense {
				e.dense[d] += c.Weight * v
			}
		}
		list[i] = e
	}
	return list
}

// relabel returns the examples with labels of another kind.
func relabel(list []example, label func(i int) int) []example {
	other := append([]example(nil), list...)
	for i := range other {
		other[i].label = label(i)
	}
	return other
}
