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

// TestKnown keeps values of several kinds beside each other, asks for more when there
// are some already, and goes from one list to another and back.
func TestKnown(t *testing.T) {
	var first, other List
	var small Known[uint8]
	var wide Known[[5]uint64]
	text := &plain.Text{Plain: "one two three two one"}
	for _, l := range []*List{&first, &other} {
		l.Read(text, "en")
	}
	few, forgotten := small.Open(&first)
	if !forgotten {
		t.Error("what was never known was not forgotten")
	}
	for _, n := range first.Numbers() {
		*few.At(n)++
	}
	more := &plain.Text{}
	for i := range 3000 {
		more.Plain += fmt.Sprintf("more%d ", i)
	}
	first.Read(more, "de")
	many, _ := wide.Open(&first) // records are laid out anew
	for i, n := range first.Numbers() {
		*many.At(n) = [5]uint64{uint64(i), 1, 2, 3, uint64(n)}
	}
	few, forgotten = small.Open(&first)
	for i, n := range first.Numbers() {
		if got := *many.At(n); got != [5]uint64{uint64(i), 1, 2, 3, uint64(n)} || *few.At(n) != 0 {
			t.Fatalf("of word %d is known %v and %d", i, got, *few.At(n))
		}
	}
	first.Read(text, "en")
	for i, n := range first.Numbers() {
		if got, want := *few.At(n), []uint8{2, 2, 1, 2, 2}[i]; got != want || forgotten {
			t.Errorf("word %d is known to come %d times, want %d (forgotten: %v)", i, got, want, forgotten)
		}
	}
	english := first.Numbers()[0]
	first.Read(text, "fr")
	if french := first.Numbers()[0]; french == english || first.vocabulary.is(english, first.Tokens[0].Hash, first.Folded(0)) {
		t.Errorf("a French word has the number %d of an English one, %d", french, english)
	}
	if few, _ = small.Open(&first); *few.At(first.Numbers()[0]) != 0 {
		t.Error("what is known of an English word is known of a French one")
	}
	for _, l := range []*List{&other, &first} {
		l.Read(text, "en")
		few, forgotten = small.Open(l)
		for _, n := range l.Numbers() {
			if *few.At(n) != 0 || !forgotten {
				t.Errorf("another list knows a word to come %d times (forgotten: %v)", *few.At(n), forgotten)
			}
		}
	}
	panics := func(what string, do func()) {
		defer func() {
			if recover() == nil {
				t.Error(what + " is taken")
			}
		}()
		do()
	}
	panics("the number of no word", func() { few.At(5000) })
	panics("a value with pointers", func() { new(Known[struct{ s []byte }]).Open(&first) })
}

// TestLanguages reads in more languages than are told apart at a time.
func TestLanguages(t *testing.T) {
	var l List
	var known Known[uint16]
	text := &plain.Text{Plain: "one two"}
	for i := range 3 * mostLanguages {
		l.Read(text, fmt.Sprint("x", i))
		words, _ := known.Open(&l)
		for _, n := range l.Numbers() {
			if w := words.At(n); n == 0 || *w != 0 {
				t.Fatalf("language %d: word %d is known by %d", i, n, *w)
			}
			*words.At(n) = uint16(i + 1)
		}
	}
	if len(l.vocabulary.languages) > mostLanguages {
		t.Errorf("%d languages are told apart", len(l.vocabulary.languages))
	}
}
