package codebook

import (
	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Words are the words of a text: its tokens without punctuation, those with
// hyphens and apostrophes cut in their parts. They keep their memory from text to
// text.
type Words struct {
	Tokens *token.List
	list   []word
	memos  map[*matcher]*token.Memo[candidates]
}

// word is a word, where it stands, and the sentence that it is in.
type word struct {
	hash       uint64
	folded     []byte
	start, end int32 // in the text, in bytes
	sentence   int32
}

// Read sets w to the words of a text, for as long as the list holds it.
func (w *Words) Read(l *token.List) {
	w.Tokens, w.list = l, w.list[:0]
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
		whole := word{t.Hash, l.Folded(i), t.Start, t.End, int32(sentence)}
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

// memo returns what a matcher knows of words that it has seen in texts of w.
func (w *Words) memo(m *matcher) *token.Memo[candidates] {
	memo := w.memos[m]
	if memo == nil {
		if w.memos == nil {
			w.memos = map[*matcher]*token.Memo[candidates]{}
		}
		memo = &token.Memo[candidates]{}
		w.memos[m] = memo
	}
	return memo
}
