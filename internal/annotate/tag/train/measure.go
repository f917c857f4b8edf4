package main

import (
	"fmt"
	"slices"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// measure prints how right the answers of the posts are.
func (t *trainer) measure(posts []*post, how string, sets ...string) {
	for _, set := range sets {
		some := slices.DeleteFunc(slices.Clone(posts), func(p *post) bool { return p.set != set })
		name := set
		if name == "" {
			name = "written for this program"
		}
		fmt.Printf("\n%s, %d posts, %s\n", name, len(some), how)
		t.measureThemes(some)
		t.measureTargets(some)
	}
}

// tally counts right and wrong answers.
type tally struct{ hit, found, given float64 }

func (t *tally) add(found, given bool) {
	t.hit += number(found && given)
	t.found += number(found)
	t.given += number(given)
}

func (t *tally) f1() float64 { return 2 * t.hit / max(t.found+t.given, 1) }

func (t *tally) String() string {
	return fmt.Sprintf("n %4.0f  precision %.2f  recall %.2f  F1 %.3f", t.given, t.hit/max(t.found, 1), t.hit/max(t.given, 1), t.f1())
}

func (t *trainer) measureThemes(posts []*post) {
	var all tally
	macro, n := 0.0, 0.0
	for k, e := range t.themes.Entries {
		var one tally
		for _, p := range posts {
			one.add(p.z[k] > 0, p.themes[k])
			all.add(p.z[k] > 0, p.themes[k])
		}
		if one.given > 0 {
			macro += one.f1()
			n++
		}
		fmt.Printf("  %-24s %v\n", e.Name, &one)
	}
	fmt.Printf("  %-24s %v  macro F1 %.3f\n", "all themes", &all, macro/n)
}

func (t *trainer) measureTargets(posts []*post) {
	right, some, rightSome := 0.0, 0.0, 0.0
	tones := make([]tally, len(attitudes))
	for _, p := range posts {
		best := 0
		for k, z := range p.whom {
			if unnamed := k > 0 && t.targets.Entries[k-1].Named && p.whomHits[k][0] == 0; !unnamed && z > p.whom[best] {
				best = k
			}
		}
		right += number(best == p.target)
		some += number(p.target > 0)
		rightSome += number(p.target > 0 && best == p.target)
		attitude := discussion.Neutral
		if best > 0 {
			attitude = attitudes[slices.Index(p.how, slices.Max(p.how))]
		}
		for i, label := range attitudes {
			tones[i].add(attitude == label, p.attitude == label)
		}
	}
	macro := 0.0
	for i, label := range attitudes {
		fmt.Printf("  %-24s %v\n", label+" towards it", &tones[i])
		macro += tones[i].f1() / float64(len(tones))
	}
	fmt.Printf("  target                   accuracy %.3f, of posts with one %.3f; sentiment towards it macro F1 %.3f\n", right/float64(len(posts)), rightSome/max(some, 1), macro)
}
