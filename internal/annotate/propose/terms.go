// Package propose finds what a codebook may lack: terms that the posts of a theme
// use more than others do, and names that many posts have.
package propose

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/fedipulse/fedipulse/internal/annotate/codebook"
)

// Terms counts words and pairs of words in posts of a theme and in others. A post
// counts once for each of its terms, whose rate among others is that of the same
// language.
type Terms struct {
	terms  map[string]*tally    // by language and term
	totals map[string]*[2]int64 // of terms, in the theme and in others, by language and length of a term
	seen   map[string]bool      // of the post in hand
}

type tally struct {
	in, out int64
	author  string
	several bool // authors
}

// Term is a term and how much it is of the theme.
type Term struct {
	Term     string  `json:"term"`
	Language string  `json:"language"`
	In       int64   `json:"posts"`    // posts of the theme that have it
	Out      int64   `json:"others"`   // other posts that do
	LogOdds  float64 `json:"log_odds"` // natural logarithm of the ratio of the odds, in the theme and in others
	Z        float64 `json:"z"`        // LogOdds by its standard error
}

// NewTerms returns no counts.
func NewTerms() *Terms {
	return &Terms{terms: map[string]*tally{}, totals: map[string]*[2]int64{}, seen: map[string]bool{}}
}

// maxTerms bounds what Terms keeps: beyond it, terms of one post are forgotten.
const maxTerms = 1 << 20

// Add counts a post of the theme.
func (t *Terms) Add(w *codebook.Words, author string) {
	t.each(w, 0, func(key string) {
		n := t.terms[key]
		if n == nil {
			n = &tally{author: author}
			t.terms[key] = n
		}
		n.in++
		n.several = n.several || n.author != author
	})
	if len(t.terms) > maxTerms {
		for key, n := range t.terms {
			if n.in == 1 {
				delete(t.terms, key)
			}
		}
	}
}

// AddOther counts a post that is not of the theme. All posts of the theme are
// counted before the first of these.
func (t *Terms) AddOther(w *codebook.Words) {
	t.each(w, 1, func(key string) {
		if n := t.terms[key]; n != nil {
			n.out++
		}
	})
}

// each calls do with the terms of a post, each once.
func (t *Terms) each(w *codebook.Words, side int, do func(key string)) {
	clear(t.seen)
	plain := w.Tokens.Text.Plain
	for i := range w.Len() {
		for n := 1; n <= 2 && i+n <= w.Len(); n++ {
			if n == 2 && gap(plain, w.Span(i).End, w.Span(i+1).Start) {
				continue
			}
			key := w.Tokens.Language + "\t" + string(w.Folded(i))
			if n == 2 {
				key += " " + string(w.Folded(i+1))
			}
			if t.seen[key] {
				continue
			}
			t.seen[key] = true
			t.total(key)[side]++
			do(key)
		}
	}
}

// gap reports whether there is more than a blank, a hyphen or an apostrophe
// between two words.
func gap(plain string, from, to int) bool {
	return to > from && strings.Trim(plain[from:to], " -‐'’") != ""
}

// total returns the totals for terms of the length and language of one.
func (t *Terms) total(key string) *[2]int64 {
	language, term, _ := strings.Cut(key, "\t")
	if strings.Contains(term, " ") {
		language += " "
	}
	n := t.totals[language]
	if n == nil {
		n = &[2]int64{}
		t.totals[language] = n
	}
	return n
}

// prior is how many terms of average posts are added to both sides: what is rare
// must be very uneven to count.
const prior = 500

// Fewest posts of the theme that a term must be in, by more than one author.
const fewest = 3

// Best returns the terms that are most of the theme, at most n, by Z. The measure
// is the log-odds ratio with an informative Dirichlet prior of Monroe, Colaresi
// and Quinn (2008, doi:10.1093/pan/mpn018). Terms that known has are left out, and
// pairs one of whose words says nearly as much alone.
func (t *Terms) Best(n int, known func(language, term string) bool) []Term {
	z := map[string]Term{}
	for key, c := range t.terms {
		language, term, _ := strings.Cut(key, "\t")
		if c.in < fewest || !c.several || len(term) < 3 || !strings.ContainsFunc(term, func(r rune) bool { return r < '0' || r > '9' && r != ' ' }) {
			continue
		}
		total := t.total(key)
		like := prior * float64(c.in+c.out) / float64(total[0]+total[1])
		odds := func(y, n int64) float64 {
			return math.Log((float64(y) + like) / (float64(n-y) + prior - like))
		}
		x := Term{Term: term, Language: language, In: c.in, Out: c.out, LogOdds: odds(c.in, total[0]) - odds(c.out, total[1])}
		x.Z = x.LogOdds / math.Sqrt(1/(float64(c.in)+like)+1/(float64(c.out)+like))
		z[key] = x
	}
	list := make([]Term, 0, len(z))
	for _, x := range z {
		first, second, pair := strings.Cut(x.Term, " ")
		if x.Z < certain || known(x.Language, x.Term) || pair && max(z[x.Language+"\t"+first].Z, z[x.Language+"\t"+second].Z) >= enough*x.Z {
			continue
		}
		list = append(list, x)
	}
	slices.SortFunc(list, func(a, b Term) int {
		return cmp.Or(cmp.Compare(b.Z, a.Z), cmp.Compare(a.Language, b.Language), cmp.Compare(a.Term, b.Term))
	})
	return list[:min(n, len(list))]
}

const (
	certain = 1.96 // the least Z of a term that is proposed
	enough  = 0.8  // of the Z of a pair, that of a word that makes the pair needless
)
