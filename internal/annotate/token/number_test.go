package token

import (
	"fmt"
	"strings"
	"testing"

	"github.com/fedipulse/fedipulse/internal/annotate/plain"
)

// TestNumbers reads more words than are numbered at a time, some too long for a
// number, each of them twice.
func TestNumbers(t *testing.T) {
	var l List
	var known Known[[32]byte]
	again := 0
	for round := range 130 {
		var b strings.Builder
		for i := range 300 {
			word := fmt.Sprintf("w%dx%s", round*300+i, strings.Repeat("ab", i%9))
			b.WriteString(word + " " + word + " Left-hand ")
		}
		l.Read(&plain.Text{Plain: b.String()}, "en")
		words, _ := known.Open(&l)
		for i, n := range l.Numbers() {
			var folded [32]byte
			copy(folded[:], l.Folded(i))
			switch *words.At(n) {
			case [32]byte{}:
				if n > 0 {
					*words.At(n) = folded
				}
			case folded:
				again++
			default:
				t.Fatalf("of %q is known %q", folded, words.At(n))
			}
		}
		hand := []byte("hand")
		if n := l.NumberOf(Hash(hand), hand); n == 0 || n != l.NumberOf(Hash(hand), hand) {
			t.Fatalf("the number of a part of a word is %d", n)
		}
	}
	if least := 130 * 500; again < least {
		t.Errorf("a word was known %d times, want %d at least", again, least)
	}
	if l.vocabulary.round == 0 {
		t.Error("all words were numbered in one round")
	}
}

// TestNumbersAreTold has two words with one hash, and a text with more words than
// there are numbers.
func TestNumbersAreTold(t *testing.T) {
	var l List
	var b strings.Builder
	for i := range Longest {
		fmt.Fprintf(&b, "w%d ", i)
	}
	for i := range 6 {
		text := strings.ReplaceAll(b.String(), "w", fmt.Sprint("w", i, "x"))
		l.Read(&plain.Text{Plain: text}, "en")
		for k := range l.Tokens {
			if n := l.Numbers()[k]; n == 0 || n != l.NumberOf(l.Tokens[k].Hash, l.Folded(k)) {
				t.Fatalf("word %d has the number %d", k, n)
			}
		}
	}
	one, other := l.NumberOf(1, []byte("one")), l.NumberOf(1, []byte("other"))
	if one == other || one == 0 || other == 0 {
		t.Errorf("two words with one hash have the numbers %d and %d", one, other)
	}
	for i := range 2 * vocabularySlots {
		word := fmt.Appendf(nil, "more%d", i)
		l.NumberOf(Hash(word), word)
	}
	if n := l.NumberOf(1, []byte("one")); n != one {
		t.Errorf("a word has the number %d, then %d", one, n)
	}
	if l.vocabulary.n > mostNumbers {
		t.Errorf("%d words have numbers, of %d", l.vocabulary.n, mostNumbers)
	}
	for i := range mostPlaces + 1 {
		if n := l.NumberOf(3, fmt.Append(nil, "same place", i)); i == mostPlaces && n != 0 {
			t.Errorf("of words that belong in one place the last has the number %d", n)
		}
	}
}
