package tag

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"io"
	"math"
	"slices"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Weights is what training makes and New takes.
type Weights struct {
	Made    string // how they were made, for people
	Themes  []Column
	Targets []Column // the first is that of no target
	Towards []Column // the tone towards the one that a text is most about: negative, neutral, positive

	Texts []uint64 `json:"-"` // hashes, in order, of the texts that were learned from
	Keys  []uint32 `json:"-"` // upper halves of the hashes of the features that are known
	Rows  []int8   `json:"-"` // of each of them: a weight per column, in the order above
}

// Column is one answer: how much speaks for a theme, or for a target.
type Column struct {
	Name      string
	Scale     float32 // of the column in Weights.Rows
	Dense     [Dense]float32
	Hits      [HitFeatures]float32
	Threshold float32 // of a theme: it is tagged above
}

const magic = "fedipulse tags 3\n"

// Limits of a file of weights.
const (
	maxColumns  = 256
	maxFeatures = 1 << 20
	maxTexts    = 1 << 20
)

// Encode writes w as decode reads it.
func (w *Weights) Encode(to io.Writer) error {
	head, err := json.Marshal(w)
	if err != nil {
		return err
	}
	b := bytes.NewBufferString(magic)
	for _, n := range []int{len(head), len(w.Texts), len(w.Keys)} {
		b.Write(binary.LittleEndian.AppendUint32(nil, uint32(n)))
	}
	b.Write(head)
	for _, t := range w.Texts {
		b.Write(binary.LittleEndian.AppendUint64(nil, t))
	}
	for _, k := range w.Keys {
		b.Write(binary.LittleEndian.AppendUint32(nil, k))
	}
	for _, v := range w.Rows {
		b.WriteByte(byte(v))
	}
	_, err = to.Write(b.Bytes())
	return err
}

// decode reads what Encode wrote, and returns a name for it.
func decode(data []byte) (*Weights, string, error) {
	rest, ok := bytes.CutPrefix(data, []byte(magic))
	if !ok {
		return nil, "", errors.New("is not a file of weights of this version")
	}
	if len(rest) < 12 {
		return nil, "", io.ErrUnexpectedEOF
	}
	head, texts, keys := int(binary.LittleEndian.Uint32(rest)), int(binary.LittleEndian.Uint32(rest[4:])), int(binary.LittleEndian.Uint32(rest[8:]))
	rest = rest[12:]
	if keys > maxFeatures || texts > maxTexts || head > len(rest) {
		return nil, "", io.ErrUnexpectedEOF
	}
	w := &Weights{}
	if err := json.Unmarshal(rest[:head], w); err != nil {
		return nil, "", err
	}
	columns := w.columns()
	if rest = rest[head:]; columns > maxColumns || len(rest) != 8*texts+keys*(4+columns) {
		return nil, "", io.ErrUnexpectedEOF
	}
	w.Texts = make([]uint64, texts)
	for i := range w.Texts {
		w.Texts[i] = binary.LittleEndian.Uint64(rest[8*i:])
	}
	rest = rest[8*texts:]
	w.Keys = make([]uint32, keys)
	for i := range w.Keys {
		w.Keys[i] = binary.LittleEndian.Uint32(rest[4*i:])
	}
	rest = rest[4*keys:]
	w.Rows = make([]int8, len(rest))
	for i, b := range rest {
		w.Rows[i] = int8(b)
	}
	return w, fmt.Sprintf("%08x", crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli))), w.check()
}

// TextHash is what Weights.Texts keeps of a text, as plain.Read has it.
func TextHash(plain string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(plain))
	return h.Sum64()
}

// LearnedFrom reports whether the weights were learned from a text, as plain.Read
// has it: what the tagger says of it does not show how right it is.
func (t *Tagger) LearnedFrom(plain string) bool {
	_, found := slices.BinarySearch(t.weights.Texts, TextHash(plain))
	return found
}

// columns returns how many there are of all kinds.
func (w *Weights) columns() int { return len(w.Themes) + len(w.Targets) + len(w.Towards) }

// place returns the place of a target's column in a row, or -1.
func (w *Weights) place(target int) int {
	if target < 0 {
		return -1
	}
	return len(w.Themes) + target
}

