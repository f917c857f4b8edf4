package sentiment

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"strconv"
	"strings"
)

// codeVersion changes when the code reads a text differently.
const codeVersion = "1"

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

type entry struct {
	role    role
	valence float64
}

// listed is an entry as a file gives it.
type listed struct {
	entry
	key    string // folded words, joined by blanks
	words  int
	stem   bool // the last word goes on
	origin string
}

// Limits of a word list: they bound the work per word of a text.
const (
	maxPhrase  = 7  // words in a term
	minStem    = 3  // bytes of a stem
	maxWord    = 48 // bytes of a word that is looked up
	maxValence = 4
)

// readEntries reads a file of lines "TERM<tab>VALUE": a valence from -4 to 4,
// or the name of a role. Empty lines and lines that begin with "# " are
// comments; a term that ends in * is a stem.
func readEntries(files fs.FS, name string, sum digest) ([]listed, error) {
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
		v, err := strconv.ParseFloat(value, 64)
		if err != nil || !(v >= -maxValence && v <= maxValence) {
			return l, fmt.Errorf("value of %q: %q is neither a number from -4 to 4 nor a role", term, value)
		}
		l.valence = v
	}
	stem, isStem := strings.CutSuffix(term, "*")
	key := termKey(stem)
	l.key, l.words, l.stem = strings.Join(key, " "), len(key), isStem
	switch {
	case l.words == 0 || l.words > maxPhrase:
		return l, fmt.Errorf("term %q: has %d words, want 1 to %d", term, l.words, maxPhrase)
	case isStem && len(key[len(key)-1]) < minStem:
		return l, fmt.Errorf("term %q: the stem is too short", term)
	}
	return l, nil
}

// lexicon is a word list ready for look-ups.
type lexicon struct {
	exact, stems map[string]entry
	longest      map[string]int // words in the longest term that begins with this word
}

// newLexicon joins lists of entries. A term that occurs twice is an error: the
// reader of the file would not know which one counts.
func newLexicon(parts ...[]listed) (*lexicon, error) {
	x := &lexicon{exact: map[string]entry{}, stems: map[string]entry{}, longest: map[string]int{}}
	for _, part := range parts {
		for _, l := range part {
			in := x.exact
			if l.stem {
				in = x.stems
			}
			if _, twice := in[l.key]; twice {
				return nil, fmt.Errorf("%s: term %q is already there", l.origin, l.key)
			}
			in[l.key] = l.entry
			if first, _, more := strings.Cut(l.key, " "); more {
				x.longest[first] = max(x.longest[first], l.words)
			}
		}
	}
	return x, nil
}

// at returns the entry of the longest term that begins at ws[i], and how many
// words it takes; 0 where there is none.
func (x *lexicon) at(ws []word, i int) (entry, int) {
	var room [maxPhrase * (maxWord + 1)]byte
	for n := min(max(x.longest[ws[i].folded], 1), len(ws)-i); n > 0; n-- {
		key := room[:0]
		for k, w := range ws[i : i+n] {
			if k > 0 {
				key = append(key, ' ')
			}
			key = append(key, w.folded...)
		}
		if e, ok := x.exact[string(key)]; ok {
			return e, n
		}
		shortest := len(key) - len(ws[i+n-1].folded) + minStem
		for end := len(key); end >= shortest; end-- {
			if e, ok := x.stems[string(key[:end])]; ok {
				return e, n
			}
		}
	}
	return entry{}, 0
}

// digest makes a short name from everything that is written to it.
type digest struct{ hash.Hash }

func newDigest() digest {
	d := digest{sha256.New()}
	fmt.Fprintln(d, codeVersion, weights)
	return d
}

func (d digest) short() string { return hex.EncodeToString(d.Sum(nil))[:8] }
