package main

import (
	"bufio"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/fedipulse/fedipulse/internal/annotate/sentiment"
	"github.com/fedipulse/fedipulse/internal/annotate/sentiment/reading"
)

// What was chosen on the development sets.
const (
	bits       = 17   // rows of the English table
	otherBits  = 16   // and of the others
	strength   = 0.03 // c of the linear models
	shareOfNet = 0.4  // in the English answers
	ownC       = 0.1  // of the fediverse heads
	kept       = 1500 // texts of each set kept from the heads before, to train the fediverse heads on
	keptWeight = 0.3  // and what each of them weighs
	ironyBias  = 0.25 // added to the answer that a tweet is ironic
	filters    = 32
	vectorSize = 48
	seed       = 1
)

// english trains the part for English.
func (t *trainer) english() sentiment.Part {
	p := sentiment.Part{Language: "en", Bits: bits, Row: 16}
	t.opinions(&p)
	posts := map[string][]post{}
	for _, name := range []string{"sent", "goe", "goe28", "vgold", "davidson", "irony"} {
		posts[name] = t.tsv(name+".train", "en")
	}
	posts["irony"] = append(posts["irony"], t.isarcasm()...)
	var anchors []post
	for _, name := range []string{"sent", "goe"} {
		n := len(posts[name]) - kept
		anchors = append(anchors, posts[name][n:]...)
		posts[name] = posts[name][:n]
	}
	sets, base := map[string][]example{}, map[string]*linear{}
	for _, name := range []string{"sent", "goe", "vgold", "davidson", "irony"} {
		sets[name] = t.read(posts[name], bits)
		classes := 3
		if name == "irony" {
			classes = 2
		}
		base[name] = fit(sets[name], classes, bits, strength)
		log.Printf("en: %s: %d texts", name, len(sets[name]))
	}
	with := func(name string, classes int, others ...string) *linear {
		var models []*linear
		for _, o := range others {
			models = append(models, base[o])
		}
		return fit(extend(sets[name], models...), classes, bits, strength).fold(models...)
	}
	heads := newBuilder(&p)
	heads.add(sentiment.Tweet, with("sent", 3, "goe", "vgold", "davidson"), nil)
	heads.add(sentiment.Forum, with("goe", 3, "sent", "vgold", "davidson"), nil)
	heads.add("irony", with("irony", 2, "sent", "goe", "vgold", "davidson"), nil)
	p.Heads[2].Dense[0][0] += ironyBias // the first dense feature is 1
	t.network(&p, posts)
	probe := t.probe(heads)
	list := t.read(anchors, bits)
	for i := range list {
		list[i].dense = append(list[i].dense, probe(&anchors[i])...)
		list[i].weight = keptWeight
	}
	t.own(heads, "en", list)
	heads.finish()
	return p
}

// other trains the part for another language.
func (t *trainer) other(language string) sentiment.Part {
	names := map[string]string{"de": "german", "es": "spanish", "fr": "french", "it": "italian", "pt": "portuguese"}
	p := sentiment.Part{Language: language, Bits: otherBits, Row: 8}
	posts := t.tsv("umsab."+names[language]+".train", language)
	log.Printf("%s: %d texts", language, len(posts))
	heads := newBuilder(&p)
	heads.add(sentiment.Tweet, t.tweets(posts), nil)
	t.own(heads, language, t.crossed(posts))
	heads.finish()
	return p
}

// tweets fits the mean of a model of words and one of words and their parts,
// which is better than either, and is itself such a model.
func (t *trainer) tweets(posts []post) *linear {
	words := t.lists.Reader()
	words.WordsOnly = true
	return fit(t.readWith(words, posts, otherBits), 3, otherBits, strength).
		mean(fit(t.read(posts, otherBits), 3, otherBits, strength))
}

// crossed returns tweets with the answers of models that were not trained on
// them: of the other half of all.
func (t *trainer) crossed(posts []post) []example {
	list := t.read(posts, otherBits)
	for half := range 2 {
		var others []post
		for i, p := range posts {
			if i%2 != half {
				others = append(others, p)
			}
		}
		m := t.tweets(others)
		for i := half; i < len(posts); i += 2 {
			z := make([]float64, 3)
			m.answer(m.w, &list[i], z)
			for _, v := range z {
				list[i].dense = append(list[i].dense, float32(v))
			}
			list[i].weight = keptWeight
		}
	}
	return list
}

