// Command train makes data/tags/weights.bin again:
//
//	go run ./internal/annotate/tag/train -gold DIRECTORY
//
// It learns from the posts that were written for this program, in
// data/sentiment/corpus and data/tags/corpus, and from the labelled posts in
// DIRECTORY. What it prints was measured in five folds: each post is tagged by a
// model that has not seen it, with the same patterns; and once more for the
// development sets by a model that has seen neither. The same posts make the same
// file. Of the texts it holds hashes, by which eval knows them again.
package main

import (
	"flag"
	"log"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/fedipulse/fedipulse/data"
	"github.com/fedipulse/fedipulse/internal/annotate/codebook"
	"github.com/fedipulse/fedipulse/internal/annotate/sentiment"
	"github.com/fedipulse/fedipulse/internal/annotate/tag"
)

func main() {
	log.SetFlags(0)
	gold := flag.String("gold", "../shared/gold", "labelled posts (JSON lines) to learn from and to measure on: a directory")
	codebooks := flag.String("data", "data", "where codebook and targets are")
	out := flag.String("out", "data/tags/weights.bin", "the file to write")
	flag.Parse()
	var t trainer
	var err error
	if t.themes, err = codebook.Load(os.DirFS(filepath.Join(*codebooks, "codebook"))); err != nil {
		log.Fatal(err)
	}
	if t.targets, err = codebook.Load(os.DirFS(filepath.Join(*codebooks, "targets"))); err != nil {
		log.Fatal(err)
	}
	if t.tone, err = sentiment.Load(data.Lexicon, data.Sentiment); err != nil {
		log.Fatal(err)
	}
	posts := t.read("", 1, "data/sentiment/corpus/*.jsonl", "data/tags/corpus/*.jsonl")
	for _, name := range []string{"fediverse-dev", "comments-dev"} {
		posts = append(posts, t.read(name, goldWeight, filepath.Join(*gold, name+".jsonl"))...)
	}
	features := t.list(posts)
	log.Printf("%d posts, %d features", len(posts), features)
	m := t.cross(posts, features)
	t.measure(posts, "in five folds", "fediverse-dev", "comments-dev", "")
	t.alone(posts, features, m)
	t.measure(posts, "learned from what was written for this program alone", "fediverse-dev", "comments-dev")
	all := t.fit(posts, features)
	for i := range all.themes {
		all.themes[i].threshold = m[i]
	}
	w := t.weights(all, features)
	for _, p := range posts {
		w.Texts = append(w.Texts, p.text)
	}
	slices.Sort(w.Texts)
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
	log.Printf("%d features kept", len(w.Keys))
}

// What was chosen by cross-validation.
const (
	folds      = 5
	goldWeight = 3   // of a post of the development sets
	strength   = 0.2 // c of the models: |w|²/2c is added to the loss
	hitScale   = 3   // of the features that say how many patterns were found: they are few and worth much
	whomScale  = 6   // and of those of targets
	enough     = 2   // texts that a feature must be in
)

// trainer holds the codebooks and what is known of the features.
type trainer struct {
	themes, targets *codebook.Book
	tone            *sentiment.Model
	hashes          []uint64 // of the features
}

// answers are what each fold's model, or one of all posts, answers.
type answers struct {
	themes []*linear // a column each, in the order of the codebook
	whom   *choice
	how    *choice // the tone towards the one that a post is most about
}

func (t *trainer) fit(posts []*post, features int) *answers {
	a := &answers{themes: make([]*linear, len(t.themes.Entries))}
	var wg sync.WaitGroup
	for half := range workers {
		wg.Go(func() {
			for k := half; k < len(a.themes); k += workers {
				a.themes[k] = fitTheme(posts, k, features)
			}
		})
	}
	wg.Wait()
	a.whom = fitChoice(whom, posts, features, 1+len(t.targets.Entries))
	a.how = fitChoice(how, slices.DeleteFunc(slices.Clone(posts), func(p *post) bool { return p.target == 0 }), features, len(attitudes))
	return a
}

