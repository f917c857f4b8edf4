package token

import (
	"fmt"
	"testing"
)

// TestMemo gives it more words than it holds, some too long to keep, and two with
// one hash.
func TestMemo(t *testing.T) {
	var m Memo[string]
	again := 0
	look := func(hash uint64, word string) {
		value, known := m.At(hash, []byte(word))
		if !known {
			*value = word
		} else {
			again++
		}
		if *value != word {
			t.Fatalf("of %q it knows %q", word, *value)
		}
	}
	for range 2 {
		for i := range 3 << memoBits {
			word := fmt.Sprintf("word%dx%0*d", i, i%30, i)
			look(Hash(word), word)
			look(Hash(word), word)
		}
		look(1, "one")
		look(1, "other")
		look(1, "")
	}
	if least := 3 << memoBits; again < least {
		t.Errorf("it knew a word %d times, want %d at least", again, least)
	}
}
