// Package reading turns a text into what a model of tone can weigh: tokens,
// hashes of words and of what stands around them, and the sums of a small
// grammar over word lists (negation, degree, contrast, set phrases of irony).
//
// Whatever is learned from texts and whatever is later applied to them reads
// them here, so that training and use cannot differ.
package reading

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// version changes when the code reads a text differently.
const version = "2"

// Languages are those that have a word list, as BCP 47 tags.
var Languages = []string{"de", "en", "es", "fr", "it", "pt"}

// Lists are the word lists of all languages. They may be used from many
// goroutines.
type Lists struct {
	version    string
	byLanguage map[string]language
}

// language is what the lists of a language say.
type language struct {
	*lexicon
	opinions *Opinions // nil: there are none
}

// Load reads LANGUAGE.tsv for each language, and emoji.tsv, which goes for
// all. An error names the file and the line.
func Load(files fs.FS) (*Lists, error) {
	l := &Lists{byLanguage: map[string]language{}}
	sum := sha256.New()
	fmt.Fprintln(sum, version)
	shared, err := readEntries(files, "emoji.tsv", sum)
	if err != nil {
		return nil, fmt.Errorf("load word lists: %w", err)
	}
	for _, tag := range Languages {
		own, err := readEntries(files, tag+".tsv", sum)
		if err != nil {
			return nil, fmt.Errorf("load word lists: %w", err)
		}
		x, err := newLexicon(tag, shared, own)
		if err != nil {
			return nil, fmt.Errorf("load word lists: %w", err)
		}
		l.byLanguage[tag] = language{lexicon: x}
	}
	l.version = hex.EncodeToString(sum.Sum(nil))[:8]
	return l, nil
}

// Version names the lists and the code that reads with them.
func (l *Lists) Version() string { return l.version }

// With returns the lists and, for a language, what other lists say.
func (l *Lists) With(tag string, o *Opinions) *Lists {
	more := *l
	more.byLanguage = maps.Clone(l.byLanguage)
	more.byLanguage[tag] = language{l.byLanguage[tag].lexicon, o}
	return &more
}

// Reader reads texts, one after the other: what it holds of a text is
// overwritten by the next. It is not for concurrent use.
type Reader struct {
	Chunks   []Chunk
	Features []Feature // of all chunks, in order, once they are listed
	Items    []Item    // terms of the word lists that count
	Cues     []Item    // and those that point to irony

	WordsOnly bool // leave parts of words out of Features

	lists   *Lists
	list    *token.List
	own     token.List // of a text that nobody else reads
	grammar grammar
	looks   []look // of the tokens
	words   token.Known[facts]
}

// facts are what the lists of a language say of a word alone.
type facts struct {
	entry   entry
	stem    entry // the longest stem that it begins with
	opinion [OpinionLists]int8
	not     bool // a verb with n't
	negates bool // that, or in the list as a negation
	turns   bool // in the list as what turns against what was said before
	idle    bool // in no list, also not as the beginning of a term
	known   bool // they have been looked up
}

// Chunk is a few sentences of a text, about as much as people put into a short
// post. A long text is the weighted sum of its chunks.
type Chunk struct {
	Tokens    int     // where they begin in the text
	TokensEnd int     // and where they end
	Weight    float32 // what the chunk counts for
	Irony     float32 // how likely its set phrases make it that it is not meant as it stands
	Dense     [Dense]float32

	features, featuresEnd int // in Reader.Features
}

// Feature is a hash of something that stands in a text, and the token it ends at.
type Feature struct {
	Hash  uint64
	Token int32
}

// Dense is the number of features of a chunk that are sums.
const Dense = numTally + numSurface + numOpinion

// Reader returns a reader that uses the lists.
func (l *Lists) Reader() *Reader {
	return &Reader{lists: l}
}

// Supports reports whether there is a word list for a BCP 47 base language.
func (l *Lists) Supports(tag string) bool { return l.byLanguage[tag].lexicon != nil }

// chunkTokens is how many tokens a chunk is closed at.
const chunkTokens = 32

// lastChunk is what the chunk that a longer text ends on counts more: it is
// where people say what they think of it all.
const lastChunk = 1.3

// ReadText reads the whole of a text as a language, which must be supported, and
// lists its features.
func (r *Reader) ReadText(t *plain.Text, language string) {
	r.own.Read(t, language)
	r.Open(&r.own)
	r.Read(discussion.Span{End: len(t.Plain)})
	r.List()
}

