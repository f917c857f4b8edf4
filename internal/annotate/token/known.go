package token

import (
	"reflect"
	"slices"
	"unsafe"
)

// records hold all that is known of words, by their numbers: the words themselves
// and, for each Known, a value. What belongs to a word lies together, in few lines
// of a processor's cache, since words are many more than a cache holds. All that is
// unsafe in this package is in this file: places in a record are handed out once,
// to one Known each, for values without pointers.
type records struct {
	memory []uint64
	stride int   // words of memory per record
	used   int   // bytes of each that are handed out
	owners []any // the Knowns that have places, and
	places []int // these, in bytes
}

// cacheLine is 64 bytes, on all processors that matter.
const cacheLine = 8 // words

// at returns the place of a record.
func (r *records) at(number uint16) unsafe.Pointer {
	return unsafe.Pointer(&r.memory[int(number)*r.stride])
}

// word returns the word of a record.
func (r *records) word(number uint16) *numbered { return (*numbered)(r.at(number)) }

// touch reads the beginning and the end of a record.
func (r *records) touch(number uint16) uint64 {
	at := int(number) * r.stride
	return r.memory[at] ^ r.memory[at+r.stride-1]
}

// grow makes room for n records.
func (r *records) grow(n int) {
	if r.stride == 0 {
		r.used = int(unsafe.Sizeof(numbered{}))
		r.stride = cacheLine
	}
	if more := n*r.stride - len(r.memory); more > 0 {
		r.memory = append(r.memory, make([]uint64, more)...)
	}
}

// empty forgets all.
func (r *records) empty() { clear(r.memory) }

// place returns the place of a Known's values in each record, which is new if the
// Known is: then records are laid out anew if they have none left.
func (r *records) place(owner any, size int) int {
	if i := slices.Index(r.owners, owner); i >= 0 {
		return r.places[i]
	}
	at := r.used
	r.used += (size + 7) / 8 * 8
	r.owners, r.places = append(r.owners, owner), append(r.places, at)
	if stride := (r.used/8 + cacheLine - 1) / cacheLine * cacheLine; stride > r.stride {
		wider := make([]uint64, len(r.memory)/r.stride*stride)
		for i := range len(r.memory) / r.stride {
			copy(wider[i*stride:], r.memory[i*r.stride:][:r.stride])
		}
		r.memory, r.stride = wider, stride
	}
	return at
}

// Known keeps what was found out about the words of a list, by their numbers. V has
// no pointers. It is not for concurrent use.
type Known[V any] struct {
	list  *List
	round uint32
	place int
}

// Values are what is known of words.
type Values[V any] struct {
	first  unsafe.Pointer
	stride int // bytes
	n      int
}

// At returns what is known of a word, for as long as the list holds the text: the
// zero value of a word of which nothing is known yet. That of 0 is of words without
// a number: nothing is to be kept there.
func (v Values[V]) At(number uint16) *V {
	if int(number) >= v.n {
		panic("token: the number of a word that had none when its values were asked for")
	}
	return (*V)(unsafe.Add(v.first, int(number)*v.stride))
}

// Open takes up the text that a list holds, and returns what is known of the words
// that have numbers by now. Forgotten reports whether all that was known before is,
// since numbers are given anew.
func (k *Known[V]) Open(l *List) (values Values[V], forgotten bool) {
	l.number()
	r := &l.vocabulary.records
	if k.list != l {
		if hasPointers(reflect.TypeFor[V]()) {
			panic("token: what is known of words is to have no pointers")
		}
		var v V
		k.place = r.place(k, int(unsafe.Sizeof(v)))
	}
	values = Values[V]{unsafe.Add(r.at(0), k.place), 8 * r.stride, l.vocabulary.n + 1}
	if forgotten = k.list != l || k.round != l.vocabulary.round; forgotten {
		k.list, k.round = l, l.vocabulary.round
		for i := range values.n {
			var none V
			*values.At(uint16(i)) = none
		}
	}
	return values, forgotten
}

// hasPointers reports whether values of a type may have pointers.
func hasPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Bool, reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64:
		return false
	case reflect.Array:
		return hasPointers(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if hasPointers(t.Field(i).Type) {
				return true
			}
		}
		return false
	}
	return true
}
