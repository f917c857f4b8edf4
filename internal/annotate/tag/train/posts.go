package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"slices"

	"github.com/fedipulse/fedipulse/internal/annotate/codebook"
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/tag"
	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// post is a labelled post, and how models see it.
type post struct {
	set      string // a development set; "" for what was written for this program
	number   int    // in its set
	text     uint64 // its hash
	weight   float64
	themes   []bool // by entry
	target   int    // 0: none; else 1 + entry
	attitude discussion.Label
	hashes   []uint64
	features []int32
	dense    [tag.Dense]float32
	hits     [][tag.HitFeatures]float32 // by theme
	whomHits [][tag.HitFeatures]float32 // by answer to whom

	z    []float64 // answers for the themes, less their thresholds
	whom []float64 // and for the targets
	how  []float64 // and for the attitudes
}

// formats are those in which platforms serve posts.
var formats = map[string]discussion.Format{"lemmy": discussion.Markdown, "mastodon": discussion.HTML}

// read reads the posts of files, as JSON lines.
func (t *trainer) read(set string, weight float64, patterns ...string) (posts []*post) {
	var list token.List
	var words codebook.Words
	for _, pattern := range patterns {
		names, _ := filepath.Glob(pattern)
		if len(names) == 0 {
			log.Fatalf("%s: no such file", pattern)
		}
		for _, name := range names {
			f, err := os.Open(name)
			if err != nil {
				log.Fatal(err)
			}
			lines := bufio.NewScanner(f)
			lines.Buffer(nil, 1<<20)
			for lines.Scan() {
				var r struct {
					Text, Lang, Platform, Target string
					Themes                       []string
					Attitude                     discussion.Label `json:"target_sentiment"`
				}
				if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
					log.Fatalf("%s: %v", name, err)
				}
				format, ok := formats[r.Platform]
				if !ok {
					format = discussion.Plain
				}
				text := plain.Read(discussion.Text{Content: r.Text, Format: format})
				list.Read(&text, r.Lang)
				words.Read(&list)
				tone := t.tone.Score(text, discussion.Span{End: len(text.Plain)}, r.Lang)
				p := &post{set: set, number: len(posts), text: tag.TextHash(text.Plain), weight: weight, attitude: r.Attitude}
				p.themes = make([]bool, len(t.themes.Entries))
				for _, theme := range r.Themes {
					k, ok := t.themes.Index(theme)
					if !ok {
						log.Fatalf("%s: there is no theme %q", name, theme)
					}
					p.themes[k] = true
				}
				if r.Target != tag.NoTarget {
					k, ok := t.targets.Index(r.Target)
					if !ok {
						log.Fatalf("%s: there is no target %q", name, r.Target)
					}
					p.target = 1 + k
				}
				p.dense = tag.DenseOf(&words, &tone)
				t.find(p, &words)
				posts = append(posts, p)
			}
			if err := lines.Err(); err != nil {
				log.Fatalf("%s: %v", name, err)
			}
			f.Close()
		}
	}
	return posts
}

// find notes what a post has of features and patterns.
func (t *trainer) find(p *post, words *codebook.Words) {
	for _, f := range tag.Features(words, nil) {
		p.hashes = append(p.hashes, f.Hash)
	}
	slices.Sort(p.hashes)
	p.hashes = slices.Compact(p.hashes)
	for _, n := range different(t.themes, words) {
		p.hits = append(p.hits, tag.HitsOf(n))
	}
	whom := different(t.targets, words)
	named := 0
	for _, n := range whom {
		named += int(number(n > 0))
	}
	p.whomHits = append(p.whomHits, tag.NoTargetHitsOf(named))
	for _, n := range whom {
		p.whomHits = append(p.whomHits, tag.TargetHitsOf(n, named))
	}
}

// different returns how many different patterns of each entry there are.
func different(b *codebook.Book, words *codebook.Words) []int {
	n := make([]int, len(b.Entries))
	seen := map[codebook.Match]bool{}
	for _, m := range b.Find(words, nil) {
		m = codebook.Match{Entry: m.Entry, Pattern: m.Pattern}
		if !seen[m] {
			seen[m] = true
			n[m.Entry]++
		}
	}
	return n
}

// list numbers the features that enough posts have, in the order of their
// keys, and returns how many they are.
func (t *trainer) list(posts []*post) int {
	count := map[uint64]int{}
	for _, p := range posts {
		for _, h := range p.hashes {
			count[h]++
		}
	}
	for h, n := range count {
		if n >= enough {
			t.hashes = append(t.hashes, h)
		}
	}
	slices.SortFunc(t.hashes, func(a, b uint64) int { return cmp.Or(cmp.Compare(tag.Key(a), tag.Key(b)), cmp.Compare(a, b)) })
	number := map[uint64]int32{}
	for i, h := range t.hashes {
		number[h] = int32(i)
	}
	for _, p := range posts {
		for _, h := range p.hashes {
			if i, ok := number[h]; ok {
				p.features = append(p.features, i)
			}
		}
		p.hashes = nil
	}
	return len(t.hashes)
}
