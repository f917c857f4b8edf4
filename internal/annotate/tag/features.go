package tag

import (
	"math"
	"strings"

	"github.com/fedipulse/fedipulse/internal/annotate/codebook"
	"github.com/fedipulse/fedipulse/internal/annotate/plain"
	"github.com/fedipulse/fedipulse/internal/annotate/token"
	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Feature is the hash of something that stands in a text, and the word it ends
// at.
type Feature struct {
	Hash uint64
	Word int32
}

// Salts keep the kinds of features apart.
const (
	saltPair = 0x9e3779b97f4a7c15
	saltHead = 0xb492b66fbe98f273
	saltTail = 0x9ae16a3b2f90404f
	noWord   = 7
)

// Bytes of a word from which its first and last letters are features: what
// inflection and compounds leave of it.
const (
	shortWord = 5
	longWord  = 7
)

// ofWord is how many features a word alone has at most.
const ofWord = 4

// Features appends the features of a text: each word, each pair of words in a
// row, and of longer words the first four and six bytes and the last five.
func Features(w *codebook.Words, list []Feature) []Feature {
	before := uint64(noWord)
	for i := range w.Len() {
		h := w.Hash(i)
		var hashes [ofWord]uint64
		for _, hash := range append(wordHashes(hashes[:0], h, w.Folded(i)), pairHash(before, h)) {
			list = append(list, Feature{hash, int32(i)})
		}
		before = h
	}
	return list
}

// wordHashes appends the features of a word alone.
func wordHashes(list []uint64, hash uint64, folded []byte) []uint64 {
	list = append(list, hash)
	if len(folded) >= shortWord {
		list = append(list, token.Hash(folded[:4])^saltHead)
		if len(folded) >= longWord {
			list = append(list, token.Hash(folded[:6])^saltHead, token.Hash(folded[len(folded)-5:])^saltTail)
		}
	}
	return list
}

// pairHash is the feature of two words in a row.
func pairHash(before, hash uint64) uint64 { return before*saltPair ^ hash ^ 1 }

// Dense is the number of features of a text that are not words.
const Dense = 11

// Lengths in words of what is short and what is long.
const (
	fewWords  = 12
	manyWords = 60
)

// DenseOf returns the features of a text that are not words: how long it is, in
// what tone, whether it asks, whether it links.
func DenseOf(w *codebook.Words, tone *discussion.Sentiment) [Dense]float32 {
	t := w.Tokens.Text
	linked := false
	for _, m := range t.Marks {
		linked = linked || m.Kind == plain.Link
	}
	n := w.Len()
	return [Dense]float32{
		1, float32(math.Log1p(float64(n)) / 4), is(n < fewWords), is(n > manyWords),
		float32(tone.P[0]), float32(tone.P[1]), float32(tone.P[2]), float32(tone.Irony), is(tone.Irony > 0.5),
		is(strings.Contains(t.Plain, "?")), is(linked),
	}
}

func is(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

// HitFeatures is the number of features that say how many patterns of an entry
// a text has.
const HitFeatures = 3

// HitsOf returns the features of an entry of which a text has so many different
// patterns.
func HitsOf(different int) [HitFeatures]float32 {
	return [HitFeatures]float32{is(different >= 1), is(different >= 2), is(different >= 3)}
}

// TargetHitsOf returns the same for a target, in a text that has patterns of so
// many targets.
func TargetHitsOf(different, targets int) [HitFeatures]float32 {
	return [HitFeatures]float32{is(different >= 1), is(different >= 2), is(different >= 1 && targets == 1)}
}

// NoTargetHitsOf returns them for the answer that a text has no target.
func NoTargetHitsOf(targets int) [HitFeatures]float32 {
	return [HitFeatures]float32{is(targets == 0), is(targets == 1), is(targets > 2)}
}
