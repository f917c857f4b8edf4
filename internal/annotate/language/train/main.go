// Command train makes the weights that package language embeds:
//
//	go run ./internal/annotate/language/train -data ../shared/datasets
//
// It fits a multinomial logistic regression per script over the hashed n-grams
// of package ngram, on posts where there are some and on words drawn from the
// n-gram models of lingua-go everywhere. It takes a few minutes, and writes the same
// file again on the same kind of processor. Posts are read from -data and never written.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/fedipulse/fedipulse/internal/annotate/language/ngram"
)

// languages are the classes of the model: what they are called, and which
// models of lingua-go they are drawn from. "" are the languages that the model
// need not name, of which it has to know that they are none of the others.
var languages = []struct {
	ngram.Class
	from []string
}{
	{ngram.Class{Tag: "en", Script: ngram.Latin}, []string{"en"}},
	{ngram.Class{Tag: "de", Script: ngram.Latin}, []string{"de"}},
	{ngram.Class{Tag: "fr", Script: ngram.Latin}, []string{"fr"}},
	{ngram.Class{Tag: "es", Script: ngram.Latin}, []string{"es"}},
	{ngram.Class{Tag: "it", Script: ngram.Latin}, []string{"it"}},
	{ngram.Class{Tag: "pt", Script: ngram.Latin}, []string{"pt"}},
	{ngram.Class{Tag: "nl", Script: ngram.Latin}, []string{"nl"}},
	{ngram.Class{Tag: "pl", Script: ngram.Latin}, []string{"pl"}},
	{ngram.Class{Tag: "sv", Script: ngram.Latin}, []string{"sv"}},
	{ngram.Class{Tag: "da", Script: ngram.Latin}, []string{"da"}},
	{ngram.Class{Tag: "no", Script: ngram.Latin}, []string{"nb", "nb", "nb", "nn"}},
	{ngram.Class{Tag: "fi", Script: ngram.Latin}, []string{"fi"}},
	{ngram.Class{Tag: "cs", Script: ngram.Latin}, []string{"cs"}},
	{ngram.Class{Tag: "tr", Script: ngram.Latin}, []string{"tr"}},
	{ngram.Class{Tag: "ro", Script: ngram.Latin}, []string{"ro"}},
	{ngram.Class{Tag: "hu", Script: ngram.Latin}, []string{"hu"}},
	{ngram.Class{Tag: "ca", Script: ngram.Latin}, []string{"ca"}},
	{ngram.Class{Tag: "", Script: ngram.Latin}, []string{
		"af", "cy", "eo", "et", "eu", "ga", "hr", "id", "is", "la", "lt", "lv", "sk", "sl", "sq", "sw", "tl", "vi"}},
	{ngram.Class{Tag: "ru", Script: ngram.Cyrillic}, []string{"ru"}},
	{ngram.Class{Tag: "uk", Script: ngram.Cyrillic}, []string{"uk"}},
	{ngram.Class{Tag: "", Script: ngram.Cyrillic}, []string{"be", "bg", "kk", "mk", "mn", "sr"}},
	{ngram.Class{Tag: "ar", Script: ngram.Arabic}, []string{"ar"}},
	{ngram.Class{Tag: "fa", Script: ngram.Arabic}, []string{"fa"}},
	{ngram.Class{Tag: "", Script: ngram.Arabic}, []string{"ur"}},
}

func main() {
	data := flag.String("data", "../shared/datasets", "`folder` of the labelled posts")
	out := flag.String("out", "data/language/weights.bin", "`file` to write")
	steps := flag.Int("steps", 2_500_000, "`number` of texts to learn from")
	flag.Parse()
	if err := run(*data, *out, *steps); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(data, out string, steps int) error {
	rnd := rand.New(rand.NewPCG(20261125, 7))
	sources, err := newSources(rnd, data)
	if err != nil {
		return err
	}
	var classes []ngram.Class
	for _, l := range languages {
		classes = append(classes, l.Class)
	}
	f := newFit(classes)
	for i := range steps {
		class := draw(rnd)
		f.learn(class, sources[class].text(rnd), 1-float32(i)/float32(steps))
	}
	weights := f.quantise()
	step := f.calibrate(weights, func() (int, string) {
		class := draw(rnd)
		return class, sources[class].text(rnd)
	})
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	return os.WriteFile(out, ngram.Format(classes, step, weights), 0o644)
}

// draw returns a class: those of the scripts that decide little get less time.
func draw(rnd *rand.Rand) int {
	for {
		i := rnd.IntN(len(languages))
		if languages[i].Script == ngram.Latin || rnd.IntN(4) > 0 {
			return i
		}
	}
}
