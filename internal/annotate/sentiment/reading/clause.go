package reading

import (
	"slices"

	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// clauseWords is how many words must stand on either side of a comma for it to
// part clauses rather than the items of a list.
const clauseWords = 4

// Hashes of marks that part clauses. Commas do so only between long parts.
var (
	hashComma = token.Hash(",")
	partings  = []uint64{token.Hash(";"), token.Hash(":"), token.Hash("("), token.Hash(")"), token.Hash("–"), token.Hash("—"), hashEllipsis}
)

// Clause returns the part of a sentence of the opened text that a word stands in.
func (r *Reader) Clause(sentence, word discussion.Span) discussion.Span {
	ts := r.list.Tokens
	from, _ := slices.BinarySearchFunc(ts, sentence.Start, func(t token.Token, at int) int { return int(t.Start) - at })
	clause := discussion.Span{Start: sentence.Start, End: sentence.End}
	words := 0 // since the clause began
	for i := from; i < len(ts) && int(ts[i].Start) < sentence.End; i++ {
		t := &ts[i]
		at := int(t.Start)
		switch e := &r.grammar.facts[i].entry; {
		case e.known && e.role == but && words > 0:
		case slices.Contains(partings, t.Hash):
			at = int(t.End)
		case t.Hash == hashComma && words >= clauseWords && r.wordsAfter(i, sentence.End) >= clauseWords:
			at = int(t.End)
		default:
			words += int(is(t.Kind == token.Letters))
			continue
		}
		if at > word.Start {
			clause.End = at
			break
		}
		clause.Start, words = at, 0
	}
	return clause
}

// wordsAfter counts the words between token i and the next pause.
func (r *Reader) wordsAfter(i, end int) (n int) {
	for _, t := range r.list.Tokens[i+1:] {
		if t.Kind == token.Pause || int(t.Start) >= end || n >= clauseWords {
			break
		}
		n += int(is(t.Kind == token.Letters))
	}
	return n
}
