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
	"unsafe"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
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
	byLanguage map[string]*lexicon
	opinions   map[string]*Opinions
}

// Load reads LANGUAGE.tsv for each language, and emoji.tsv, which goes for
// all. An error names the file and the line.
func Load(files fs.FS) (*Lists, error) {
	l := &Lists{byLanguage: map[string]*lexicon{}}
	sum := sha256.New()
	fmt.Fprintln(sum, version)
	shared, err := readEntries(files, "emoji.tsv", sum)
	if err != nil {
		return nil, fmt.Errorf("load word lists: %w", err)
	}
	for _, language := range Languages {
		own, err := readEntries(files, language+".tsv", sum)
		if err != nil {
			return nil, fmt.Errorf("load word lists: %w", err)
		}
		if l.byLanguage[language], err = newLexicon(language, shared, own); err != nil {
			return nil, fmt.Errorf("load word lists: %w", err)
		}
	}
	l.version = hex.EncodeToString(sum.Sum(nil))[:8]
	return l, nil
}

// Version names the lists and the code that reads with them.
func (l *Lists) Version() string { return l.version }

// With returns the lists and, for a language, what other lists say.
func (l *Lists) With(language string, o *Opinions) *Lists {
	more := *l
	more.opinions = maps.Clone(l.opinions)
	if more.opinions == nil {
		more.opinions = map[string]*Opinions{}
	}
	more.opinions[language] = o
	return &more
}

// Reader reads texts, one after the other: what it holds of a text is
// overwritten by the next. It is not for concurrent use.
type Reader struct {
	Chunks   []Chunk
	Features []Feature // of all chunks, in order
	Items    []Item    // terms of the word lists that count
	Cues     []Item    // and those that point to irony

	WordsOnly bool // leave parts of words out of Features

	lists    *Lists
	scanner  scanner
	grammar  grammar
	whole    plain.Text // whose tokens the scanner has, if it has those of a whole text
	language string     // as which it was read
}

// Chunk is a few sentences of a text, about as much as people put into a short
// post. A long text is the weighted sum of its chunks.
type Chunk struct {
	Features   int     // where they begin in Reader.Features
	Tokens     int     // where they begin
	Weight     float32 // what the chunk counts for
	Irony      float32 // how likely its set phrases make it that it is not meant as it stands
	Dense      [Dense]float32
	tokensEnd  int
	featureEnd int
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
	r := &Reader{lists: l}
	r.grammar.scan = &r.scanner
	return r
}

// Supports reports whether there is a word list for a BCP 47 base language.
func (l *Lists) Supports(language string) bool { return l.byLanguage[language] != nil }

// Lengths in tokens: a chunk is closed when it has chunkTokens, and a text
// longer than maxTokens is read that far.
const (
	chunkTokens = 32
	maxTokens   = 4096
)

// lastChunk is what the chunk that a longer text ends on counts more: it is
// where people say what they think of it all.
const lastChunk = 1.3

// Read reads t.Plain[within.Start:within.End] as language, which must be
// supported. It takes time linear in the length of the stretch. A stretch of
// the text that was read whole before is not cut into tokens again.
func (r *Reader) Read(t *plain.Text, within discussion.Span, language string) {
	whole := discussion.Span{End: len(t.Plain)}
	within.Start = min(max(within.Start, 0), len(t.Plain))
	within.End = min(max(within.End, within.Start), len(t.Plain))
	g := &r.grammar
	g.list = r.lists.byLanguage[language]
	if within == whole || !r.has(t, language) {
		r.scan(t, within, language)
		r.whole, r.language = plain.Text{}, language
		if within == whole {
			r.whole = *t
		}
	}
	r.add(t, within, language)
}

// has reports whether the tokens are those of all of t. Two texts are the same
// only if they share their memory.
func (r *Reader) has(t *plain.Text, language string) bool {
	return r.language == language && len(t.Plain) > 0 && len(t.Plain) == len(r.whole.Plain) &&
		unsafe.StringData(t.Plain) == unsafe.StringData(r.whole.Plain) &&
		len(t.Marks) == len(r.whole.Marks) && unsafe.SliceData(t.Marks) == unsafe.SliceData(r.whole.Marks)
}

