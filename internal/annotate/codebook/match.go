package codebook

import (
	"slices"
	"sync"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Match is a pattern that was found.
type Match struct {
	discussion.Span        // where it stands in the text
	Entry           int    // in Book.Entries
	Pattern         string // as the codebook has it
	first, last     int32  // its words
}

// Find appends to found the matches in a text, in the order of their first
// words, less those that are excluded. It takes time linear in the text.
func (b *Book) Find(w *Words, found []Match) []Match {
	return b.alone.search(w, found).found
}

// Joint is codebooks that are searched for at once. It may be used from many
// goroutines.
type Joint struct {
	matchers map[string]func() *matcher
}

// Join returns what searches for all of some codebooks, which is faster than one
// after the other and finds the same.
func Join(books ...*Book) *Joint {
	j := &Joint{matchers: map[string]func() *matcher{}}
	for _, language := range append(Languages, "") {
		j.matchers[language] = sync.OnceValue(func() *matcher { return compile(books, language) })
	}
	return j
}

// Find appends to found, book by book, what Book.Find does.
func (j *Joint) Find(w *Words, found [][]Match) {
	f := j.search(w, w.found[:0])
	for _, m := range f.found {
		book := len(f.m.first) - 1
		for m.Entry < f.m.first[book] {
			book--
		}
		m.Entry -= f.m.first[book]
		found[book] = append(found[book], m)
	}
	w.found = f.found
}

// search finds the matches in a text, with entries as they are in all books.
func (j *Joint) search(w *Words, found []Match) finder {
	of, ok := j.matchers[w.Tokens.Language]
	if !ok {
		of = j.matchers[""]
	}
	m := of()
	f := finder{m: m, w: w, known: w.knownBy(j), found: found, from: len(found)}
	w.see()
	f.known.look(m, w)
	f.findPairs()
	for i := range w.list {
		f.word(i)
	}
	f.exclude()
	own := f.found[f.from:]
	slices.SortStableFunc(own, func(a, b Match) int { return int(a.first - b.first) })
	return f
}

// finder is a search of one text.
type finder struct {
	m        *matcher
	w        *Words
	known    *known
	pairs    []mayPair // that are still to be tried
	found    []Match
	from     int // of its own in found
	excludes []Match

	first, end int               // words of the sentence in hand
	held       map[*pattern]bool // whether the conditions of a pattern hold in it, where it is long
}

// longSentence is how many words make a sentence in which conditions are looked
// at once for each pattern, and not at each of its places: a hostile text is one
// sentence of thousands.
const longSentence = 64

// mayPair is two words in a row that patterns may be kept under.
type mayPair struct {
	hash uint64
	list []anchored
	word int32 // the first
}

// findPairs looks up all pairs of words, in loops of their own, so that waits for
// memory overlap.
func (f *finder) findPairs() {
	w := f.w
	n := max(len(w.list)-1, 0)
	w.pairs = slices.Grow(w.pairs[:0], n)[:n]
	found := 0
	for i := range w.pairs {
		h := pair(w.list[i].hash, w.list[i+1].hash)
		w.pairs[found].hash, w.pairs[found].word = h, int32(i)
		found += f.m.may[pairs].MayHave(h) // most have none, and no processor can guess which
	}
	f.pairs = w.pairs[:found]
	for i := range f.pairs {
		p := &f.pairs[i]
		if p.list = f.m.by[pairs].At(p.hash); len(p.list) > 0 {
			w.touched ^= p.list[0].signs[0]
		}
	}
}

// word tries the patterns that are kept under word i, and under it and the next.
func (f *finder) word(i int) {
	c, list := f.w.candidates[i], f.known.list
	if c.from < c.parts {
		f.try(list[c.from:c.parts], i)
	}
	if len(f.pairs) > 0 && int(f.pairs[0].word) == i {
		f.try(f.pairs[0].list, i)
		f.pairs = f.pairs[1:]
	}
	if c.parts == c.end {
		return
	}
	f.try(list[c.parts:c.typo], i)
	for k := c.typo; k < c.end; k++ {
		a := &list[k]
		if !slices.ContainsFunc(f.found[f.from:], func(m Match) bool { return m.first == int32(i) && m.Entry == int(a.entry) }) {
			f.hit(a, i)
		}
	}
}

// try notes the patterns of a list that stand around word i.
func (f *finder) try(list []anchored, i int) {
	for k := range list {
		if a := &list[k]; f.w.sees(a) && (a.alone || a.words.at(f.w.list, i-int(a.at))) {
			f.hit(a, i-int(a.at))
		}
	}
}

// hit notes a pattern whose first part stands at word i, if its other
// conditions hold.
func (f *finder) hit(a *anchored, i int) {
	if !a.bare && !f.holds(a.pattern, i) {
		return
	}
	last := i + len(a.words) - 1
	m := Match{
		Span:  discussion.Span{Start: int(f.w.list[i].start), End: int(f.w.list[last].end)},
		Entry: int(a.entry), Pattern: a.text, first: int32(i), last: int32(last),
	}
	if a.exclude {
		f.excludes = append(f.excludes, m)
	} else {
		f.found = append(f.found, m)
	}
}

// holds reports whether the conditions of a pattern hold in the sentence of word i.
func (f *finder) holds(p *pattern, i int) bool {
	if i < f.first || i >= f.end {
		f.first, f.end = f.w.sentence(i)
		clear(f.held)
	}
	sentence := f.w.list[f.first:f.end]
	if len(sentence) < longSentence {
		return p.holds(sentence)
	}
	holds, known := f.held[p]
	if !known {
		if f.held == nil {
			f.held = map[*pattern]bool{}
		}
		holds = p.holds(sentence)
		f.held[p] = holds
	}
	return holds
}

// exclude takes out what an excluding phrase of the same entry overlaps.
func (f *finder) exclude() {
	if len(f.excludes) == 0 {
		return
	}
	kept := f.found[:f.from]
	for _, m := range f.found[f.from:] {
		if !slices.ContainsFunc(f.excludes, func(x Match) bool { return x.Entry == m.Entry && x.first <= m.last && m.first <= x.last }) {
			kept = append(kept, m)
		}
	}
	f.found = kept
}