// own adds the heads that are trained on the posts written for this program, if
// there are any in the language, and on anchors: texts on any subject, without
// which the model would forget what common words are worth.
func (t *trainer) own(b *builder, language string, anchors []example) {
	var posts []post
	for _, c := range corpora {
		posts = append(posts, only(jsonl(c), language)...)
	}
	if len(posts) == 0 {
		return
	}
	log.Printf("%s: own: %d texts", language, len(posts))
	m := t.probe(b)
	list := t.read(posts, b.part.Bits)
	for i := range list {
		list[i].dense = append(list[i].dense, m(&posts[i])...)
	}
	n := b.columns()
	b.add(sentiment.Fediverse, fitAsIs(append(anchors, list...), 3, b.part.Bits, ownC), &n)
	list = relabel(list, func(i int) int {
		if posts[i].ironic {
			return 1
		}
		return 0
	})
	b.add(sentiment.Fediverse+" irony", fitAsIs(list, 2, b.part.Bits, ownC), &n)
}

// probe returns a function that gives the answers of the heads so far.
func (t *trainer) probe(b *builder) func(*post) []float32 {
	b.finish()
	h := sentiment.NewHeads(t.lists, b.part)
	return func(p *post) []float32 { return h.Answers(&p.text) }
}

// builder collects linear models as the columns of a part.
type builder struct {
	part   *sentiment.Part
	models []*linear
}

func newBuilder(p *sentiment.Part) *builder { return &builder{part: p} }

func (b *builder) columns() (n int) {
	for _, h := range b.part.Heads {
		n += len(h.Scale)
	}
	return n
}

// add adds a head. A model of two classes is one column: the second answer less
// the first. If stacked is given, the dense features end in the answers of the
// heads before, in so many columns.
func (b *builder) add(name string, m *linear, stacked *int) {
	if m.classes == 2 {
		single := &linear{classes: 1, rows: m.rows, dense: m.dense, w: make([]float64, len(m.w)/2)}
		for i := range single.w {
			single.w[i] = m.w[2*i+1] - m.w[2*i]
		}
		m = single
	}
	before := b.columns()
	h := sentiment.Head{Name: name, Scale: make([]float32, m.classes), Temperature: 1}
	for c := range m.classes {
		dense, stack := make([]float32, reading.Dense), make([]float32, before)
		at := m.rows * m.classes
		for i := range reading.Dense {
			dense[i] = float32(m.w[at+i*m.classes+c])
		}
		if stacked != nil {
			at += reading.Dense * m.classes
			for i := range *stacked {
				stack[i] = float32(m.w[at+i*m.classes+c])
			}
		}
		h.Dense, h.Stack = append(h.Dense, dense), append(h.Stack, stack)
	}
	b.part.Heads = append(b.part.Heads, h)
	b.models = append(b.models, m)
}

// finish writes the table: the weights of each head in 127ths of what all but
// a few of them stay below.
func (b *builder) finish() {
	p := b.part
	p.Table = make([]int8, p.Row<<p.Bits)
	at := 0
	for k, m := range b.models {
		n := m.rows * m.classes
		sizes := make([]float64, 0, n)
		for _, w := range m.w[:n] {
			if w != 0 {
				sizes = append(sizes, math.Abs(w))
			}
		}
		slices.Sort(sizes)
		scale := 1e-6
		if len(sizes) > 0 {
			scale = max(scale, sizes[int(float64(len(sizes)-1)*0.9995)]/127)
		}
		for c := range m.classes {
			p.Heads[k].Scale[c] = float32(scale)
			for row := range m.rows {
				q := math.Round(m.w[row*m.classes+c] / scale)
				p.Table[row*p.Row+at+c] = int8(min(max(q, -127), 127))
			}
		}
		at += m.classes
	}
}

