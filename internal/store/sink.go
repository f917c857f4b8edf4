package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
	"unsafe"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/duckdb/duckdb-go/v2/mapping"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// sink takes rows for the end of a table: each value of a row in the order of the
// columns, then end. The first error is kept until close.
//
// It writes into DuckDB's vectors where they lie in memory. The driver's appender
// takes rows value by value, with several calls of C for each string and each list,
// which was an eighth of what annotating a post cost. All that is unsafe in this
// package is here and in source: a vector is only written to as the type that DuckDB
// says it has.
type sink struct {
	name     string
	appender mapping.Appender
	chunk    mapping.DataChunk
	columns  []vector
	row, at  int // the place of the next value
	err      error
}

// vector is that of a column.
type vector struct {
	kind     mapping.Type
	vector   mapping.Vector
	data     unsafe.Pointer
	validity unsafe.Pointer // a bit per row; nil until one is null
	words    map[string]chars

	// Of a list. Its elements are of a type, or structs of two integers.
	element        mapping.Type
	elements       [2]unsafe.Pointer
	used, capacity int
}

// chars is a string as vectors have it: its length, and its bytes or where they
// are.
type chars [16]byte

// inlined is how many bytes of a string chars have.
const inlined = 12

// entry is where the elements of a list are.
type entry struct{ from, n uint64 }

// vectorSize is how many rows a chunk has.
var vectorSize = int(mapping.VectorSize())

// maxWords bounds vector.words.
const maxWords = 1000

// open opens a table of a catalog, "" for that of the file.
func (b *bulk) open(catalog, name string) (*sink, error) {
	t := &sink{name: name}
	if mapping.AppenderCreateExt(b.conn, catalog, "main", name, &t.appender) == mapping.StateError {
		err := t.failure()
		mapping.AppenderDestroy(&t.appender)
		return nil, err
	}
	types := make([]mapping.LogicalType, mapping.AppenderColumnCount(t.appender))
	for i := range types {
		types[i] = mapping.AppenderColumnType(t.appender, mapping.IdxT(i))
		c := vector{kind: mapping.GetTypeId(types[i])}
		if c.kind == mapping.TypeList {
			c.element = elementOf(types[i])
		}
		t.columns = append(t.columns, c)
	}
	t.chunk = mapping.CreateDataChunk(types)
	for i := range types {
		mapping.DestroyLogicalType(&types[i])
	}
	t.begin()
	return t, nil
}

// elementOf returns the type of the elements of a list, which is none of structs
// other than those of two integers.
func elementOf(list mapping.LogicalType) mapping.Type {
	child := mapping.ListTypeChildType(list)
	defer mapping.DestroyLogicalType(&child)
	kind := mapping.GetTypeId(child)
	if kind != mapping.TypeStruct {
		return kind
	}
	if mapping.StructTypeChildCount(child) != 2 {
		return mapping.TypeInvalid
	}
	for i := range mapping.IdxT(2) {
		field := mapping.StructTypeChildType(child, i)
		if mapping.GetTypeId(field) != mapping.TypeInteger {
			kind = mapping.TypeInvalid
		}
		mapping.DestroyLogicalType(&field)
	}
	return kind
}

// begin finds the vectors of an empty chunk.
func (t *sink) begin() {
	t.row, t.at = 0, 0
	for i := range t.columns {
		c := &t.columns[i]
		c.vector = mapping.DataChunkGetVector(t.chunk, mapping.IdxT(i))
		c.data, c.validity, c.used = mapping.VectorGetData(c.vector), nil, 0
		clear(c.words) // their bytes went with the vector's
		if c.kind == mapping.TypeList {
			t.grow(c, max(c.capacity, vectorSize))
		}
	}
}

// grow makes room for so many elements of a list in all rows.
func (t *sink) grow(c *vector, capacity int) {
	if mapping.ListVectorReserve(c.vector, mapping.IdxT(capacity)) == mapping.StateError {
		t.err = fmt.Errorf("DuckDB has no place for a list of %d elements", capacity)
		return
	}
	c.capacity = capacity
	child := mapping.ListVectorGetChild(c.vector)
	if c.element != mapping.TypeStruct {
		c.elements[0] = mapping.VectorGetData(child)
		return
	}
	for i := range c.elements {
		c.elements[i] = mapping.VectorGetData(mapping.StructVectorGetChild(child, mapping.IdxT(i)))
	}
}

// close appends what is left and closes the table, or forgets it after an error.
func (t *sink) close() error {
	t.flush()
	if t.err != nil {
		mapping.AppenderClear(t.appender)
	} else if mapping.AppenderClose(t.appender) == mapping.StateError {
		t.err = t.failure()
	}
	mapping.AppenderDestroy(&t.appender)
	mapping.DestroyDataChunk(&t.chunk)
	if t.err != nil {
		return fmt.Errorf("append to %s: %w", t.name, t.err)
	}
	return nil
}

func (t *sink) failure() error {
	data := mapping.AppenderErrorData(t.appender)
	defer mapping.DestroyErrorData(&data)
	return errors.New(mapping.ErrorDataMessage(data))
}

// flush appends the rows of the chunk.
func (t *sink) flush() {
	if t.err != nil || t.row == 0 {
		return
	}
	for i := range t.columns {
		if c := &t.columns[i]; c.kind == mapping.TypeList {
			mapping.ListVectorSetSize(c.vector, mapping.IdxT(c.used))
		}
	}
	mapping.DataChunkSetSize(t.chunk, mapping.IdxT(t.row))
	if mapping.AppendDataChunk(t.appender, t.chunk) == mapping.StateError {
		t.err = t.failure()
		return
	}
	mapping.DataChunkReset(t.chunk)
	t.begin()
}

