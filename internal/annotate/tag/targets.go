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
	list := r.targeted[:0]
	named := 0
	for _, n := range r.whom {
		named += int(is(n > 0))
	}
	first := len(r.weights.Themes)
	none := r.answer(&r.weights.Targets[0], first, NoTargetHitsOf(named))
	best, top := -1, none
	for entry, column := range r.targets {
		hits := TargetHitsOf(r.whom[entry], named)
		z := math.Inf(-1)
		switch {
		case r.whom[entry] == 0 && (column < 0 || r.named[entry]): // nobody is blamed for what nobody said of them
		case r.whom[entry] == 0:
			z = r.withoutHits(first + column)
		case column >= 0:
			z = r.answer(&r.weights.Targets[column], first+column, hits)
		default:
			z = max(float64(r.other.with(r.drily(&r.other), hits)), none+namedAbove)
		}
		if r.towards[entry] = z; z > top {
			best, top = entry, z
		}
	}
	sum := likelihood(none - top)
	for entry, z := range r.towards {
		r.towards[entry] = likelihood(z - top)
		sum += r.towards[entry]
	}
	for entry, likely := range r.towards {
		p := likely / sum
		if entry != best && (r.whom[entry] == 0 || p < alsoNamed || p < alsoMeant && !r.named[entry] && r.targets[entry] >= 0) {
			continue
		}
		list = append(list, discussion.TargetTag{
			Target: r.Targets.Entries[entry].Name, Main: entry == best, Confidence: p,
			Evidence: r.evidence(r.aliases, entry, r.weights.place(r.targets[entry])),
		})
	}
	slices.SortStableFunc(list, func(a, b discussion.TargetTag) int { return cmp.Compare(b.Confidence, a.Confidence) })
	r.targeted = list
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
