package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// lingua is the module whose n-gram models stand in for text of the languages
// that we have no posts of. It is never compiled in, only read from the cache.
const lingua = "github.com/pemistahl/lingua-go@v1.4.0"

// linguaDir returns the folder of its models, which the go command fetches.
func linguaDir() (string, error) {
	out, err := exec.Command("go", "mod", "download", "-json", lingua).Output()
	if err != nil {
		return "", fmt.Errorf("download %s: %w", lingua, err)
	}
	var info struct{ Dir string }
	if err := json.Unmarshal(out, &info); err != nil {
		return "", err
	}
	return filepath.Join(info.Dir, "language-models"), nil
}

const order = 5 // characters in the longest runs of a model

// A chain draws words letter by letter. Its models give the probability of
// the last letter of a run after the letters before it, within words; where a
// word begins and ends is what is missing from the sums.
type chain struct {
	next map[string]choices // after the beginning of a word, "^…", or its last letters
}

// choices are what can follow, with the running sum of their probabilities. The
// rest up to 1 is the end of the word.
type choices struct {
	letters []rune
	sums    []float64
}

func newChain(dir string) (*chain, error) {
	count := map[string]float64{"": 1} // of a run, over all letters
	start := map[string]float64{}      // of a run at the beginning of a word
	c := &chain{next: map[string]choices{}}
	for n, name := range []string{"unigrams", "bigrams", "trigrams", "quadrigrams", "fivegrams"} {
		runs, err := readModel(filepath.Join(dir, name+".pb.bin.zip"))
		if err != nil {
			return nil, err
		}
		keys := slices.Sorted(maps.Keys(runs)) // sums of floats depend on the order
		for _, run := range keys {
			_, last := utf8.DecodeLastRuneInString(run)
			_, first := utf8.DecodeRuneInString(run)
			before := run[:len(run)-last]
			at := runs[run] * count[before]
			if n+1 < order {
				count[run] = at
				start[run] += at
			} else {
				c.add(before, run[len(before):], runs[run])
			}
			if n > 0 {
				start[run[first:]] -= at
			}
		}
	}
	c.addStarts(start)
	return c, nil
}

// addStarts turns counts of beginnings into probabilities.
func (c *chain) addStarts(start map[string]float64) {
	var all float64
	keys := slices.Sorted(maps.Keys(start))
	for _, run := range keys {
		if utf8.RuneCountInString(run) == 1 {
			all += max(0, start[run])
		}
	}
	for _, run := range keys {
		if utf8.RuneCountInString(run) >= order || start[run] <= 0 {
			continue
		}
		_, last := utf8.DecodeLastRuneInString(run)
		before := run[:len(run)-last]
		of := all
		if before != "" {
			of = start[before]
		}
		if of > 0 {
			c.add("^"+before, run[len(before):], start[run]/of)
		}
	}
}

func (c *chain) add(before, letter string, p float64) {
	ch := c.next[before]
	r, _ := utf8.DecodeRuneInString(letter)
	sum := p
	if n := len(ch.sums); n > 0 {
		sum += ch.sums[n-1]
	}
	c.next[before] = choices{append(ch.letters, r), append(ch.sums, sum)}
}

// word draws one word, of at most 30 letters.
func (c *chain) word(rnd *rand.Rand) string {
	var w []rune
	for len(w) < 30 {
		key := "^" + string(w)
		if len(w) >= order-1 {
			key = string(w[len(w)-order+1:])
		}
		ch := c.next[key]
		i, _ := slices.BinarySearch(ch.sums, rnd.Float64())
		if i == len(ch.sums) {
			break
		}
		w = append(w, ch.letters[i])
	}
	return string(w)
}

// words draws n words, in one string with a blank behind each.
func (c *chain) words(rnd *rand.Rand, n int) []string {
	var b strings.Builder
	for range n {
		b.WriteString(c.word(rnd))
		b.WriteByte(' ')
	}
	return strings.Fields(b.String())
}

// readModel reads one file: a zip of one protocol buffer, in which field 4
// repeats {1: a probability, 2: the runs that have it, repeated}.
func readModel(name string) (map[string]float64, error) {
	z, err := zip.OpenReader(name)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	f, err := z.File[0].Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		return nil, err
	}
	runs := map[string]float64{}
	err = fields(b, func(field uint64, set []byte) error {
		if field != 4 {
			return nil
		}
		var p float64
		return fields(set, func(field uint64, v []byte) error {
			if field == 1 {
				p = math.Float64frombits(binary.LittleEndian.Uint64(v))
			} else {
				runs[string(bytes.ToValidUTF8(v, nil))] = p
			}
			return nil
		})
	})
	return runs, err
}

// fields calls do for the 64-bit and the length-delimited fields of a message.
func fields(b []byte, do func(field uint64, value []byte) error) error {
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		if n <= 0 {
			return errors.New("bad key in a protocol buffer")
		}
		b = b[n:]
		size := uint64(8)
		if key&7 != 1 {
			v, n := binary.Uvarint(b)
			if n <= 0 {
				return errors.New("bad number in a protocol buffer")
			}
			b = b[n:]
			if key&7 == 0 {
				continue
			}
			size = v
		}
		if size > uint64(len(b)) {
			return io.ErrUnexpectedEOF
		}
		if err := do(key>>3, b[:size]); err != nil {
			return err
		}
		b = b[size:]
	}
	return nil
}
