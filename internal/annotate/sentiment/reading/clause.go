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
	clause := discussion.Span{Start: sentence.Start, End: sentence.End}
	words := 0 // since the clause began
	for i := r.tokenFrom(sentence.Start); i < len(ts) && int(ts[i].Start) < sentence.End; i++ {
		t := &ts[i]
		turns := r.grammar.facts[i].turns && words > 0
		if t.Kind == token.Letters && !turns {
			words++
			continue
		}
		at := int(t.Start)
		switch {
		case turns:
		case slices.Contains(partings, t.Hash):
			at = int(t.End)
		case t.Hash == hashComma && words >= clauseWords && r.wordsAfter(i, sentence.End) >= clauseWords:
			at = int(t.End)
		default:
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

// tokenFrom returns the first token at a byte of the text or behind it.
func (r *Reader) tokenFrom(at int) int {
	i, _ := slices.BinarySearchFunc(r.list.Tokens, at, func(t token.Token, at int) int { return int(t.Start) - at })
	return i
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
