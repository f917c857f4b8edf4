// Command train makes data/sentiment/weights.bin again:
//
//	go run ./internal/annotate/sentiment/train -data DIRECTORY
//
// DIRECTORY holds the public data sets that data/sentiment/README.md names, as
// gzipped lines "label TAB text", and the lexicons. The same data make the same
// file. Nothing of the texts is in it.
package main

import (
	"flag"
	"log"
	"os"
	"path/filepath"

	"github.com/fedipulse/fedipulse/internal/annotate/sentiment"
	"github.com/fedipulse/fedipulse/internal/annotate/sentiment/reading"
)

func main() {
	log.SetFlags(0)
	var t trainer
	flag.StringVar(&t.data, "data", "../shared/datasets", "the public data sets")
	flag.StringVar(&t.gold, "gold", "", "labelled posts (JSON lines) to measure on, never to train on: a directory")
	lexicons := flag.String("lexicons", "data/lexicon", "the word lists")
	out := flag.String("out", "data/sentiment/weights.bin", "the file to write")
	flag.Parse()
	var err error
	if t.lists, err = reading.Load(os.DirFS(*lexicons)); err != nil {
		log.Fatal(err)
	}
	w := &sentiment.Weights{Made: "go run ./internal/annotate/sentiment/train"}
	w.Parts = append(w.Parts, t.english())
	for _, l := range []string{"de", "es", "fr", "it", "pt"} {
		w.Parts = append(w.Parts, t.other(l))
	}
	m, err := sentiment.New(t.lists, w, "new")
	if err != nil {
		log.Fatal(err)
	}
	t.report(m)
	f, err := os.Create(filepath.Clean(*out))
	if err == nil {
		err = w.Encode(f)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		log.Fatal(err)
	}
}

// corpora are labelled posts that were written for this program.
var corpora = []string{"data/sentiment/corpus/*.jsonl", "data/tags/corpus/*.jsonl"}

// trainer holds where the data are.
type trainer struct {
	data, gold string
	lists      *reading.Lists
}