// cross lets models of the other folds answer for each post, and returns the
// threshold of each theme that is best on the posts written for this program.
func (t *trainer) cross(posts []*post, features int) []float64 {
	for fold := range folds {
		var others []*post
		for _, p := range posts {
			if p.number%folds != fold {
				others = append(others, p)
			}
		}
		m := t.fit(others, features)
		for _, p := range posts {
			if p.number%folds == fold {
				for k, theme := range m.themes {
					p.z = append(p.z, theme.answer(theme.w, p, k))
				}
				p.whom, p.how = m.whom.answer(m.whom.w, p), m.how.answer(m.how.w, p)
			}
		}
	}
	thresholds := make([]float64, len(t.themes.Entries))
	for k := range thresholds {
		thresholds[k] = threshold(posts, k, t.themes.Entries[k].Name == tag.OffTopic)
	}
	for _, p := range posts {
		for k, z := range p.z {
			p.z[k] = z - thresholds[k]
		}
	}
	return thresholds
}

// alone lets a model that has seen no post of the development sets answer for
// them.
func (t *trainer) alone(posts []*post, features int, thresholds []float64) {
	m := t.fit(slices.DeleteFunc(slices.Clone(posts), func(p *post) bool { return p.set != "" }), features)
	for _, p := range posts {
		if p.set != "" {
			for k, theme := range m.themes {
				p.z[k] = theme.answer(theme.w, p, k) - thresholds[k]
			}
			p.whom, p.how = m.whom.answer(m.whom.w, p), m.how.answer(m.how.w, p)
		}
	}
}

// threshold is that of the best F1 of a theme. The sums begin at 1, so that rare
// themes are not tagged for the sake of a post. A third of these posts are off
// topic, far more than in a study, so that this theme must be right nine times in
// ten among them.
func threshold(posts []*post, k int, offTopic bool) float64 {
	best, at := -1.0, 0.0
	for step := -15; step <= 20; step++ {
		t := float64(step) / 10
		hit, found, given := 1.0, 2.0, 2.0
		for _, p := range posts {
			if p.set != "" {
				continue
			}
			found += number(p.z[k] > t)
			given += number(p.themes[k])
			hit += number(p.z[k] > t && p.themes[k])
		}
		if offTopic && hit < 0.9*found {
			continue
		}
		if f := 2 * hit / (found + given); f > best {
			best, at = f, t
		}
	}
	return at
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// weights turns what was learned of all posts into a file. Features that weigh
// next to nothing in every column are left out.
func (t *trainer) weights(a *answers, features int) *tag.Weights {
	w := &tag.Weights{Made: "go run ./internal/annotate/tag/train"}
	var columns [][]float64
	for k, m := range a.themes {
		columns = append(columns, m.w[:features])
		w.Themes = append(w.Themes, tag.Column{
			Name: t.themes.Entries[k].Name, Dense: [tag.Dense]float32(floats(m.w[features:][:tag.Dense])),
			Hits: hits(m.w[features+tag.Dense:], hitScale), Threshold: float32(m.threshold),
		})
	}
	for k := range a.whom.classes {
		c := tag.Column{Name: tag.NoTarget}
		if k > 0 {
			c.Name = t.targets.Entries[k-1].Name
		}
		column, dense, own := a.whom.column(k, features)
		columns = append(columns, column)
		c.Dense, c.Hits = [tag.Dense]float32(floats(dense)), hits(own, whomScale)
		w.Targets = append(w.Targets, c)
	}
	for k, label := range attitudes {
		column, dense, _ := a.how.column(k, features)
		columns = append(columns, column)
		w.Towards = append(w.Towards, tag.Column{Name: string(label), Dense: [tag.Dense]float32(floats(dense))})
	}
	all := slices.Concat(w.Themes, w.Targets, w.Towards)
	for k, column := range columns {
		all[k].Scale = scale(column)
	}
	copy(w.Themes, all)
	copy(w.Targets, all[len(w.Themes):])
	copy(w.Towards, all[len(w.Themes)+len(w.Targets):])
	for f := range features {
		row := make([]int8, len(columns))
		counts := false
		for k, column := range columns {
			row[k] = quantised(column[f], all[k].Scale)
			counts = counts || row[k] > least || row[k] < -least
		}
		if key := tag.Key(t.hashes[f]); counts && !slices.Contains(w.Keys[max(0, len(w.Keys)-1):], key) {
			w.Keys, w.Rows = append(w.Keys, key), append(w.Rows, row...)
		}
	}
	return w
}

// least is the weight, in 127ths of the greatest, that a feature must have
// somewhere to be kept.
const least = 6
