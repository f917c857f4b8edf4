package ngram

import "unicode/utf8"

// head is how many places are looked at, letters and ends of words. More costs
// time and changes little. The sums of 16 bits hold 260.
const head = 128

// A Scan is what is known of a text after some of it was read.
type Scan struct {
	Letters [Scripts]int // that were read, by script
	places  int
	history uint64 // the last characters of the word, 12 bits each
	// sums are the weights of the even (0) and odd (1) lanes, 16 bits each.
	sums [2][words]uint64
}

// boundary stands for what is before and behind a word.
const boundary = 1

// Read adds a stretch of text to the scan, until enough was read. It does not
// end a word at its end: End does.
func (s *Scan) Read(m *Model, text string) {
	s.history = max(s.history, boundary)
	for i := 0; i < len(text) && !s.Full(); {
		if c := text[i]; c < utf8.RuneSelf {
			i++
			if l := &fast[c]; l.script != None {
				s.Letters[l.script]++
				s.add(m, uint64(l.code))
			} else {
				s.End(m)
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		switch l := fold(r); {
		case l.script == mark:
		case l.script == None:
			s.End(m)
		case l.script <= Linear:
			s.Letters[l.script]++
			s.add(m, uint64(l.code))
		default:
			s.End(m)
			s.Letters[l.script]++
			s.places++
		}
	}
}

// End ends the word that is being read, if there is one and it was not cut.
func (s *Scan) End(m *Model) {
	if s.history > boundary && !s.Full() {
		s.add(m, boundary)
	}
	s.history = boundary
}

// add adds the weights of the runs that end in a character.
func (s *Scan) add(m *Model, code uint64) {
	s.history = s.history<<12 | code
	s.places++
	h := hash(s.history)
	a, b, c, d := &m.table[h[0]], &m.table[h[1]], &m.table[h[2]], &m.table[h[3]]
	u, v, w := a[0]+b[0]+c[0]+d[0], a[1]+b[1]+c[1]+d[1], a[2]+b[2]+c[2]+d[2]
	const even = 0x00FF_00FF_00FF_00FF
	s.sums[0][0] += u & even
	s.sums[1][0] += u >> 8 & even
	s.sums[0][1] += v & even
	s.sums[1][1] += v >> 8 & even
	s.sums[0][2] += w & even
	s.sums[1][2] += w >> 8 & even
}

// hash returns the buckets of the last 2, 3, 4 and 5 characters. Where the word
// is shorter the run is the whole word so far, hashed anew.
func hash(history uint64) [4]uint64 {
	const k = 0x9E37_79B9_7F4A_7C15 // 2^64 over the golden ratio
	const shift = 64 - bucketBits
	return [4]uint64{
		(history & (1<<24 - 1)) * k >> shift,
		(history&(1<<36-1) ^ 1<<60) * k >> shift,
		(history&(1<<48-1) ^ 2<<60) * k >> shift,
		(history&(1<<60-1) ^ 3<<60) * k >> shift,
	}
}

// Sum returns the score of a lane, in units of Model.Step and only to be
// compared with the scores of other lanes of the same scan.
func (s *Scan) Sum(lane int) int {
	return int(s.sums[lane&1][lane/8] >> (lane % 8 / 2 * 16) & 0xFFFF)
}

// Full reports whether no more would be read.
func (s *Scan) Full() bool { return s.places >= head }

// AppendBuckets appends the buckets that Scan.Read would add for a text, in its
// order, for training.
func AppendBuckets(dst []uint64, text string) []uint64 {
	history, places := uint64(boundary), 0
	add := func(code uint64) {
		history = history<<12 | code
		h := hash(history)
		dst = append(dst, h[:]...)
		places++
	}
	for _, r := range text + " " {
		if places >= head {
			break
		}
		switch l := fold(r); {
		case l.script == mark:
		case l.script != None && l.script <= Linear:
			add(uint64(l.code))
		default:
			if history > boundary {
				add(boundary)
			}
			history = boundary
		}
	}
	return dst
}
