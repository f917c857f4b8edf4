package accuracy

import (
	"cmp"
	"math"
	"slices"
)

// bins of the calibration error.
const bins = 10

// calibrationError is the expected calibration error, in [0, 1]: the predictions
// are put into ten bins of equal width by the probability of the predicted class,
// and the mean distance between a bin's mean probability and its share of hits is
// taken, bins weighted by size. Bins are (0, 0.1], (0.1, 0.2] and so on: C. Guo et
// al., "On calibration of modern neural networks", ICML 2017. Texts without
// probabilities are left out; with no others it is nil.
func calibrationError(list []Outcome, l labelling) *float64 {
	var sum, hits [bins]float64
	n := 0
	for _, o := range list {
		p, ok := l.chance(o.Answer)
		if !ok {
			continue
		}
		n++
		bin := min(max(int(math.Ceil(p*bins))-1, 0), bins-1)
		sum[bin] += p
		if l.gold(o.Row) == l.predicted(o.Answer) {
			hits[bin]++
		}
	}
	if n == 0 {
		return nil
	}
	e := 0.0
	for i := range sum {
		e += math.Abs(sum[i] - hits[i])
	}
	e /= float64(n)
	return &e
}

// brier is the mean square distance of the probabilities from what was the case,
// over the texts that have any: G. Brier, "Verification of forecasts expressed in
// terms of probability", Monthly Weather Review 78 (1950). In [0, 2] for the three
// classes of sentiment, which are summed; in [0, 1] for irony, of which only one
// class is counted, as is usual for two.
func brier(task Task, list []Outcome) *float64 {
	sum, n := 0.0, 0
	for _, o := range list {
		if _, ok := labellings[task].chance(o.Answer); !ok {
			continue
		}
		n++
		if task == Irony {
			d := o.Answer.irony() - float64(index(o.Row.Irony))
			sum += d * d
			continue
		}
		for i, p := range o.Answer.Sentiment.P {
			d := p - float64(index(string(o.Row.Sentiment) == tones[i]))
			sum += d * d
		}
	}
	if n == 0 {
		return nil
	}
	sum /= float64(n)
	return &sum
}

// auc is the chance that of an ironic text and another one, each taken at random,
// the ironic one has the higher probability, ties counting half: the Mann-Whitney
// statistic over the product of both counts, in [0, 1]. It is nil where either kind
// is missing.
func auc(list []Outcome) *float64 {
	type point struct {
		p      float64
		ironic bool
	}
	points := make([]point, len(list))
	for i, o := range list {
		points[i] = point{o.Answer.irony(), o.Row.Irony}
	}
	slices.SortFunc(points, func(a, b point) int { return cmp.Compare(a.p, b.p) })
	ironic, other, won := 0, 0, 0.0
	for i := 0; i < len(points); {
		same, tied := 0, 0 // ironic and other texts of this probability
		j := i
		for ; j < len(points) && points[j].p == points[i].p; j++ {
			if points[j].ironic {
				same++
			} else {
				tied++
			}
		}
		won += float64(same) * (float64(other) + float64(tied)/2)
		ironic, other, i = ironic+same, other+tied, j
	}
	if ironic == 0 || other == 0 {
		return nil
	}
	won /= float64(ironic) * float64(other)
	return &won
}