// end ends a row.
func (t *sink) end() {
	if t.err == nil && t.at != len(t.columns) {
		t.err = fmt.Errorf("a row has %d values for %d columns", t.at, len(t.columns))
	}
	t.at = 0
	if t.row++; t.row == vectorSize {
		t.flush()
		t.row = 0
	}
}

// next returns the column of the next value, which must be of a type, or nil.
func (t *sink) next(kind mapping.Type) *vector {
	if t.err != nil || t.at >= len(t.columns) {
		t.at++
		return nil
	}
	c := &t.columns[t.at]
	if t.at++; c.kind != kind {
		t.err = fmt.Errorf("column %d is of another type", t.at)
		return nil
	}
	return c
}

// null is no value.
func (t *sink) null() {
	if t.err != nil || t.at >= len(t.columns) {
		t.at++
		return
	}
	c := &t.columns[t.at]
	t.at++
	if c.validity == nil {
		mapping.VectorEnsureValidityWritable(c.vector)
		c.validity = mapping.VectorGetValidity(c.vector)
	}
	*at[uint64](c.validity, t.row/64) &^= 1 << (t.row % 64)
	if c.kind == mapping.TypeList {
		*at[entry](c.data, t.row) = entry{}
	}
}

// at returns the place of element i of an array.
func at[T any](array unsafe.Pointer, i int) *T {
	var v T
	return (*T)(unsafe.Add(array, i*int(unsafe.Sizeof(v))))
}

func put[T any](t *sink, kind mapping.Type, v T) {
	if c := t.next(kind); c != nil {
		*at[T](c.data, t.row) = v
	}
}

func (t *sink) bool(v bool)     { put(t, mapping.TypeBoolean, v) }
func (t *sink) int(v int)       { put(t, mapping.TypeInteger, int32(v)) }
func (t *sink) hash(v uint64)   { put(t, mapping.TypeUBigInt, v) }
func (t *sink) float(v float64) { put(t, mapping.TypeFloat, float32(v)) }
func (t *sink) uuid(id duckdb.UUID) {
	// A number of 128 bits, with its sign turned so that it sorts as the bytes do.
	low, high := binary.BigEndian.Uint64(id[8:]), binary.BigEndian.Uint64(id[:8])
	put(t, mapping.TypeUUID, [2]uint64{low, high ^ 1<<63})
}

// day is the day of a moment, or null.
func (t *sink) day(v time.Time) {
	if v.IsZero() {
		t.null()
		return
	}
	seconds := v.Unix()
	days := seconds / (24 * 3600)
	if seconds%(24*3600) < 0 {
		days--
	}
	put(t, mapping.TypeDate, int32(days))
}

// text is a string that hardly comes twice, or null where it is empty.
func (t *sink) text(s string) {
	if s == "" {
		t.null()
		return
	}
	if c := t.next(mapping.TypeVarchar); c != nil {
		c.assign(c.vector, c.data, t.row, clean(s))
	}
}

// word is a string of which there are few.
func (t *sink) word(s string) {
	if c := t.next(mapping.TypeVarchar); c != nil {
		c.word(c.vector, c.data, t.row, s)
	}
}

// wordOrNull is the same, or null where it is empty.
func (t *sink) wordOrNull(s string) {
	if s == "" {
		t.null()
		return
	}
	t.word(s)
}

// list is a list of strings of which there are few, or null where it is empty.
func (t *sink) list(words []string) {
	c := t.listOf(len(words), mapping.TypeVarchar)
	if c == nil {
		return
	}
	child := mapping.ListVectorGetChild(c.vector)
	for _, s := range words {
		c.word(child, c.elements[0], c.used, s)
		c.used++
	}
}

// spans is a list of stretches, or null where it is empty.
func (t *sink) spans(list []discussion.Span) {
	c := t.listOf(len(list), mapping.TypeStruct)
	if c == nil {
		return
	}
	for _, s := range list {
		*at[int32](c.elements[0], c.used), *at[int32](c.elements[1], c.used) = int32(s.Start), int32(s.End)
		c.used++
	}
}

// listOf begins a list of so many elements, or does all for an empty one.
func (t *sink) listOf(n int, element mapping.Type) *vector {
	if n == 0 {
		t.null()
		return nil
	}
	c := t.next(mapping.TypeList)
	switch {
	case c == nil:
		return nil
	case c.element != element:
		t.err = fmt.Errorf("column %d is a list of another type", t.at)
		return nil
	case c.used+n > c.capacity:
		if t.grow(c, max(2*c.capacity, c.used+n)); t.err != nil {
			return nil
		}
	}
	*at[entry](c.data, t.row) = entry{uint64(c.used), uint64(n)}
	return c
}

// word writes a string into a vector of the column, which has it once however
// often it comes.
func (c *vector) word(vector mapping.Vector, data unsafe.Pointer, i int, s string) {
	if known, ok := c.words[s]; ok {
		*at[chars](data, i) = known
		return
	}
	c.assign(vector, data, i, clean(s))
	if c.words == nil {
		c.words = make(map[string]chars)
	}
	if len(c.words) < maxWords {
		c.words[s] = *at[chars](data, i)
	}
}

// assign writes a string into a vector of the column.
func (c *vector) assign(vector mapping.Vector, data unsafe.Pointer, i int, s string) {
	if len(s) > inlined {
		mapping.VectorAssignStringElement(vector, mapping.IdxT(i), s)
		return
	}
	var v chars
	binary.NativeEndian.PutUint32(v[:], uint32(len(s)))
	copy(v[4:], s)
	*at[chars](data, i) = v
}
