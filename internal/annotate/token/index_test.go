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

func TestFilter(t *testing.T) {
	var f Filter
	const n = 1000
	for i := range uint64(n) {
		f.Add(i * 0x9e3779b97f4a7c15)
	}
	wrong := 0
	for i := range uint64(2 * n) {
		has := f.Has(i * 0x9e3779b97f4a7c15)
		if i < n && !has {
			t.Fatalf("hash %d was added and is not there", i)
		}
		if i >= n && has {
			wrong++
		}
	}
	if wrong > n/20 {
		t.Errorf("of %d hashes that were not added %d may be there", n, wrong)
	}
}
