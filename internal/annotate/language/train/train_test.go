package main

import (
	"archive/zip"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// writeModel writes a file as lingua-go has them, each run with its probability.
func writeModel(t *testing.T, name string, runs map[string]float64) {
	t.Helper()
	var message []byte
	for run, p := range runs {
		set := binary.LittleEndian.AppendUint64([]byte{1<<3 | 1}, math.Float64bits(p))
		set = append(append(set, 2<<3|2, byte(len(run))), run...)
		message = append(append(message, 4<<3|2, byte(len(set))), set...)
	}
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	w, err := z.Create("model")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(append([]byte{2 << 3, 1}, message...)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestChain learns from a language of the words "ab" and "abcabc" in equal
// number: its models know the runs and not where words end.
func TestChain(t *testing.T) {
	dir := t.TempDir()
	for name, runs := range map[string]map[string]float64{
		"unigrams":    {"a": 3. / 8, "b": 3. / 8, "c": 2. / 8},
		"bigrams":     {"ab": 1, "bc": 2. / 3, "ca": 1. / 2},
		"trigrams":    {"abc": 2. / 3, "bca": 1. / 2, "cab": 1},
		"quadrigrams": {"abca": 1. / 2, "bcab": 1, "cabc": 1},
		"fivegrams":   {"abcab": 1, "bcabc": 1},
	} {
		writeModel(t, filepath.Join(dir, name+".pb.bin.zip"), runs)
	}
	c, err := newChain(dir)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, w := range c.words(rand.New(rand.NewPCG(1, 2)), 1000) {
		count[w]++
	}
	if len(count) != 2 || count["ab"] < 450 || count["abcabc"] < 450 {
		t.Errorf("drawn: %v, want ab and abcabc, half of each", count)
	}
}

func TestCutModel(t *testing.T) {
	for _, b := range []string{"\x80", "\x22", "\x22\x05ab", "\x09abc", "\x10"} {
		if err := fields([]byte(b), func(uint64, []byte) error { return nil }); err == nil {
			t.Errorf("%q: no error", b)
		}
	}
}

func TestVariants(t *testing.T) {
	for in, want := range map[string]string{"Zażółć gęślą": "Zazolc gesla", "årligt æble": "arligt aeble", "свій": "свій"} {
		if got := bare(in); got != want {
			t.Errorf("bare(%q) = %q, want %q", in, got, want)
		}
	}
	if got := drawOut("so not", 1); got != "soooo not" {
		t.Errorf("drawOut: %q", got)
	}
}