// scan cuts a stretch into tokens and looks them up.
func (r *Reader) scan(t *plain.Text, within discussion.Span, language string) {
	r.scanner.scan(t, within, language)
	r.scanner.tokens = r.scanner.tokens[:min(len(r.scanner.tokens), maxTokens)]
	for i := range r.scanner.tokens {
		token := &r.scanner.tokens[i]
		token.entry = r.grammar.list.entries.at(token.hash)
	}
	r.emphasise(t, r.scanner.tokens)
}

// add makes chunks of the sentences of t within a stretch.
func (r *Reader) add(t *plain.Text, within discussion.Span, language string) {
	r.Chunks, r.Features = r.Chunks[:0], r.Features[:0]
	g := &r.grammar
	g.items, g.cues, g.total = g.items[:0], g.cues[:0], tally{}
	ts := r.scanner.tokens
	first, past := 0, len(ts)
	for first < past && int(ts[first].start) < within.Start {
		first++
	}
	for past > first && int(ts[past-1].end) > within.End {
		past--
	}
	sentence, begin := 0, first
	for from := first; from < past; {
		for sentence < len(t.Sentences) && t.Sentences[sentence].End <= int(ts[from].start) {
			sentence++
		}
		end := within.End
		if sentence < len(t.Sentences) {
			end = t.Sentences[sentence].End
		}
		to := from + 1
		for to < past && int(ts[to].start) < end {
			to++
		}
		g.add(from, to)
		if to-begin >= chunkTokens || to == past {
			r.close(begin, to, language)
			begin = to
		}
		from = to
	}
	r.weigh()
	r.Items, r.Cues = g.items, g.cues
}

// emphasise takes a few words in bold or italics as said louder.
func (r *Reader) emphasise(t *plain.Text, ts []token) {
	at := 0
	for _, m := range t.Marks {
		if m.Kind != plain.Emphasis {
			continue
		}
		for at < len(ts) && int(ts[at].start) < m.Start {
			at++
		}
		end := at
		for end < len(ts) && int(ts[end].end) <= m.End {
			end++
		}
		for i := at; i < end && end-at <= 4; i++ {
			ts[i].loud = ts[i].loud || ts[i].kind == letters
		}
	}
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
func (r *Reader) close(from, to int, language string) {
	c := Chunk{Features: len(r.Features), Tokens: from, Weight: 1, tokensEnd: to}
	r.features(from, to, language)
	c.featureEnd = len(r.Features)
	c.Irony = float32(r.grammar.total.irony)
	r.grammar.total.features(c.Dense[:numTally])
	r.surface(c.Dense[numTally:], from, to)
	if o := r.lists.opinions[language]; o != nil {
		r.opinions(o, c.Dense[numTally+numSurface:], from, to)
	}
	r.grammar.total = tally{}
	r.Chunks = append(r.Chunks, c)
}

// Of returns the features of a chunk.
func (r *Reader) Of(c *Chunk) []Feature { return r.Features[c.Features:c.featureEnd] }

// Words calls yield with the hash of each token of a chunk as it is listed in
// a vocabulary. Numbers of one length are one word.
func (r *Reader) Words(c *Chunk, ids []uint64) []uint64 {
	ids = ids[:0]
	for i := c.Tokens; i < c.tokensEnd; i++ {
		ids = append(ids, r.scanner.word64(i))
	}
	return ids
}

// Span returns where token i stands in the text.
func (r *Reader) Span(i int) discussion.Span {
	t := &r.scanner.tokens[i]
	return discussion.Span{Start: int(t.start), End: int(t.end)}
}

// IsWord reports whether token i is a word or a symbol, not punctuation.
func (r *Reader) IsWord(i int) bool {
	k := r.scanner.tokens[i].kind
	return k == letters || k == symbol || k == code
}

// Tokens is the number of tokens of the text.
func (r *Reader) Tokens() int {
	if n := len(r.Chunks); n > 0 {
		return r.Chunks[n-1].tokensEnd
	}
	return 0
}
