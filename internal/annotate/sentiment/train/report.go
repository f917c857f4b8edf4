package main

import (
	"fmt"
	"path/filepath"

	"github.com/fedipulse/fedipulse/internal/annotate/sentiment"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// report prints how right a model is on texts that it was not trained on.
func (t *trainer) report(m *sentiment.Model) {
	t.measure(m, sentiment.Tweet, "sent.val", t.tsv("sent.val", "en"))
	t.measure(m, sentiment.Forum, "goe.dev", t.tsv("goe.dev", "en"))
	for _, l := range [][2]string{{"en", "english"}, {"de", "german"}, {"fr", "french"}, {"es", "spanish"}, {"it", "italian"}, {"pt", "portuguese"}} {
		name := "umsab." + l[1] + ".val"
		t.measure(m, sentiment.Tweet, name, t.tsv(name, l[0]))
	}
	t.irony(m, sentiment.Tweet, "irony.val", t.tsv("irony.val", "en"))
	if t.gold == "" {
		return
	}
	for _, name := range []string{"fediverse-dev", "comments-dev"} {
		posts := jsonl(filepath.Join(t.gold, name+".jsonl"))
		t.measure(m, sentiment.Fediverse, name, posts)
		for _, l := range []string{"en", "de", "fr", "es"} {
			if some := only(posts, l); len(some) > 0 && len(some) < len(posts) {
				t.measure(m, sentiment.Fediverse, name+" "+l, some)
			}
		}
		ironic := append([]post(nil), posts...)
		for i := range ironic {
			ironic[i].label = 0
			if ironic[i].ironic {
				ironic[i].label = 1
			}
		}
		t.irony(m, sentiment.Fediverse, name, ironic)
	}
}

func (t *trainer) measure(m *sentiment.Model, way, name string, posts []post) {
	var table [3][3]float64
	for i, label := range labels(m, way, posts) {
		table[posts[i].label][label]++
	}
	var recall, f1, right float64
	line := ""
	for c := range 3 {
		truth, said := 1e-9, 1e-9
		for k := range 3 {
			truth += table[c][k]
			said += table[k][c]
		}
		recall += table[c][c] / truth / 3
		f1 += 2 * table[c][c] / (truth + said) / 3
		right += table[c][c]
		line += fmt.Sprintf(" %.2f/%.2f", table[c][c]/said, table[c][c]/truth)
	}
	fmt.Printf("%-20s %-9s n %5d  macro recall %.4f  macro F1 %.4f  accuracy %.4f  P/R %s\n", name, way, len(posts), recall, f1, right/float64(len(posts)), line)
}

func labels(m *sentiment.Model, way string, posts []post) []int {
	list := make([]int, len(posts))
	for i, s := range scores(m, way, posts) {
		list[i] = map[discussion.Label]int{discussion.Negative: 0, discussion.Neutral: 1, discussion.Positive: 2}[s.Label]
	}
	return list
}

func scores(m *sentiment.Model, way string, posts []post) []discussion.Sentiment {
	m, err := m.As(way)
	if err != nil {
		panic(err)
	}
	list := make([]discussion.Sentiment, len(posts))
	for i := range posts {
		list[i] = m.Score(posts[i].text, discussion.Span{End: len(posts[i].text.Plain)}, posts[i].language)
	}
	return list
}

func (t *trainer) irony(m *sentiment.Model, way, name string, posts []post) {
	var right, truth, said, both float64
	for i, s := range scores(m, way, posts) {
		yes := s.Irony >= 0.5
		if posts[i].label == 1 {
			truth++
		}
		if yes {
			said++
		}
		if yes == (posts[i].label == 1) {
			right++
			if yes {
				both++
			}
		}
	}
	fmt.Printf("%-20s %-9s n %5d  irony: F1 %.4f  precision %.2f  recall %.2f  accuracy %.4f\n", name, way, len(posts), 2*both/(truth+said), both/said, both/truth, right/float64(len(posts)))
}
