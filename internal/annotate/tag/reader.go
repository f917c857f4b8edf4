package tag

import (
	"math"
	"slices"
	"unicode/utf8"

	"github.com/fedipulse/fedipulse/internal/annotate/codebook"
	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Tags are what a text speaks of, in the order of the codebook, and whom it is
// about, the main one first. Of sentiments only that towards the main target is
// filled in. They are good until the next text is read.
type Tags struct {
	Themes  []discussion.ThemeTag
	Targets []discussion.TargetTag
	Answers bool // the text has no theme of its own, and answers what stands above it
}

// Reader tags one text after another. It is not for concurrent use.
type Reader struct {
	*Tagger
	Words   codebook.Words
	found   []codebook.Match // of themes
	aliases []codebook.Match // of targets
	rows    token.Known[wordRows]
	own     []wordRows // of the words
	pairs   []mayPair
	known   []knownFeature // each row once, where it is first seen
	seen    []uint64       // a bit per row
	sums    []int32
	themes  []int     // by entry: how many different patterns the text has
	whom    []int     // the same for targets
	may     []int     // entries of targets that it may be about
	towards []float64 // by these: what speaks for each
	dense   [Dense]float32
	dry     []float32 // by column: what dense speaks for it
	touched uint64    // keeps what is read ahead from being left out

	tagged   []discussion.ThemeTag // the answer, and what it is made of
	targeted []discussion.TargetTag
	spans    []discussion.Span
	shares   []int32 // by word: what it speaks for a column
	top      []share
}

// mayPair is a pair of words that may have a row: the word that ends it, and the first slot
// that it may be in.
type mayPair struct {
	key   uint32
	word  int32
	first slot
}

// knownFeature is a feature of a text that has a row.
type knownFeature struct {
	row  int32
	at   uint32 // where the row begins in table.rows
	word int32
}

// Reader returns a reader of its own for a goroutine.
func (t *Tagger) Reader() *Reader {
	columns := 8 * t.table.stride
	return &Reader{
		Tagger: t, themes: make([]int, len(t.Themes.Entries)), whom: make([]int, len(t.Targets.Entries)),
		sums: make([]int32, columns), dry: make([]float32, columns), seen: make([]uint64, len(t.weights.Keys)/64+1),
	}
}

// Read returns the tags of a text of a tone. It takes time linear in its length.
func (r *Reader) Read(l *token.List, tone *discussion.Sentiment) Tags {
	r.spans = r.spans[:0]
	r.Words.Read(l)
	both := [...][]codebook.Match{r.found[:0], r.aliases[:0]}
	r.both.Find(&r.Words, both[:])
	r.found, r.aliases = both[0], both[1]
	count(r.found, r.themes)
	count(r.aliases, r.whom)
	r.look()
	r.dense = DenseOf(&r.Words, tone)
	r.weigh()
	themes := r.tagThemes()
	answers := r.answersAbove(themes)
	if answers { // its subject is that of the text above
		themes = slices.DeleteFunc(themes, func(t discussion.ThemeTag) bool { return t.Theme == OffTopic })
	}
	targets := r.tagTargets()
	if i := slices.IndexFunc(targets, func(t discussion.TargetTag) bool { return t.Main }); i >= 0 {
		targets[i].Sentiment = r.toneTowards(tone)
	}
	return Tags{themes, targets, answers}
}

// Found returns the patterns of themes in the text that was read last, until the
// next is.
func (r *Reader) Found() []codebook.Match { return r.found }

// count sets n to how many different patterns of each entry were found.
func count(found []codebook.Match, n []int) {
	clear(n)
	for i, m := range found {
		if n[m.Entry] < HitFeatures && !slices.ContainsFunc(found[:i], func(o codebook.Match) bool { return o.Entry == m.Entry && o.Pattern == m.Pattern }) {
			n[m.Entry]++
		}
	}
}

// Rows are added up four columns at a time, as bytes in 16-bit lanes: 128 more
// than the weight, so that no lane is ever negative, and not more rows than fit.
const (
	evenBytes = 0x00FF00FF00FF00FF
	fitting   = 65535 / 255
)

// look adds up the rows of the features of the text, each once. The table is larger
// than a processor's cache: what it takes from memory it takes in loops that do not
// wait for it, so that many reads are under way at a time.
func (r *Reader) look() {
	for _, k := range r.known {
		r.seen[k.row>>6] = 0
	}
	r.findPairs()
	n := r.Words.Len()
	words, _ := r.rows.Open(r.Words.Tokens)
	r.own = slices.Grow(r.own[:0], n)[:n]
	for i := range r.own {
		r.own[i] = *words.At(r.Words.Number(i))
	}
	r.known = r.known[:0]
	pairs := r.pairs
	for i := range r.own {
		rows := &r.own[i]
		if rows[0] == 0 {
			*rows = r.table.ofWord(r.Words.Hash(i), r.Words.Folded(i))
			if n := r.Words.Number(i); n > 0 {
				*words.At(n) = *rows
			}
		}
		for _, row := range rows {
			if row <= 0 {
				break
			}
			r.note(row-1, i)
		}
		if len(pairs) > 0 && int(pairs[0].word) == i {
			r.note(r.table.row(pairs[0].key, pairs[0].first), i)
			pairs = pairs[1:]
		}
	}
	clear(r.sums)
	rows := r.table.rows
	for rest := r.known; len(rest) > 0; {
		some := rest[:min(len(rest), fitting)]
		rest = rest[len(some):]
		for _, k := range some {
			r.touched ^= rows[k.at]
		}
		for at := 0; at < r.table.stride; at += 2 {
			sum := addUp(rows[at:], some)
			sums := (*[16]int32)(r.sums[8*at:])
			for i := range 4 {
				sums[2*i] += int32(sum[0]>>(16*i)&0xFFFF) - int32(128*len(some))
				sums[2*i+1] += int32(sum[1]>>(16*i)&0xFFFF) - int32(128*len(some))
				sums[2*i+8] += int32(sum[2]>>(16*i)&0xFFFF) - int32(128*len(some))
				sums[2*i+9] += int32(sum[3]>>(16*i)&0xFFFF) - int32(128*len(some))
			}
		}
	}
}

// addUp adds up two words of some rows: the even and the odd bytes of each. Within
// look there would be no registers left for the sums.
//
//go:noinline
func addUp(rows []uint64, some []knownFeature) [4]uint64 {
	var even, odd, even1, odd1 uint64
	for _, k := range some {
		x, y := rows[k.at], rows[k.at+1]
		even += x & evenBytes
		odd += x >> 8 & evenBytes
		even1 += y & evenBytes
		odd1 += y >> 8 & evenBytes
	}
	return [4]uint64{even, odd, even1, odd1}
}

// findPairs lists the pairs of words that may have rows.
func (r *Reader) findPairs() {
	n := r.Words.Len()
	r.pairs = slices.Grow(r.pairs[:0], n)[:n]
	before, found := uint64(noWord), 0
	for i := range n {
		hash := r.Words.Hash(i)
		key := Key(pairHash(before, hash))
		r.pairs[found] = mayPair{key: key, word: int32(i)}
		found += r.table.mayHave(key) // most have none, and no processor can guess which
		before = hash
	}
	r.pairs = r.pairs[:found]
	for i := range r.pairs {
		p := &r.pairs[i]
		p.first = r.table.slots[r.table.place(p.key)]
	}
}

// note notes a row of word i, if it is one and is not noted yet.
func (r *Reader) note(row int32, i int) {
	if row < 0 || r.seen[row>>6]>>(row&63)&1 != 0 {
		return
	}
	r.seen[row>>6] |= 1 << (row & 63)
	r.known = append(r.known, knownFeature{row, uint32(row) * uint32(r.table.stride), int32(i)})
}

// weigh adds up what all but the words and patterns speaks for each column.
func (r *Reader) weigh() {
	clear(r.dry)
	for i, x := range r.dense {
		if x == 0 {
			continue
		}
		weights := r.table.dense[i]
		dry := r.dry[:len(weights)]
		for c, w := range weights {
			dry[c] += w * x
		}
	}
}

// answer is what speaks for a column.
func (r *Reader) answer(c *Column, column int, hits [HitFeatures]float32) float64 {
	return float64(float32(r.sums[column])*c.Scale + c.with(r.dry[column], hits))
}

// withoutHits is the answer of a column of which the text has no pattern.
func (r *Reader) withoutHits(column int) float64 {
	return float64(float32(r.sums[column])*r.table.scales[column] + r.dry[column])
}

// with adds to z what patterns speak for a column.
func (c *Column) with(z float32, hits [HitFeatures]float32) float32 {
	for i, w := range c.Hits {
		z += w * hits[i]
	}
	return z
}

func (r *Reader) tagThemes() []discussion.ThemeTag {
	list := r.tagged[:0]
	off, others := -1, false
	for entry, column := range r.learned {
		name := r.Themes.Entries[entry].Name
		p, tagged := 0.0, false
		if column >= 0 {
			z := r.withoutHits(column)
			if n := r.themes[entry]; n > 0 {
				z = r.answer(&r.weights.Themes[column], column, HitsOf(n))
			}
			if tagged = z > r.table.thresholds[column]; tagged {
				p = sigmoid(z)
			}
		} else if n := r.themes[entry]; n > 0 {
			p, tagged = [...]float64{0.6, 0.8, 0.9}[n-1], true
		}
		if !tagged {
			continue
		}
		switch name {
		case OffTopic:
			off = len(list)
		case humor:
		default:
			others = true
		}
		list = append(list, discussion.ThemeTag{Theme: name, Confidence: p, Evidence: r.evidence(r.found, entry, column)})
	}
	if off >= 0 && others {
		list = slices.Delete(list, off, off+1)
	}
	r.tagged = list
	return list
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// What is shown for an entry that no pattern shows: so many words at most, and
// none so short that it shows nothing, whatever it weighs ("I", "the", "ich").
const (
	maxLearned = 3
	minLearned = 4 // letters
)

// evidence returns the patterns of an entry that were found, merged where they
// overlap, or else the words that spoke for it most.
func (r *Reader) evidence(found []codebook.Match, entry, column int) []discussion.Span {
	first := len(r.spans)
	for _, m := range found {
		switch n := len(r.spans); {
		case m.Entry != entry:
		case n > first && m.Start < r.spans[n-1].End:
			r.spans[n-1].End = max(r.spans[n-1].End, m.End)
		default:
			r.spans = append(r.spans, m.Span)
		}
	}
	if len(r.spans) == first && column >= 0 {
		for _, s := range r.heaviest(column) {
			span := r.Words.Span(s.word)
			if n := len(r.spans); n == first || span.Start >= r.spans[n-1].End {
				r.spans = append(r.spans, span)
			}
		}
	}
	return r.spans[first:len(r.spans):len(r.spans)]
}

// share is what the features of a word speak for a column.
type share struct {
	word   int
	weight int32
}

// heaviest returns, in the order of the text, the words that speak most for a
// column, if they speak for it.
func (r *Reader) heaviest(column int) []share {
	n := r.Words.Len()
	r.shares = slices.Grow(r.shares[:0], n)[:n]
	clear(r.shares)
	rows, eighth, shift := r.table.rows, uint32(column/8), 8*(column%8)
	for _, k := range r.known {
		r.shares[k.word] += int32(rows[k.at+eighth]>>shift&0xFF) - 128
	}
	top, least := r.top[:0], int32(0) // the heaviest first, the earlier of two as heavy
	for word, weight := range r.shares {
		if weight <= least || utf8.RuneCount(r.Words.Folded(word)) < minLearned {
			continue
		}
		at := len(top)
		for at > 0 && weight > top[at-1].weight {
			at--
		}
		if top = slices.Insert(top, at, share{word, weight}); len(top) > maxLearned {
			top = top[:maxLearned]
		}
		if len(top) == maxLearned {
			least = top[maxLearned-1].weight
		}
	}
	slices.SortFunc(top, func(a, b share) int { return a.word - b.word })
	r.top = top
	return top
}
