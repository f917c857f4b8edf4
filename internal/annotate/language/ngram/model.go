// Package ngram is the linear model behind package language: a table of
// weights per hashed character n-gram, and the scan that sums them.
//
// A word is read with a boundary before and behind it. At every letter, and at
// the boundary behind the word, the runs of 2 to 5 characters that end there are
// hashed into the table, never across a word. A bucket holds one weight of six
// bits per language in a byte each, so that the four buckets of a place are
// added eight languages at a time without a carry from one byte into the next.
package ngram

import (
	"encoding/binary"
	"errors"
	"math"
)

const (
	// Lanes is how many languages a model can tell apart.
	Lanes = 24
	// Buckets is the length of the table. It is 384 KiB, which the second
	// cache of a small machine holds.
	Buckets = 1 << bucketBits

	bucketBits = 14
	words      = Lanes / 8 // of 64 bits, per bucket

	// MaxWeight is the largest weight, Zero the one that stands for 0.
	MaxWeight, Zero = 63, 32
)

// A Class is what a lane of the table stands for.
type Class struct {
	Tag    string // BCP 47, up to three letters; "" are all other languages of the script
	Script Script
}

// A Model is a table of weights. It is read-only and may be shared.
type Model struct {
	Classes []Class
	Step    float64 // nats per unit of weight
	table   [Buckets][words]uint64
}

const (
	magic     = "fplang1\n"
	classSize = 4
	header    = len(magic) + 4 + Lanes*classSize
	// Size is the length in bytes of a model as a file.
	Size = header + Buckets*Lanes
)

// Parse reads a model from its file: the magic, the step as a float32, a record
// per lane (three bytes of tag, one of script; script 0 for an unused lane) and
// the weights, bucket by bucket.
func Parse(b []byte) (*Model, error) {
	if len(b) != Size || string(b[:len(magic)]) != magic {
		return nil, errors.New("ngram: not a model of this version")
	}
	m := &Model{Step: float64(math.Float32frombits(binary.LittleEndian.Uint32(b[len(magic):])))}
	if !(m.Step > 0 && m.Step < 1) {
		return nil, errors.New("ngram: the step is not between 0 and 1")
	}
	for i := range Lanes {
		c := b[len(magic)+4+i*classSize:][:classSize]
		if Script(c[3]) == None {
			break
		}
		n := 0
		for n < 3 && c[n] != 0 {
			n++
		}
		m.Classes = append(m.Classes, Class{string(c[:n]), Script(c[3])})
	}
	b = b[header:]
	for i := range m.table {
		for w := range words {
			m.table[i][w] = binary.LittleEndian.Uint64(b[i*Lanes+w*8:])
			if m.table[i][w]&0xC0C0_C0C0_C0C0_C0C0 != 0 {
				return nil, errors.New("ngram: a weight has more than six bits")
			}
		}
	}
	return m, nil
}

// Format is the inverse of Parse. The weight of lane l in bucket b is
// weights[b*Lanes+l], from 0 to MaxWeight.
func Format(classes []Class, step float64, weights []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(magic), math.Float32bits(float32(step)))
	for i := range Lanes {
		var c [classSize]byte
		if i < len(classes) {
			copy(c[:3], classes[i].Tag)
			c[3] = byte(classes[i].Script)
		}
		b = append(b, c[:]...)
	}
	return append(b, weights...)
}
