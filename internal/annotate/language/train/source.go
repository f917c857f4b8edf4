package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"github.com/fedipulse/fedipulse/internal/annotate/language/ngram"
)

// A source gives texts of one class.
type source struct {
	tag     string
	drawn   []string   // words from lingua's models
	posts   [][]string // words of real posts; none for most languages
	foreign []string   // English words, which turn up in posts of every language
}

// posts are the files that hold posts of a language.
var posts = map[string][]string{
	"en": {"umsab.english.train.tsv.gz", "goe.train.tsv.gz", "sent.train.tsv.gz"},
	"de": {"umsab.german.train.tsv.gz"},
	"fr": {"umsab.french.train.tsv.gz"},
	"es": {"umsab.spanish.train.tsv.gz"},
	"it": {"umsab.italian.train.tsv.gz"},
	"pt": {"umsab.portuguese.train.tsv.gz"},
}

const drawnWords = 300_000 // per class

func newSources(rnd *rand.Rand, data string) ([]*source, error) {
	dir, err := linguaDir()
	if err != nil {
		return nil, err
	}
	var list []*source
	for _, l := range languages {
		s := &source{tag: l.Tag}
		for _, from := range l.from {
			c, err := newChain(filepath.Join(dir, from))
			if err != nil {
				return nil, err
			}
			s.drawn = append(s.drawn, c.words(rnd, drawnWords/len(l.from))...)
		}
		for _, name := range posts[l.Tag] {
			p, err := readPosts(filepath.Join(data, name))
			if err != nil {
				return nil, err
			}
			s.posts = append(s.posts, p...)
		}
		if l.Script == ngram.Latin && l.Tag != "en" {
			s.foreign = list[0].drawn
		}
		list = append(list, s)
		fmt.Fprintf(os.Stderr, "%-3s %d words, %d posts\n", l.Tag, len(s.drawn), len(s.posts))
	}
	return list, nil
}

// readPosts reads the words of the posts in a file of lines "label TAB text".
func readPosts(name string) ([][]string, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	var list [][]string
	lines := bufio.NewScanner(z)
	for lines.Scan() {
		_, text, _ := strings.Cut(lines.Text(), "\t")
		var words []string
		for _, w := range strings.Fields(norm.NFC.String(text)) {
			if !strings.HasPrefix(w, "@") && !strings.HasPrefix(w, "#") && !strings.HasPrefix(w, "http") && w != "RT" {
				words = append(words, w)
			}
		}
		if len(words) > 0 {
			list = append(list, words)
		}
	}
	return list, lines.Err()
}

// text draws a text of a few words, as people write them: some of their
// accents missing, some English in between, some vowels drawn out.
func (s *source) text(rnd *rand.Rand) string {
	n := 1 + min(30, int(rnd.ExpFloat64()*4))
	all := s.drawn
	if len(s.posts) > 0 && rnd.IntN(2) > 0 {
		all = s.posts[rnd.IntN(len(s.posts))]
	}
	n = min(n, len(all))
	at := rnd.IntN(len(all) - n + 1)
	words := append([]string(nil), all[at:at+n]...)
	if s.foreign != nil && n > 2 && rnd.IntN(8) == 0 {
		for range 1 + n/8 {
			words[rnd.IntN(n)] = s.foreign[rnd.IntN(len(s.foreign))]
		}
	}
	text := strings.Join(words, " ")
	if rnd.IntN(20) == 0 {
		text = drawOut(text, rnd.IntN(len(text)))
	}
	if rnd.IntN(8) == 0 && s.tag != "en" {
		text = bare(text)
	}
	return text
}

// drawOut repeats the vowel at a place.
func drawOut(text string, at int) string {
	if !strings.ContainsRune("aeiouAEIOU", rune(text[at])) {
		return text
	}
	return text[:at] + strings.Repeat(text[at:at+1], 3) + text[at:]
}

var plainLetters = strings.NewReplacer("ł", "l", "ø", "o", "æ", "ae", "ß", "ss", "ı", "i", "œ", "oe", "đ", "d")

// bare returns a Latin text without its accents.
func bare(text string) string {
	strip := transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
	s, _, err := transform.String(strip, text)
	if err != nil || strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Cyrillic, unicode.Arabic) }) {
		return text
	}
	return plainLetters.Replace(s)
}
