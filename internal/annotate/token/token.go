// Package token cuts a text into words, emoji, emoticons and marks of
// punctuation. Tone, themes and targets all read the same tokens, so that a text
// is cut once; and it numbers words, so that each of them can keep what it found
// out about one (Known).
package token

import "github.com/fedipulse/fedipulse/internal/annotate/plain"

// Token is a word, an emoji, an emoticon or a mark of punctuation of a text.
type Token struct {
	Start, End int32  // in the text, in bytes
	from, to   int32  // of the folded form in List.folded
	Hash       uint64 // of the folded form
	Kind       Kind
	Loud       bool // in capitals, or emphasised
	Stretched  bool // with a letter three times or more in a row
	Joined     bool // with a hyphen or an apostrophe within
}

// Kind is what a token is.
type Kind uint8

// The kinds of tokens.
const (
	Letters Kind = iota // a word
	Number              // digits alone
	Symbol              // an emoji or an emoticon
	Code                // a word in the name of a custom emoji
	Pause               // ends a clause
	Mark                // other punctuation
)

// Longest is how many tokens of a text are read; the rest of a longer one is
// ignored.
const Longest = 4096

// List is the tokens of a text. It keeps its memory from text to text, and is
// not for concurrent use.
type List struct {
	Text     *plain.Text
	Language string // as which it was read; "" where it is not known
	Tokens   []Token
	folded   []byte
	elide    bool // the language writes l'IA, which is two words

	vocabulary vocabulary
	numbers    []uint16 // of the tokens, once somebody asks
	numbered   bool
}

// Read sets l to the tokens of t, read as a BCP 47 base language. Links and
// mentions are left out: whom one addresses and what one points to is not what
// one says. Words are folded to lower case; the parts of hashtags are words of
// their own. Read takes time linear in the length of t.
func (l *List) Read(t *plain.Text, language string) {
	l.Text, l.Language, l.numbered = t, language, false
	l.elide = language == "fr" || language == "it"
	l.scan()
	l.Tokens = l.Tokens[:min(len(l.Tokens), Longest)]
	l.emphasise()
}

// ReadTerm sets l to the tokens of a term of a word list. :name stands for a
// word in the name of a custom emoji.
func (l *List) ReadTerm(term, language string) {
	t := &plain.Text{Plain: term}
	if len(term) > 1 && term[0] == ':' && isWordAt(term, 1, len(term)) && emoticon(term) != len(term) {
		t.Plain += ":"
		t.Marks = []plain.Mark{{Kind: plain.Emoji}}
		t.Marks[0].End = len(t.Plain)
	}
	l.Read(t, language)
}

// Folded returns the folded form of token i, as long as l holds the text.
func (l *List) Folded(i int) []byte {
	t := &l.Tokens[i]
	return l.folded[t.from:t.to]
}

// Len returns the bytes of the folded form of a token.
func (t *Token) Len() int { return int(t.to - t.from) }

// emphasise takes a few words in bold or italics as said louder.
func (l *List) emphasise() {
	ts, at := l.Tokens, 0
	for _, m := range l.Text.Marks {
		if m.Kind != plain.Emphasis {
			continue
		}
		for at < len(ts) && int(ts[at].Start) < m.Start {
			at++
		}
		end := at
		for end < len(ts) && int(ts[end].End) <= m.End {
			end++
		}
		for i := at; i < end && end-at <= 4; i++ {
			ts[i].Loud = ts[i].Loud || ts[i].Kind == Letters
		}
	}
}
