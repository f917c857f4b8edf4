package sentiment

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"unsafe"

	"github.com/fedipulse/fedipulse/internal/annotate/sentiment/reading"
)

// Weights is what training makes and Load reads: a part per language.
type Weights struct {
	Made  string // how they were made, for people
	Parts []Part
}

// Part is the weights of one language.
type Part struct {
	Language string
	Bits     int    // the table has 1<<Bits rows
	Row      int    // columns of a row, 8 or 16; the columns of the heads come first
	Heads    []Head // a head may build on those before it
	Filters  int    // of each width of the network: 32, or 0 if there is none
	Words    int    // in the network's vocabulary
	Opinions int    // words in the table of opinions
	NetScale []float32
	NetBias  []float32

	Table         []int8                       `json:"-"` // rows of weights, by hash
	OpinionHashes []uint64                     `json:"-"`
	OpinionValues [][reading.OpinionLists]int8 `json:"-"`
	Vocabulary    []uint32                     `json:"-"` // upper halves of the hashes of words 2, 3 …
	Rows          []byte                       `json:"-"` // of padding (0), of unknown words (1), of each word
}

// Head is a question that a part answers: one column asks for a probability,
// three for those of negative, neutral and positive.
type Head struct {
	Name        string
	Scale       []float32   // of the columns of the table
	Dense       [][]float32 // column × dense feature
	Stack       [][]float32 // column × answers of the heads before, in order
	Net         [][]float32 // column × pooled filter; nil: the head does not use the network
	NetBias     []float32
	NetShare    float32 // of the network in the answer
	Temperature float32 // divides the answer before it becomes a probability
}

const magic = "fedipulse sentiment 1\n"

// Encode writes w as Load reads it.
func (w *Weights) Encode(to io.Writer) error {
	head, err := json.Marshal(w)
	if err != nil {
		return err
	}
	for len(head)%8 != 0 {
		head = append(head, ' ') // the words after it are read in place
	}
	b := bytes.NewBufferString(magic)
	for (b.Len()+4)%8 != 0 {
		b.WriteByte('\n')
	}
	b.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(head))))
	b.Write(head)
	for _, p := range w.Parts {
		for _, v := range p.Table {
			b.WriteByte(byte(v))
		}
		for _, h := range p.OpinionHashes {
			b.Write(binary.LittleEndian.AppendUint64(nil, h))
		}
		for _, v := range p.OpinionValues {
			for _, x := range v {
				b.WriteByte(byte(x))
			}
		}
		pad(b)
		for _, h := range p.Vocabulary {
			b.Write(binary.LittleEndian.AppendUint32(nil, h))
		}
		pad(b)
		b.Write(p.Rows)
		pad(b)
	}
	_, err = to.Write(b.Bytes())
	return err
}

func pad(b *bytes.Buffer) {
	for b.Len()%8 != 0 {
		b.WriteByte(0)
	}
}

// decode reads what Encode wrote. The tables share the memory of data.
func decode(data []byte) (*Weights, error) {
	d := decoder{data: data}
	start := len(magic)
	for (start+4)%8 != 0 {
		start++
	}
	if !bytes.HasPrefix(data, []byte(magic)) {
		return nil, fmt.Errorf("is not a file of weights of this version")
	}
	d.take(start)
	size := d.take(4)
	if d.short {
		return nil, io.ErrUnexpectedEOF
	}
	w := &Weights{}
	if err := json.Unmarshal(d.take(int(binary.LittleEndian.Uint32(size))), w); err != nil {
		return nil, err
	}
	for i := range w.Parts {
		if err := d.part(&w.Parts[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", w.Parts[i].Language, err)
		}
	}
	if d.short || len(d.data) != d.at {
		return nil, io.ErrUnexpectedEOF
	}
	return w, nil
}

// decoder hands out a file piece by piece.
type decoder struct {
	data  []byte
	at    int
	short bool
}

func (d *decoder) take(n int) []byte {
	if n < 0 || n > len(d.data)-d.at {
		d.short = true
		return nil
	}
	d.at += n
	return d.data[d.at-n : d.at]
}

func (d *decoder) align() {
	for d.at%8 != 0 && !d.short {
		d.take(1)
	}
}

// Limits of a part.
const (
	maxBits   = 20
	maxListed = 1 << 20
)

func (d *decoder) part(p *Part) error {
	if err := p.check(); err != nil {
		return err
	}
	if table := d.take(p.Row << p.Bits); len(table) > 0 {
		p.Table = unsafe.Slice((*int8)(unsafe.Pointer(&table[0])), len(table))
	}
	hashes := d.take(8 * p.Opinions)
	values := d.take(reading.OpinionLists * p.Opinions)
	d.align()
	words := d.take(4 * max(p.Words-2, 0))
	d.align()
	p.Rows = d.take(6 * p.Filters * p.Words)
	d.align()
	if d.short {
		return io.ErrUnexpectedEOF
	}
	for i := range p.Opinions {
		p.OpinionHashes = append(p.OpinionHashes, binary.LittleEndian.Uint64(hashes[8*i:]))
		var v [reading.OpinionLists]int8
		for k := range v {
			v[k] = int8(values[reading.OpinionLists*i+k])
		}
		p.OpinionValues = append(p.OpinionValues, v)
	}
	for i := 0; i < len(words); i += 4 {
		p.Vocabulary = append(p.Vocabulary, binary.LittleEndian.Uint32(words[i:]))
	}
	return nil
}

// check reports numbers of a part that do not fit together.
func (p *Part) check() error {
	columns := 0
	for _, h := range p.Heads {
		n := len(h.Scale)
		if n != 1 && n != 3 || len(h.Dense) != n || len(h.Stack) != n || h.Net != nil && (len(h.Net) != n || len(h.NetBias) != n) || !(h.Temperature > 0) {
			return fmt.Errorf("head %q: the numbers of columns differ", h.Name)
		}
		for c := range n {
			if len(h.Dense[c]) != reading.Dense || len(h.Stack[c]) != columns || h.Net != nil && len(h.Net[c]) != 3*p.Filters {
				return fmt.Errorf("head %q, column %d: the numbers of weights differ from what they are for", h.Name, c)
			}
		}
		columns += n
	}
	switch {
	case columns == 0 || columns > p.Row || p.Row != 8 && p.Row != 16,
		p.Bits < 1 || p.Bits > maxBits,
		p.Filters != 0 && p.Filters != filters,
		p.Words < 0 || p.Words > maxListed || p.Filters > 0 && p.Words < 2,
		p.Opinions < 0 || p.Opinions > maxListed,
		len(p.NetScale) != 3*p.Filters || len(p.NetBias) != 3*p.Filters:
		return fmt.Errorf("sizes are out of bounds")
	}
	return nil
}

// digest names a file of weights.
func digest(data []byte) string {
	return fmt.Sprintf("%08x", crc32.Checksum(data, crc32.MakeTable(crc32.Castagnoli)))
}