// check reports numbers that do not fit together.
func (w *Weights) check() error {
	if len(w.Targets) == 0 || len(w.Themes) == 0 || len(w.Towards) != len(discussion.Sentiment{}.P) {
		return errors.New("columns are missing")
	}
	for _, c := range slices.Concat(w.Themes, w.Targets, w.Towards) {
		if c.Name == "" || !(c.Scale > 0) || math.IsNaN(float64(c.Threshold)) {
			return fmt.Errorf("column %q has no name or no scale", c.Name)
		}
	}
	return nil
}

// table finds the rows of features.
type table struct {
	slots  []slot           // hash table
	may    []uint64         // two bits per key, small enough for a cache: most pairs of words are in no table
	rows   []uint64         // eight columns a word, as bytes, 128 more than the weight
	stride int              // words from row to row: whole lines of the cache
	dense  [Dense][]float32 // Column.Dense, by feature and then by column

	scales     []float32 // Column.Scale, by column
	thresholds []float64 // Column.Threshold, by column
}

// slot is a feature that is known: the upper half of its hash, and which it is.
// No key: the slot is free.
type slot struct{ key, row uint32 }

const (
	cacheLine = 8 // words
	mayBits   = 1 << 19
)

func newTable(w *Weights) *table {
	columns := slices.Concat(w.Themes, w.Targets, w.Towards)
	t := &table{stride: (len(columns) + 8*cacheLine - 1) / (8 * cacheLine) * cacheLine}
	size := 16
	for size < 2*len(w.Keys) {
		size *= 2
	}
	t.slots, t.may = make([]slot, size), make([]uint64, mayBits/64)
	t.rows = make([]uint64, t.stride*len(w.Keys))
	for i, key := range w.Keys {
		at := t.place(key)
		for t.slots[at].key != 0 {
			at = (at + 1) & (size - 1)
		}
		t.slots[at] = slot{key, uint32(i)}
		at, bits := mayBe(key)
		t.may[at] |= bits
		for c, v := range w.Rows[i*len(columns):][:len(columns)] {
			t.rows[i*t.stride+c/8] |= uint64(uint8(int(v)+128)) << (8 * (c % 8))
		}
	}
	for _, c := range columns {
		t.scales, t.thresholds = append(t.scales, c.Scale), append(t.thresholds, float64(c.Threshold))
	}
	for i := range t.dense {
		for _, c := range columns {
			t.dense[i] = append(t.dense[i], c.Dense[i])
		}
	}
	return t
}

// Key returns what a hash is known by. It is never 0.
func Key(hash uint64) uint32 { return uint32(hash*saltPair>>32) | 1 }

// mayBe returns the word of table.may that a key has bits in, and these.
func mayBe(key uint32) (at int, bits uint64) {
	return int(key >> 13 % (mayBits / 64)), 1<<(key>>1&63) | 1<<(key>>7&63)
}

// place returns where to look first for a key.
func (t *table) place(key uint32) int { return int(key>>1) & (len(t.slots) - 1) }

// mayHave returns 0 if a key is not in the table, and 1 if it may be.
func (t *table) mayHave(key uint32) int {
	at, bits := mayBe(key)
	n := 0
	if t.may[at]&bits == bits {
		n = 1
	}
	return n
}

// row returns the number of the row of a key, or -1, given the first slot that it
// may be in.
func (t *table) row(key uint32, s slot) int32 {
	for at := t.place(key); ; s = t.slots[at] {
		switch s.key {
		case key:
			return int32(s.row)
		case 0:
			return -1
		}
		at = (at + 1) & (len(t.slots) - 1)
	}
}

// wordRows are the rows of the features of a word alone, each plus 1; 0 after the
// last. Nothing: they have not been looked up.
type wordRows [ofWord]int32

const noRow = -1 // a word without rows

// ofWord looks a word up.
func (t *table) ofWord(hash uint64, folded []byte) wordRows {
	rows := wordRows{noRow}
	var hashes [ofWord]uint64
	n := 0
	for _, h := range wordHashes(hashes[:0], hash, folded) {
		if row := t.row(Key(h), t.slots[t.place(Key(h))]); row >= 0 {
			rows[n] = row + 1
			n++
		}
	}
	return rows
}
