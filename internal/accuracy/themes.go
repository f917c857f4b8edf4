package accuracy

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// themeCount counts themes, of which a text has any number.
type themeCount struct {
	classes []string    // those given or found, in order
	texts   []themeText // in an order that does not depend on that of the rows
}

// themeText is a text's themes, by their places in themeCount.classes.
type themeText struct{ given, found []int }

func countThemes(list []Outcome) themeCount {
	type text struct{ given, found []string }
	texts := make([]text, len(list))
	all := map[string]bool{}
	for i, o := range list {
		texts[i] = text{o.Row.Themes, slices.Sorted(maps.Keys(o.Answer.Themes))}
		for _, name := range slices.Concat(texts[i].given, texts[i].found) {
			all[name] = true
		}
	}
	slices.SortFunc(texts, func(a, b text) int {
		return cmp.Or(slices.Compare(a.given, b.given), slices.Compare(a.found, b.found))
	})
	c := themeCount{classes: slices.Sorted(maps.Keys(all)), texts: make([]themeText, len(texts))}
	places := func(names []string) []int {
		var list []int
		for _, name := range names {
			i, _ := slices.BinarySearch(c.classes, name)
			list = append(list, i)
		}
		return list
	}
	for i, t := range texts {
		c.texts[i] = themeText{places(t.given), places(t.found)}
	}
	return c
}

// themeSums are what the figures are worked out from.
type themeSums struct {
	given, found, hits []int // by theme
	exact, n           int   // texts with exactly the right themes, and all
}

func newThemeSums(k int) themeSums {
	return themeSums{given: make([]int, k), found: make([]int, k), hits: make([]int, k)}
}

func (s *themeSums) add(t themeText) {
	for _, i := range t.given {
		s.given[i]++
		if slices.Contains(t.found, i) {
			s.hits[i]++
		}
	}
	for _, i := range t.found {
		s.found[i]++
	}
	s.exact += index(slices.Equal(t.given, t.found))
	s.n++
}

func (s *themeSums) recall(i int) float64 { return ratio(s.hits[i], s.given[i]) }
func (s *themeSums) f1(i int) float64     { return ratio(2*s.hits[i], s.given[i]+s.found[i]) }

// macro is the mean of a figure over the themes that some text has.
func (s *themeSums) macro(of func(i int) float64) float64 {
	sum, n := 0.0, 0
	for i, given := range s.given {
		if given > 0 {
			sum += of(i)
			n++
		}
	}
	return sum / float64(max(n, 1))
}

// figures are macro recall, macro F1, micro F1, and the share of exact matches.
func (s *themeSums) figures() []float64 {
	given, found, hits := 0, 0, 0
	for i := range s.given {
		given, found, hits = given+s.given[i], found+s.found[i], hits+s.hits[i]
	}
	return []float64{s.macro(s.recall), s.macro(s.f1), ratio(2*hits, given+found), ratio(s.exact, s.n)}
}

func (c themeCount) sums() themeSums {
	s := newThemeSums(len(c.classes))
	for _, t := range c.texts {
		s.add(t)
	}
	return s
}

func (c themeCount) headline() Figures {
	drawn := newThemeSums(len(c.classes))
	intervals := bootstrap(len(c.texts), func(u int) { drawn.add(c.texts[u]) }, func() []float64 {
		figures := drawn.figures()
		clear(drawn.given)
		clear(drawn.found)
		clear(drawn.hits)
		drawn.exact, drawn.n = 0, 0
		return figures
	})
	s := c.sums()
	figures := s.figures()
	f := newFigures(len(c.texts), figures, intervals[:3])
	f.Accuracy, f.Intervals["accuracy"] = figures[3], intervals[3]
	return f
}

func (c themeCount) breakdown() Breakdown {
	b := Breakdown{Classes: c.classes, PerClass: map[string]Class{}}
	s := c.sums()
	for i, name := range c.classes {
		b.PerClass[name] = Class{ratio(s.hits[i], s.found[i]), s.recall(i), s.f1(i), s.given[i]}
	}
	return b
}

func joined(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, " ")
}
