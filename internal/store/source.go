package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"
	"unsafe"

	"github.com/duckdb/duckdb-go/v2/mapping"
	"github.com/google/uuid"
)

// source gives the rows of a query, one after another. It is the other end of sink,
// and reads DuckDB's vectors where they lie in memory: the driver's rows cost an
// allocation per value. A vector is only read as the type that DuckDB says it has,
// and null is the zero value.
type source struct {
	result  mapping.Result
	chunk   mapping.DataChunk
	columns []sourceVector
	rows    int // of the chunk
	row     int
	words   strings.Builder // the strings of the chunk, one after the other
	err     error
}

// sourceVector is that of a column.
type sourceVector struct {
	kind     mapping.Type
	data     unsafe.Pointer
	validity unsafe.Pointer // a bit per row; nil where none is null
}

// query runs a query. Its source is to be closed.
func (b *bulk) query(query string) (*source, error) {
	s := &source{row: -1}
	if mapping.Query(b.conn, query, &s.result) == mapping.StateError {
		defer mapping.DestroyResult(&s.result)
		return nil, errors.New(mapping.ResultError(&s.result))
	}
	for i := range mapping.ColumnCount(&s.result) {
		s.columns = append(s.columns, sourceVector{kind: mapping.ColumnType(&s.result, i)})
	}
	return s, nil
}

// next goes on to the next row, if there is one.
func (s *source) next() bool {
	if s.row++; s.row < s.rows {
		return s.err == nil
	}
	if s.chunk.Ptr != nil {
		mapping.DestroyDataChunk(&s.chunk)
	}
	s.row, s.rows = 0, 0
	if s.chunk = mapping.FetchChunk(s.result); s.chunk.Ptr == nil {
		if message := mapping.ResultError(&s.result); message != "" && s.err == nil {
			s.err = errors.New(message)
		}
		return false
	}
	s.rows = int(mapping.DataChunkGetSize(s.chunk))
	letters := 0
	for i := range s.columns {
		c := &s.columns[i]
		v := mapping.DataChunkGetVector(s.chunk, mapping.IdxT(i))
		c.data, c.validity = mapping.VectorGetData(v), mapping.VectorGetValidity(v)
		if c.kind == mapping.TypeVarchar {
			for row := range s.rows {
				if !c.null(row) {
					letters += at[chars](c.data, row).len()
				}
			}
		}
	}
	s.words = strings.Builder{}
	s.words.Grow(letters)
	return s.rows > 0 && s.err == nil
}

// close returns the first error.
func (s *source) close() error {
	if s.chunk.Ptr != nil {
		mapping.DestroyDataChunk(&s.chunk)
	}
	mapping.DestroyResult(&s.result)
	return s.err
}

// null reports whether a row has no value.
func (c *sourceVector) null(row int) bool {
	return c.validity != nil && *at[uint64](c.validity, row/64)>>(row%64)&1 == 0
}

// find returns where a value lies, which must be of a type, or nil for null.
func find[T any](s *source, column int, kind mapping.Type) *T {
	c := &s.columns[column]
	if c.kind != kind {
		s.err = fmt.Errorf("column %d of a query is of another type", column+1)
		return nil
	}
	if c.null(s.row) {
		return nil
	}
	return at[T](c.data, s.row)
}

func get[T any](s *source, column int, kind mapping.Type) (v T) {
	if p := find[T](s, column, kind); p != nil {
		v = *p
	}
	return v
}

func (s *source) bool(column int) bool   { return get[bool](s, column, mapping.TypeBoolean) }
func (s *source) int(column int) int64   { return get[int64](s, column, mapping.TypeBigInt) }
func (s *source) hash(column int) uint64 { return get[uint64](s, column, mapping.TypeUBigInt) }
func (s *source) float(column int) float64 {
	return float64(get[float32](s, column, mapping.TypeFloat))
}

// uuid turns the sign back: see sink.uuid.
func (s *source) uuid(column int) (id uuid.UUID) {
	if v := find[[2]uint64](s, column, mapping.TypeUUID); v != nil {
		binary.BigEndian.PutUint64(id[:8], v[1]^1<<63)
		binary.BigEndian.PutUint64(id[8:], v[0])
	}
	return id
}

// moment is a time, with its zone.
func (s *source) moment(column int) (at time.Time) {
	if micros := find[int64](s, column, mapping.TypeTimestampTZ); micros != nil {
		at = time.UnixMicro(*micros).UTC()
	}
	return at
}

// text is a string, which shares its memory with the others of the chunk.
func (s *source) text(column int) string {
	c := find[chars](s, column, mapping.TypeVarchar)
	if c == nil {
		return ""
	}
	from := s.words.Len()
	s.words.Write(c.bytes())
	return s.words.String()[from:]
}

// len returns how many bytes a string has.
func (c *chars) len() int { return int(binary.NativeEndian.Uint32(c[:])) }

// bytes returns the bytes of a string that lies in a vector.
func (c *chars) bytes() []byte {
	if c.len() <= inlined {
		return c[4:][:c.len()]
	}
	return unsafe.Slice(*(**byte)(unsafe.Pointer(&c[8])), c.len())
}
