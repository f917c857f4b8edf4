package reading

import (
	"math"

	"github.com/fedipulse/fedipulse/internal/annotate/token"
)

// tally is what the words of a sentence, or of some, add up to.
type tally struct {
	pos, neg  float64 // sums of valences, both >= 0
	irony     float64
	dry       int // words of facts, questions and procedure
	words     int
	sentences int
	questions int
}

// What the grammar does to valences.
const (
	beforeContrast = 0.5  // what stands before "but"
	afterContrast  = 1.25 // and after it
	loudWord       = 1.25
	exclamation    = 0.1  // per mark, three at most
	question       = 0.7  // what is asked is not claimed
	stronger       = 1.35 // very, so, sehr, très, muy
	weaker         = 0.6  // a bit, etwas, un peu, algo
	notGood        = -0.7
	notBad         = -0.35
	farNotBad      = 0.4 // "nobody asked me a damn thing" stays negative
	nearWords      = 3   // how far a negation turns a negative word round
	backWords      = 4   // how far back a closing "nicht" or "pas" reaches
	ironyCue       = 0.65
	ironyNeg       = 1.5 // irony is seldom meant kindly
	ironyFlip      = -0.6
)

// Item is a term that counts, and for how much.
type Item struct {
	First, Last int // its tokens
	Valence     float64
	turned      bool
}

// grammar adds up the sentences of a text.
type grammar struct {
	language
	text     *token.List
	facts    []facts // by token
	items    []Item
	cues     []Item // of irony
	sentence int    // first item of the sentence
	clause   int    // first item of the clause
	negation int    // where the clause's negation stands; -1 where there is none
	used     bool
	degree   float64
	contrast int // items before the sentence's last "but"
	total    tally
}

// Hashes of the marks that change what a sentence adds up to.
var (
	hashExclamation = token.Hash("!")
	hashQuestion    = token.Hash("?")
	hashEllipsis    = token.Hash("…")
)

// add adds up the tokens [from, to), which are a sentence.
func (g *grammar) add(from, to int) {
	g.sentence, g.clause, g.contrast = len(g.items), len(g.items), len(g.items)
	g.negation, g.used, g.degree = -1, false, 1
	g.total.sentences++
	loud, marks, asked, words := 0, 0, false, 0
	irony := g.total.irony
	g.total.irony = 0
	for i := from; i < to; {
		t := &g.text.Tokens[i]
		if t.Loud {
			loud++
		}
		if t.Kind == token.Letters {
			words++
			if g.facts[i].idle { // as most are
				i++
				continue
			}
		}
		switch t.Hash {
		case hashExclamation:
			marks++
		case hashQuestion:
			asked = true
		}
		i += g.step(i, to)
	}
	g.endClause()
	if asked {
		g.total.questions++
	}
	g.total.words += words
	g.sum(loud*2 > words, 1+exclamation*float64(min(marks, 3)), asked)
	g.total.irony = 1 - (1-irony)*(1-g.total.irony)
}

// step reads the term at token i and returns its length in tokens.
func (g *grammar) step(i, to int) int {
	t := &g.text.Tokens[i]
	e, n := g.find(i)
	if n == 0 {
		switch {
		case t.Kind == token.Pause:
			g.endClause()
		case t.Kind == token.Letters && g.facts[i].not:
			g.negation, g.used = i, false
		}
		return 1
	}
	n = min(n, to-i)
	switch e.role {
	case negate:
		g.negation, g.used = i, false
	case more:
		g.degree = stronger
	case less:
		g.degree = weaker
	case but:
		g.endClause()
		g.contrast = len(g.items)
	case irony:
		g.total.irony = 1 - (1-g.total.irony)*(1-ironyCue)
		g.cues = append(g.cues, Item{First: i, Last: i + n - 1})
	case dry:
		g.total.dry++
	case tone:
		g.count(i, n, float64(e.valence))
	}
	return n
}

// isNot reports whether a word is a verb with n't, as in "doesn't".
func isNot(word []byte) bool {
	n := len(word)
	return n > 3 && string(word[n-3:]) == "n't"
}

// count notes a valence, as negation and degree before it turn it.
func (g *grammar) count(i, n int, valence float64) {
	if valence == 0 {
		return
	}
	item := Item{First: i, Last: i + n - 1, Valence: valence * g.degree}
	g.degree = 1
	if g.negation >= 0 && g.text.Tokens[i].Kind == token.Letters {
		item.Valence, item.turned, g.used = turn(item.Valence, i-g.negation), true, true
	}
	g.items = append(g.items, item)
}

// turn is what a valence is worth that stands distance words from a negation.
func turn(valence float64, distance int) float64 {
	switch {
	case valence > 0:
		return notGood * valence
	case distance <= nearWords:
		return notBad * valence
	}
	return farNotBad * valence
}

// endClause closes a clause. A negation that found nothing after it turned
// what was said before: "gefällt mir nicht", "j'aime pas".
func (g *grammar) endClause() {
	if g.negation >= 0 && !g.used && len(g.items) > g.clause {
		last := &g.items[len(g.items)-1]
		if d := g.negation - last.First; d > 0 && d <= backWords && !last.turned {
			last.Valence, last.turned = turn(last.Valence, d), true
		}
	}
	g.negation, g.used, g.degree = -1, false, 1
	g.clause = len(g.items)
}

// sum adds up the items of the sentence.
func (g *grammar) sum(shouting bool, emphasis float64, asked bool) {
	ironic := g.total.irony > 0.5
	if ironic {
		g.total.neg += ironyNeg
	}
	for i := g.sentence; i < len(g.items); i++ {
		item := &g.items[i]
		v := item.Valence * emphasis
		if g.contrast > g.sentence && i < g.contrast {
			v *= beforeContrast
		} else if g.contrast > g.sentence {
			v *= afterContrast
		}
		if asked {
			v *= question
		}
		if g.text.Tokens[item.First].Loud && !shouting {
			v *= loudWord
		}
		if ironic && v > 0 {
			v *= ironyFlip
		}
		item.Valence = v
		g.total.pos += max(v, 0)
		g.total.neg += max(-v, 0)
	}
}

// Numbers of dense features of each kind.
const numTally = 9

// features are what a model sees of a tally. Logarithms keep long texts, in
// which everything adds up, comparable with short ones.
func (t *tally) features(out []float32) {
	n := max(t.words, 1)
	root := math.Sqrt(float64(n) + 4)
	asked := float32(0)
	if t.sentences > 0 {
		asked = float32(float64(t.questions) / float64(t.sentences))
	}
	copy(out, []float32{
		1,
		float32(math.Log1p(t.pos)),
		float32(math.Log1p(t.neg)),
		float32(t.pos / root),
		float32(t.neg / root),
		log1p(t.dry),
		asked,
		log1p(n) / 4,
		float32(t.irony),
	})
}
