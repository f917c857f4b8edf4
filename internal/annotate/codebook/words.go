package codebook

import (
	"slices"

	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Words are the words of a text: its tokens without punctuation, those with
// hyphens and apostrophes cut in their parts. They keep their memory from text to
// text.
type Words struct {
	Tokens     *token.List
	list       []word
	known      map[*Joint]*known
	found      []Match                // by the last search for several codebooks
	candidates []candidates           // of the words, in the search that is under way
	pairs      []mayPair              // the same of two in a row
	touched    sign                   // keeps what is read ahead from being left out
	seen       [anySign/64 + 1]uint64 // signs of the words

	numbered bool
}

// word is a word, where it stands, and the sentence that it is in.
type word struct {
	hash       uint64
	folded     []byte
	start, end int32 // in the text, in bytes
	sentence   int32
	token      int32  // that it is, or is part of
	number     uint16 // in the list, once somebody asks
}

// Read sets w to the words of a text, for as long as the list holds it.
func (w *Words) Read(l *token.List) {
	w.Tokens, w.list, w.numbered = l, w.list[:0], false
	sentence := 0
	sentences := l.Text.Sentences
	for i := range l.Tokens {
		t := &l.Tokens[i]
		if t.Kind == token.Pause || t.Kind == token.Mark {
			continue
		}
		for sentence < len(sentences)-1 && int(t.Start) >= sentences[sentence].End {
			sentence++
		}
		whole := word{t.Hash, l.Folded(i), t.Start, t.End, int32(sentence), int32(i), 0}
		if t.Kind != token.Letters || !t.Joined {
			w.list = append(w.list, whole)
			continue
		}
		w.cut(whole)
	}
}

// cut adds the parts of a word with hyphens or apostrophes. Where letters have
// as many bytes folded as not, each part knows its own place.
func (w *Words) cut(whole word) {
	same := int(whole.end-whole.start) == len(whole.folded)
	from := 0
	for i := 0; i <= len(whole.folded); i++ {
		if i < len(whole.folded) && whole.folded[i] != '-' && whole.folded[i] != '\'' {
			continue
		}
		if i > from {
			part := whole
			part.folded = whole.folded[from:i]
			part.hash = token.Hash(part.folded)
			if same {
				part.start, part.end = whole.start+int32(from), whole.start+int32(i)
			}
			w.list = append(w.list, part)
		}
		from = i + 1
	}
}

// Len returns the number of words.
func (w *Words) Len() int { return len(w.list) }

// Hash returns the hash of word i.
func (w *Words) Hash(i int) uint64 { return w.list[i].hash }

// Number returns the number of word i, as token.List gives it.
func (w *Words) Number(i int) uint16 {
	w.number()
	return w.list[i].number
}

func (w *Words) number() {
	if w.numbered {
		return
	}
	w.numbered = true
	numbers := w.Tokens.Numbers()
	for i := range w.list {
		if word := &w.list[i]; word.hash == w.Tokens.Tokens[word.token].Hash {
			word.number = numbers[word.token]
		} else {
			word.number = w.Tokens.NumberOf(word.hash, word.folded)
		}
	}
}

// Folded returns word i as it is compared, for as long as w holds the text.
func (w *Words) Folded(i int) []byte { return w.list[i].folded }

// Span returns where word i stands in the text.
func (w *Words) Span(i int) discussion.Span {
	return discussion.Span{Start: int(w.list[i].start), End: int(w.list[i].end)}
}

// sentence returns where the sentence of word i begins and ends.
func (w *Words) sentence(i int) (int, int) {
	from, to := i, i+1
	for from > 0 && w.list[from-1].sentence == w.list[i].sentence {
		from--
	}
	for to < len(w.list) && w.list[to].sentence == w.list[i].sentence {
		to++
	}
	return from, to
}

// known is what codebooks know of the words of a list.
type known struct {
	known token.Known[candidates]
	words token.Values[candidates]
	list  []anchored // of all words, one after the other
	kept  int        // what belongs to words with a number; the rest to those of the text in hand
}

// knownBy returns what codebooks know of the words of w.
func (w *Words) knownBy(j *Joint) *known {
	w.number()
	k := w.known[j]
	if k == nil {
		if w.known == nil {
			w.known = map[*Joint]*known{}
		}
		k = &known{}
		w.known[j] = k
	}
	words, forgotten := k.known.Open(w.Tokens)
	if forgotten {
		k.list, k.kept = append(k.list[:0], anchored{}), 1 // so that a word that is known ends above 0
	}
	k.words = words
	return k
}

// look finds the candidates of all words of w, in loops of their own, so that waits
// for memory overlap.
func (k *known) look(m *matcher, w *Words) {
	w.candidates = slices.Grow(w.candidates[:0], len(w.list))[:len(w.list)]
	k.list = k.list[:k.kept]
	for i := range w.list {
		w.candidates[i] = *k.words.At(w.list[i].number)
	}
	for i, c := range w.candidates {
		if n := w.list[i].number; n > 0 && c.end == 0 {
			known := k.words.At(n)
			if known.end == 0 {
				*known = k.add(m, &w.list[i])
			}
			w.candidates[i] = *known
		}
	}
	k.kept = len(k.list)
	for i := range w.list {
		if w.list[i].number == 0 {
			w.candidates[i] = k.add(m, &w.list[i])
		}
		if c := w.candidates[i]; c.from < c.end {
			w.touched ^= k.list[c.from].signs[0]
		}
	}
}

// add adds the candidates of a word to those of all.
func (k *known) add(m *matcher, w *word) (c candidates) {
	c.from = int32(len(k.list))
	k.list, c.parts, c.typo = m.candidates(w, k.list)
	c.end = int32(len(k.list))
	return c
}
