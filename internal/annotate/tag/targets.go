package tag

import (
	"cmp"
	"math"
	"slices"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Others that a post is about have a pattern in it and this chance to be the one
// that it is most about: less will do for a name than for words like "you".
const (
	alsoNamed = 0.02
	alsoMeant = 0.15
)

// A target that nothing was learned of speaks by its name alone, and by that much
// more than no target.
const namedAbove = 0.5

func (r *Reader) tagTargets() []discussion.TargetTag {
	list, may, towards := r.targeted[:0], r.may[:0], r.towards[:0]
	named := 0
	for entry, n := range r.whom {
		named += min(n, 1)
		if n > 0 || r.unnamed[entry] { // nobody is blamed for what nobody said of them
			may = append(may, entry)
		}
	}
	first := len(r.weights.Themes)
	none := r.answer(&r.weights.Targets[0], first, NoTargetHitsOf(named))
	best, top := -1, none
	for _, entry := range may {
		column, n := r.targets[entry], r.whom[entry]
		z := 0.0
		switch {
		case n == 0:
			z = r.withoutHits(first + column)
		case column >= 0:
			z = r.answer(&r.weights.Targets[column], first+column, TargetHitsOf(n, named))
		default:
			z = max(float64(r.other.with(r.drily(&r.other), TargetHitsOf(n, named))), none+namedAbove)
		}
		if towards = append(towards, z); z > top {
			best, top = entry, z
		}
	}
	sum := likelihood(none - top)
	for i, z := range towards {
		towards[i] = likelihood(z - top)
		sum += towards[i]
	}
	for i, entry := range may {
		p := towards[i] / sum
		if entry != best && (r.whom[entry] == 0 || p < alsoNamed || p < alsoMeant && !r.named[entry] && r.targets[entry] >= 0) {
			continue
		}
		list = append(list, discussion.TargetTag{
			Target: r.Targets.Entries[entry].Name, Main: entry == best, Confidence: p,
			Evidence: r.evidence(r.aliases, entry, r.weights.place(r.targets[entry])),
		})
	}
	slices.SortStableFunc(list, func(a, b discussion.TargetTag) int { return cmp.Compare(b.Confidence, a.Confidence) })
	r.targeted, r.may, r.towards = list, may, towards
	return list
}

// toneTowards returns the tone towards the one that a text of a tone is most
// about. It is learned apart: a plan to ruin somebody's data is full of hope.
func (r *Reader) toneTowards(tone *discussion.Sentiment) discussion.Sentiment {
	s := discussion.Sentiment{Irony: tone.Irony}
	first, top := len(r.weights.Themes)+len(r.weights.Targets), math.Inf(-1)
	for i := range s.P {
		s.P[i] = r.answer(&r.weights.Towards[i], first+i, [HitFeatures]float32{})
		top = max(top, s.P[i])
	}
	sum := 0.0
	for i, z := range s.P {
		s.P[i] = math.Exp(z - top)
		sum += s.P[i]
	}
	for i := range s.P {
		s.P[i] /= sum
	}
	s.Decide()
	return s
}

// drily returns what all but words and patterns speaks for a column that is in no
// table.
func (r *Reader) drily(c *Column) (z float32) {
	for i, w := range c.Dense {
		z += w * r.dense[i]
	}
	return z
}

// likelihood is e to a power that is not positive, or 0 where that is next to
// nothing.
func likelihood(z float64) float64 {
	if z < -16 {
		return 0
	}
	return math.Exp(z)
}
