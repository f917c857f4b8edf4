package reading

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"

	"github.com/fedipulse/fedipulse/internal/annotate/token"
)

// role is what an entry of a word list does in a sentence.
type role uint8

const (
	tone   role = iota // has a valence of its own; 0 keeps its words from counting
	negate             // turns what follows in its clause
	more               // makes what follows stronger
	less               // makes what follows weaker
	but                // what follows it is what the author means
	irony              // the words around it are not meant as they stand
	dry                // the language of facts, questions and procedure
)

var roles = map[string]role{"negate": negate, "more": more, "less": less, "but": but, "irony": irony, "dry": dry}

// entry is what is known of a term.
type entry struct {
	role    role
	known   bool  // the term is in the list; else it is only the head of longer ones
	longest uint8 // tokens of the longest term that begins with this token
	goesOn  bool  // one of these ends in a stem
	valence float32
}

// listed is an entry as a file gives it.
type listed struct {
	role    role
	valence float32
	term    string
	stem    bool // the last word goes on
	origin  string
}

// Limits of a word list: they bound the work per word of a text.
const (
	maxPhrase  = 7 // words in a term
	minStem    = 3 // bytes of a stem
	maxValence = 4
)

// readEntries reads a file of lines "TERM<tab>VALUE": a valence from -4 to 4,
// or the name of a role. Empty lines and lines that begin with "# " are
// comments; a term that ends in * is a stem.
func readEntries(files fs.FS, name string, sum io.Writer) ([]listed, error) {
	f, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var list []listed
	lines := bufio.NewScanner(io.TeeReader(f, sum))
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		if line == "" || strings.HasPrefix(line, "# ") || line == "#" {
			continue
		}
		l, err := parse(line)
		l.origin = fmt.Sprintf("%s:%d", name, n)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.origin, err)
		}
		list = append(list, l)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

func parse(line string) (listed, error) {
	var l listed
	term, value, found := strings.Cut(line, "\t")
	if !found || strings.Contains(value, "\t") {
		return l, fmt.Errorf("read %q: want a term, a tab, a value", line)
	}
	if r, ok := roles[value]; ok {
		l.role = r
	} else {
		v, err := strconv.ParseFloat(value, 32)
		if err != nil || !(v >= -maxValence && v <= maxValence) {
			return l, fmt.Errorf("value of %q: %q is neither a number from -4 to 4 nor a role", term, value)
		}
		l.valence = float32(v)
	}
	l.term, l.stem = strings.CutSuffix(term, "*")
	return l, nil
}

// lexicon is a word list ready for look-ups, by the hashes of folded tokens.
type lexicon struct {
	entries token.Index[entry] // of exact terms, and of first words of longer ones
	stems   token.Index[entry]

	mayStem   token.Filter // of stems: most words have none
	mayPhrase token.Filter // of terms of two words and more
}

const stemSalt = 0x5bd1e9955bd1e995 // keeps stems apart from words

// newLexicon joins lists of entries. A term that occurs twice is an error: the
// reader of the file would not know which one counts.
func newLexicon(language string, parts ...[]listed) (*lexicon, error) {
	x := &lexicon{}
	n := 0
	for _, part := range parts {
		n += len(part)
	}
	x.entries, x.stems = token.NewIndex[entry](2*n), token.NewIndex[entry](n)
	var list token.List
	for _, part := range parts {
		for _, l := range part {
			if err := x.add(&list, l, language); err != nil {
				return nil, fmt.Errorf("%s: term %q: %w", l.origin, l.term, err)
			}
		}
	}
	return x, nil
}

func (x *lexicon) add(list *token.List, l listed, language string) error {
	list.ReadTerm(l.term, language)
	ts := list.Tokens
	switch {
	case len(ts) == 0 || len(ts) > maxPhrase:
		return fmt.Errorf("has %d words, want 1 to %d", len(ts), maxPhrase)
	case l.stem && ts[len(ts)-1].Len() < minStem:
		return fmt.Errorf("the stem is too short")
	}
	key := ts[0].Hash
	for _, t := range ts[1:] {
		key = join(key, t.Hash)
	}
	in := &x.entries
	if l.stem {
		in = &x.stems
		key ^= stemSalt
		x.mayStem.Add(key)
	}
	e := in.At(key)
	if e.known {
		return fmt.Errorf("is already there")
	}
	e.known, e.role, e.valence = true, l.role, l.valence
	in.Set(key, e)
	if len(ts) > 1 {
		x.mayPhrase.Add(key)
		first := x.entries.At(ts[0].Hash)
		first.longest = max(first.longest, uint8(len(ts)))
		first.goesOn = first.goesOn || l.stem
		x.entries.Set(ts[0].Hash, first)
	}
	return nil
}

// join hashes a row of tokens.
func join(h, next uint64) uint64 {
	h = (h ^ next>>29 ^ next*0x9e3779b97f4a7c15) * 0xff51afd7ed558ccd
	return h ^ h>>32
}

// find returns the entry of the longest term that begins at token i, and how
// many tokens it takes; 0 where there is none.
func (g *grammar) find(i int) (entry, int) {
	first := g.facts[i].entry
	if first.longest > 1 {
		if e, n := g.phrase(i, first); n > 0 {
			return e, n
		}
	}
	if first.known {
		return first, 1
	}
	if stem := g.facts[i].stem; stem.known && g.text.Tokens[i].Kind == token.Letters {
		return stem, 1
	}
	return entry{}, 0
}

// phrase returns the longest term of two tokens or more that begins at i.
func (g *grammar) phrase(i int, first entry) (entry, int) {
	ts := g.text.Tokens[i:min(i+int(first.longest), len(g.text.Tokens))]
	var found entry
	length := 0
	key := ts[0].Hash
	for n := 2; n <= len(ts); n++ {
		if first.goesOn {
			if e, ok := g.stem(g.text.Folded(i+n-1), key, true); ok {
				found, length = e, n
			}
		}
		key = join(key, ts[n-1].Hash)
		if !g.mayPhrase.Has(key) {
			continue
		}
		if e := g.entries.At(key); e.known {
			found, length = e, n
		}
	}
	return found, length
}

// stem returns the entry of the longest stem that word begins with, standing
// after the tokens that hash to before.
func (x *lexicon) stem(word []byte, before uint64, phrase bool) (entry, bool) {
	var found entry
	h := uint64(token.HashStart)
	for n, c := range word {
		h = token.HashByte(h, c)
		if n+1 < minStem {
			continue
		}
		key := h
		if phrase {
			key = join(before, h)
		}
		key ^= stemSalt
		if !x.mayStem.Has(key) {
			continue
		}
		if e := x.stems.At(key); e.known {
			found = e
		}
	}
	return found, found.known
}
