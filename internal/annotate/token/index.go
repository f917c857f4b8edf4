package token

// Index is a hash table from hashes, which are taken to be unique and are not 0, to
// values.
type Index[V any] struct {
	keys   []uint64 // 0: free
	values []V
	n      int
}

// NewIndex returns a table for so many hashes; it grows if there are more.
func NewIndex[V any](n int) Index[V] {
	size := 16
	for size < 2*n {
		size *= 2
	}
	return Index[V]{keys: make([]uint64, size), values: make([]V, size)}
}

func (x *Index[V]) slot(key uint64) int {
	mask := len(x.keys) - 1
	i := int(key*0x9e3779b97f4a7c15>>32) & mask
	for x.keys[i] != 0 && x.keys[i] != key {
		i = (i + 1) & mask
	}
	return i
}

// At returns the value of a hash, or the zero value.
func (x *Index[V]) At(key uint64) (v V) {
	if i := x.slot(key); x.keys[i] == key {
		return x.values[i]
	}
	return v
}

// Set sets the value of a hash.
func (x *Index[V]) Set(key uint64, v V) {
	i := x.slot(key)
	if x.keys[i] == 0 {
		if x.n++; 2*x.n > len(x.keys) {
			x.grow()
			i = x.slot(key)
		}
	}
	x.keys[i], x.values[i] = key, v
}

func (x *Index[V]) grow() {
	old := *x
	*x = NewIndex[V](len(old.keys))
	for i, key := range old.keys {
		if key != 0 {
			x.Set(key, old.values[i])
		}
	}
	x.n++ // the one that is about to come
}

// Filter says of most hashes that were not added that they were not: a Bloom filter
// of one bit a hash, small enough to stay in a processor's cache.
type Filter [1 << 10]uint64

// Add adds a hash.
func (f *Filter) Add(h uint64) { f[h>>16%uint64(len(f))] |= 1 << (h >> 32 & 63) }

// Has reports whether a hash may have been added.
func (f *Filter) Has(h uint64) bool { return f.MayHave(h) != 0 }

// MayHave returns 1 for a hash that may have been added, and 0 for others.
func (f *Filter) MayHave(h uint64) int { return int(f[h>>16%uint64(len(f))] >> (h >> 32 & 63) & 1) }
