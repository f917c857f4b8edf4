package sentiment

import (
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// tally is what the words of a text add up to.
type tally struct {
	pos, neg  float64 // sums of valences, both >= 0
	dry       float64 // words of facts, questions and procedure
	irony     float64
	words     int
	sentences int
	questions int
	evidence  []discussion.Span
}

// add joins the tally of a sentence to that of a text. What a longer text ends
// on weighs more: it is where people say what they think of it all.
func (t *tally) add(s tally, last bool) {
	weight := 1.0
	if last {
		weight = lastSentence
	}
	t.pos += weight * s.pos
	t.neg += weight * s.neg
	t.dry += s.dry
	t.irony = 1 - (1-t.irony)*(1-s.irony)
	t.words += s.words
	t.sentences += s.sentences
	t.questions += s.questions
	t.evidence = append(t.evidence, s.evidence...)
}

// What the grammar does to valences.
const (
	lastSentence   = 1.3  // the sentence that a text ends on
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

// counted is a valence in a sentence.
type counted struct {
	at      int // which word
	valence float64
	turned  bool
}

// reader walks over a sentence.
type reader struct {
	list     *lexicon
	words    []word
	items    []counted
	clause   int // first item of the clause
	negation int // where the clause's negation stands; -1 where there is none
	used     bool
	degree   float64
	contrast int // items before the last "but"
	total    tally
}

// sentence adds up the words of one sentence.
func (x *lexicon) sentence(words []word) tally {
	r := reader{list: x, words: words, negation: -1, degree: 1, total: tally{sentences: 1}}
	loud, marks, asked := 0, 0, false
	for i := 0; i < len(words); {
		w := words[i]
		if w.loud {
			loud++
		}
		if w.kind == letters {
			r.total.words++
		}
		switch w.folded {
		case "!":
			marks++
		case "?":
			asked = true
		}
		i += r.step(i)
	}
	r.endClause()
	if asked {
		r.total.questions = 1
	}
	shouting := loud*2 > r.total.words
	r.sum(shouting, 1+exclamation*float64(min(marks, 3)), asked)
	return r.total
}

// step reads the term at words[i] and returns its length in words.
func (r *reader) step(i int) int {
	w := r.words[i]
	e, n := r.list.at(r.words, i)
	if n == 0 {
		if w.kind == pause {
			r.endClause()
		}
		return 1
	}
	if w.kind == letters {
		r.total.words += n - 1
	}
	span := discussion.Span{Start: w.Start, End: r.words[i+n-1].End}
	switch e.role {
	case negate:
		r.negation, r.used = i, false
	case more:
		r.degree = stronger
	case less:
		r.degree = weaker
	case but:
		r.endClause()
		r.contrast = len(r.items)
	case irony:
		r.total.irony = 1 - (1-r.total.irony)*(1-ironyCue)
		r.total.evidence = append(r.total.evidence, span)
	case dry:
		r.total.dry++
	case tone:
		r.count(i, e.valence, span)
	}
	return n
}

// count notes a valence, as negation and degree before it turn it.
func (r *reader) count(i int, valence float64, span discussion.Span) {
	if valence == 0 {
		return
	}
	valence *= r.degree
	r.degree = 1
	item := counted{at: i, valence: valence}
	if r.negation >= 0 && r.words[i].kind == letters {
		item.valence, item.turned, r.used = turn(valence, i-r.negation), true, true
	}
	r.items = append(r.items, item)
	r.total.evidence = append(r.total.evidence, span)
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
func (r *reader) endClause() {
	if r.negation >= 0 && !r.used && len(r.items) > r.clause {
		last := &r.items[len(r.items)-1]
		if d := r.negation - last.at; d > 0 && d <= backWords && !last.turned {
			last.valence, last.turned = turn(last.valence, d), true
		}
	}
	r.negation, r.used, r.degree = -1, false, 1
	r.clause = len(r.items)
}

// sum adds up the items.
func (r *reader) sum(shouting bool, emphasis float64, asked bool) {
	ironic := r.total.irony > 0.5
	if ironic {
		r.total.neg += ironyNeg
	}
	for i, item := range r.items {
		v := item.valence * emphasis
		if r.contrast > 0 && i < r.contrast {
			v *= beforeContrast
		} else if r.contrast > 0 {
			v *= afterContrast
		}
		if asked {
			v *= question
		}
		if r.words[item.at].loud && !shouting {
			v *= loudWord
		}
		if ironic && v > 0 {
			v *= ironyFlip
		}
		if v > 0 {
			r.total.pos += v
		} else {
			r.total.neg -= v
		}
	}
}
