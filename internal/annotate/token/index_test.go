package token

import "testing"

func TestIndex(t *testing.T) {
	x := NewIndex[int](0)
	const n = 1000
	for i := 1; i <= n; i++ {
		x.Set(uint64(i)<<32, i)
		x.Set(uint64(i)<<32, 2*i)
	}
	for i := 1; i <= n; i++ {
		if got := x.At(uint64(i) << 32); got != 2*i {
			t.Fatalf("the value of %d is %d", i, got)
		}
		if got := x.At(uint64(i)); got != 0 {
			t.Fatalf("a hash that is not there has the value %d", got)
		}
	}
	if len(x.keys) < 2*n {
		t.Errorf("%d slots for %d hashes", len(x.keys), n)
	}
}
