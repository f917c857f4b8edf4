// Package language finds the language of a post, from its words and from what
// author or platform declared.
//
// The words are scored by a linear model over hashed character n-grams (package
// ngram), or told by their script where one language owns it. A declaration is
// often the default of a program and wrong, and a thread mostly keeps to one
// language; both count as evidence beside the words. So a few words keep their
// declared language, and a clear sentence its own.
package language

import (
	"cmp"
	"io/fs"
	"math"
	"strings"
	"sync"

	"github.com/fedipulse/fedipulse/data"
	"github.com/fedipulse/fedipulse/internal/annotate/language/ngram"
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
)

// Unknown is the tag of a text whose language cannot be told.
const Unknown = "und"

// Identifier identifies languages. The zero value is ready; the weights, which
// are shared, are read at the first use.
type Identifier struct{}

var model = sync.OnceValue(func() *ngram.Model {
	b, err := fs.ReadFile(data.Language, "weights.bin")
	if err != nil {
		panic(err) // it is embedded
	}
	m, err := ngram.Parse(b)
	if err != nil {
		panic(err) // a test parses the same bytes
	}
	return m
})

// The evidence beside the words, as odds that the words have to outweigh.
const (
	declaredOdds = 90   // a declared language against each other one
	aroundOdds   = 30   // the language of the thread
	englishOdds  = 2.5  // more than half of all posts are English
	otherOdds    = 0.08 // all languages together that have no name here

	// A few letters are often a word that all languages write: ok, lol, merci.
	// The chance of it falls with their number, by half every 3.5 letters.
	borrowed = 5.0

	enough = 0.5 // the probability from which a language without a declaration is named
	silent = 0.8 // the probability of a declaration of a text without letters
)

// Identify returns the base language (BCP 47) or Unknown, and the probability
// from 0 to 1 that the answer is right, 0 for Unknown. It looks at the first 128
// letters or so that are not part of a name, a link, a hashtag or an emoji.
//
// Declared is the tag that came with the text and around that of its thread, or
// "". A declared language that is none of those that can be told apart is kept
// for a text that looks like none of them.
func (Identifier) Identify(t plain.Text, declared, around string) (string, float64) {
	declared, around = base(declared), base(around)
	m := model()
	var s ngram.Scan
	scan(&s, m, t)
	script, share := majority(&s)
	switch {
	case script == ngram.None && declared == "":
		return Unknown, 0
	case script == ngram.None:
		return declared, silent
	case script > ngram.Linear:
		return byScript(&s, script, share, declared, around)
	}
	p := posterior(&s, m, script, declared, around)
	best := 0
	for i := range p {
		p[i] *= share
		if p[i] > p[best] {
			best = i
		}
	}
	known := cmp.Or(declared, around)
	knownClass := class(m, script, known)
	switch {
	case knownClass == best:
		return known, p[best]
	case p[best] >= enough && m.Classes[best].Tag != "":
		return m.Classes[best].Tag, p[best]
	case declared != "" || around != "" && p[best] < enough:
		if knownClass < 0 { // it is written in another script, as a rule
			return known, 1 - p[best]
		}
		return known, p[knownClass]
	}
	return Unknown, 0
}

// scan reads the words of a text that are not names.
func scan(s *ngram.Scan, m *ngram.Model, t plain.Text) {
	at := 0
	for _, mark := range t.Marks {
		if s.Full() {
			return
		}
		if nameless(mark.Kind) && mark.End > at {
			s.Read(m, t.Plain[at:max(at, mark.Start)])
			s.End(m)
			at = mark.End
		}
	}
	s.Read(m, t.Plain[at:])
	s.End(m)
}

func nameless(k plain.MarkKind) bool {
	return k == plain.Mention || k == plain.Link || k == plain.Hashtag || k == plain.Emoji
}

// majority returns the script of most words, and its share of them.
func majority(s *ngram.Scan) (script ngram.Script, share float64) {
	var all, most int
	for i, n := range s.Letters {
		sc := ngram.Script(i)
		if sc == ngram.Han || sc == ngram.Kana || sc == ngram.Hangul {
			n *= 3 // they are syllables and words
		}
		all += n
		if n > most {
			script, most = sc, n
		}
	}
	if all == 0 {
		return ngram.None, 0
	}
	return script, float64(most) / float64(all)
}

// posterior returns the probability of each language of a script by the words
// and by what is known beside them.
func posterior(s *ngram.Scan, m *ngram.Model, script ngram.Script, declared, around string) [ngram.Lanes]float64 {
	p := likelihoods(s, m, script)
	declaredClass, aroundClass := class(m, script, declared), class(m, script, around)
	sum := 0.0
	for i := range m.Classes {
		if p[i] == 0 {
			continue
		}
		switch m.Classes[i].Tag {
		case "en":
			p[i] *= englishOdds
		case "":
			p[i] *= otherOdds
		}
		if i == declaredClass {
			p[i] *= declaredOdds
		}
		if i == aroundClass {
			p[i] *= aroundOdds
		}
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// likelihoods returns how probable the words make each language of a script, and
// 0 for the others.
func likelihoods(s *ngram.Scan, m *ngram.Model, script ngram.Script) (p [ngram.Lanes]float64) {
	top, n, sum := 0, 0.0, 0.0
	for i := range m.Classes {
		if m.Classes[i].Script == script {
			top, n = max(top, s.Sum(i)), n+1
		}
	}
	for i := range m.Classes {
		if d := float64(s.Sum(i)-top) * m.Step; d > -12 && m.Classes[i].Script == script {
			p[i] = math.Exp(d)
			sum += p[i]
		}
	}
	shared := math.Exp(-float64(s.Letters[script]) / borrowed)
	for i := range m.Classes {
		if m.Classes[i].Script == script {
			p[i] = (1-shared)*p[i]/sum + shared/n
		}
	}
	return p
}

// class returns the index of the class that a tag belongs to in a script, which
// is that of other languages for a tag that has no class at all, or -1.
func class(m *ngram.Model, script ngram.Script, tag string) int {
	if tag == "" {
		return -1
	}
	if tag == "nb" || tag == "nn" {
		tag = "no"
	}
	other := -1
	for i := range m.Classes {
		switch c := &m.Classes[i]; {
		case c.Tag == tag && c.Script == script:
			return i
		case c.Tag == tag:
			return -1
		case c.Tag == "" && c.Script == script:
			other = i
		}
	}
	return other
}

// base returns the base language of a tag, or "" if it names none.
func base(tag string) string {
	b, _, _ := strings.Cut(tag, "-")
	if b = strings.ToLower(b); b == Unknown || len(b) > 3 {
		return ""
	}
	return b
}