// network trains the network of a part and lets the first two heads use it.
func (t *trainer) network(p *sentiment.Part, posts map[string][]post) {
	names := []string{"sent", "goe", "goe28", "vgold", "davidson"}
	texts := map[string][][]uint64{}
	var all [][]uint64
	for _, name := range names {
		texts[name] = t.wordsOf(posts[name])
		all = append(all, texts[name]...)
	}
	n := &network{size: vectorSize, filters: filters}
	n.list(all, 4)
	var tasks []*task
	for _, name := range names {
		classes := 3
		if name == "goe28" {
			classes = 28
		}
		tasks = append(tasks, n.task(texts[name], posts[name], classes))
	}
	random := rand.New(rand.NewPCG(seed, seed))
	n.start(random, tasks)
	log.Printf("en: network of %d words", len(n.vocabulary))
	for range 2 {
		n.epoch(tasks, []int{0, 1, 2, 3, 4}, 1e-3, random)
	}
	for range 4 {
		n.epoch(tasks, []int{0, 1}, 5e-4, random)
	}
	n.export(p)
	for k := range 2 {
		h := &p.Heads[k]
		h.NetShare = shareOfNet
		row := n.heads[k].row
		for c := range 3 {
			w := n.heads[k].w[c*row:][:row]
			h.Net = append(h.Net, slices.Clone(w[:row-1]))
			h.NetBias = append(h.NetBias, w[row-1])
		}
	}
}

// export writes what each word adds to each filter at each place, in bytes.
func (n *network) export(p *sentiment.Part) {
	words := len(n.vocabulary) + 2
	p.Filters, p.Words = n.filters, words
	p.NetBias = slices.Clone(n.bias.w)
	p.NetScale = make([]float32, 3*n.filters)
	for _, w := range n.vocabulary {
		p.Vocabulary = append(p.Vocabulary, uint32(w>>32))
	}
	value := func(place, k, w int) float32 {
		return dot(n.windows[place].w[k*n.size:][:n.size], n.vectors.w[w*n.size:][:n.size])
	}
	for k := range n.filters {
		for width := 1; width <= 3; width++ {
			var sizes []float32
			for place, wp := range places {
				if wp[0] != width {
					continue
				}
				for w := range words {
					v := value(place, k, w)
					sizes = append(sizes, max(v, -v))
				}
			}
			slices.Sort(sizes)
			p.NetScale[(width-1)*n.filters+k] = max(sizes[int(float64(len(sizes)-1)*0.999)]/float32(sentiment.Levels[width]), 1e-9)
		}
	}
	p.Rows = make([]byte, 0, 6*n.filters*words)
	for w := range words {
		for place, wp := range places {
			for k := range n.filters {
				q := math.Round(float64(value(place, k, w) / p.NetScale[(wp[0]-1)*n.filters+k]))
				most := float64(sentiment.Levels[wp[0]])
				p.Rows = append(p.Rows, byte(int(min(max(q, -most), most))+sentiment.Zero[wp[0]]))
			}
		}
	}
}

// opinions reads the published lexicons into a part.
func (t *trainer) opinions(p *sentiment.Part) {
	values := map[uint64][reading.OpinionLists]int8{}
	set := func(list int, term string, value float64) {
		if h, ok := reading.HashWord(term, p.Language); ok {
			v := values[h]
			v[list] = int8(math.Round(127 * value))
			values[h] = v
		}
	}
	dir := filepath.Join(t.data, "lexicons")
	lines(filepath.Join(dir, "vader", "vader_lexicon.txt"), func(f []string) { set(0, f[0], number(f[1])/4) })
	lines(filepath.Join(dir, "afinn", "AFINN-en-165.txt"), func(f []string) { set(1, f[0], number(f[1])/5) })
	for name, v := range map[string]float64{"positive": 0.6, "negative": -0.6} {
		lines(filepath.Join(dir, "opinion-lexicon", name+"-words.txt"), func(f []string) { set(2, f[0], v) })
	}
	for h := range values {
		p.OpinionHashes = append(p.OpinionHashes, h)
	}
	slices.Sort(p.OpinionHashes)
	for _, h := range p.OpinionHashes {
		p.OpinionValues = append(p.OpinionValues, values[h])
	}
	p.Opinions = len(p.OpinionHashes)
	t.lists = t.lists.With(p.Language, reading.NewOpinions(p.OpinionHashes, p.OpinionValues))
}

func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		log.Fatal(err)
	}
	return v
}

// lines calls each with the fields of the lines of a lexicon.
func lines(name string, each func([]string)) {
	f, err := os.Open(name)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		line := s.Text()
		if line == "" || line[0] == ';' || line[0] == '\t' {
			continue
		}
		each(strings.Split(line, "\t"))
	}
}