// Open takes up a text whose language must be supported. Read then reads it, or
// stretches of it, as long as the list holds that text.
func (r *Reader) Open(text *token.List) {
	r.list = text
	words, _ := r.words.Open(text)
	g := &r.grammar
	g.text, g.language = text, r.lists.byLanguage[text.Language]
	n := len(text.Tokens)
	g.facts, r.looks = slices.Grow(g.facts[:0], n)[:n], slices.Grow(r.looks[:0], n)[:n]
	numbers := text.Numbers()
	for i, n := range numbers {
		g.facts[i] = *words.At(n)
	}
	for i := range g.facts {
		r.looks[i] = lookOf(&text.Tokens[i])
		if g.facts[i].known {
			continue
		}
		g.facts[i] = g.language.facts(text.Tokens[i].Hash, text.Folded(i))
		if n := numbers[i]; n > 0 {
			*words.At(n) = g.facts[i]
		}
	}
}

// facts looks a word up.
func (l *language) facts(hash uint64, word []byte) (f facts) {
	f.entry, f.not, f.known = l.entries.At(hash), isNot(word), true
	f.stem, _ = l.stem(word, 0, false)
	f.negates, f.turns = f.not || f.entry.known && f.entry.role == negate, f.entry.known && f.entry.role == but
	f.idle = !f.entry.known && f.entry.longest <= 1 && !f.stem.known && !f.not
	if l.opinions != nil {
		f.opinion = l.opinions.words.At(hash)
	}
	return f
}

// Read makes chunks of the sentences of the text within a stretch. It takes time
// linear in the length of the text.
func (r *Reader) Read(within discussion.Span) {
	t := r.list.Text
	r.Chunks = r.Chunks[:0]
	g := &r.grammar
	g.items, g.cues, g.total = g.items[:0], g.cues[:0], tally{}
	ts := r.list.Tokens
	past := len(ts)
	first := r.tokenFrom(within.Start)
	if within.End < len(t.Plain) {
		past = r.tokenFrom(within.End) // but for a token that goes on behind it
	}
	for past > first && int(ts[past-1].End) > within.End {
		past--
	}
	sentence, begin := 0, first
	for from := first; from < past; {
		for sentence < len(t.Sentences) && t.Sentences[sentence].End <= int(ts[from].Start) {
			sentence++
		}
		end := within.End
		if sentence < len(t.Sentences) {
			end = t.Sentences[sentence].End
		}
		to := from + 1
		for to < past && int(ts[to].Start) < end {
			to++
		}
		g.add(from, to)
		if to-begin >= chunkTokens || to == past {
			r.close(begin, to)
			begin = to
		}
		from = to
	}
	r.weigh()
	r.Items, r.Cues = g.items, g.cues
}

// weigh sets what the chunks count for. The weight of a text grows with the
// root of its chunks: the tenth says less that is new than the first.
func (r *Reader) weigh() {
	n := len(r.Chunks)
	if n < 2 {
		return
	}
	each := float32(math.Sqrt(float64(n)) / (float64(n) - 1 + lastChunk))
	for i := range r.Chunks {
		r.Chunks[i].Weight = each
	}
	r.Chunks[n-1].Weight *= lastChunk
}

// close makes a chunk of the tokens [from, to).
func (r *Reader) close(from, to int) {
	c := Chunk{Tokens: from, TokensEnd: to, Weight: 1, Irony: float32(r.grammar.total.irony)}
	r.negate(from, to)
	r.grammar.total.features(c.Dense[:numTally])
	r.surface(c.Dense[numTally:], from, to)
	if r.grammar.language.opinions != nil {
		r.opinions(c.Dense[numTally+numSurface:], from, to)
	}
	r.grammar.total = tally{}
	r.Chunks = append(r.Chunks, c)
}

// Of returns the features of a chunk, once they are listed.
func (r *Reader) Of(c *Chunk) []Feature { return r.Features[c.features:c.featuresEnd] }

// Word returns the hash of token i as it is listed in a vocabulary. Numbers of one
// length are one word.
func (r *Reader) Word(i int) uint64 { return word64(&r.list.Tokens[i]) }

// Span returns where token i stands in the text.
func (r *Reader) Span(i int) discussion.Span {
	t := &r.list.Tokens[i]
	return discussion.Span{Start: int(t.Start), End: int(t.End)}
}

// IsWord reports whether token i is a word or a symbol, not punctuation.
func (r *Reader) IsWord(i int) bool {
	k := r.list.Tokens[i].Kind
	return k == token.Letters || k == token.Symbol || k == token.Code
}

// Tokens is the number of tokens of the text.
func (r *Reader) Tokens() int {
	if n := len(r.Chunks); n > 0 {
		return r.Chunks[n-1].TokensEnd
	}
	return 0
}
