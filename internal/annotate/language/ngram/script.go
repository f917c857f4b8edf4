package ngram

import "unicode"

// Script is a group of letters that some languages share and others do not.
type Script uint8

// The scripts. The languages of those up to Linear are told apart by weights,
// those of the others by the script.
const (
	None Script = iota // not a letter
	Latin
	Cyrillic
	Arabic
	Han
	Kana
	Hangul
	Greek
	Hebrew
	Thai
	Devanagari
	Bengali
	Gurmukhi
	Gujarati
	Tamil
	Telugu
	Kannada
	Malayalam
	Sinhala
	Lao
	Burmese
	Georgian
	Ethiopic
	Khmer
	Armenian
	Other // a script that is not in this list
	mark  // a combining mark, which is passed over

	Linear  = Arabic
	Scripts = int(mark)
)

// blocks are where the letters of a script stand in Unicode.
var blocks = []struct {
	first, last rune
	script      Script
}{
	{0x0041, 0x024F, Latin}, {0x0370, 0x03FF, Greek}, {0x0400, 0x052F, Cyrillic}, {0x0531, 0x0588, Armenian},
	{0x0590, 0x05FF, Hebrew}, {0x0600, 0x06FF, Arabic}, {0x0750, 0x077F, Arabic}, {0x0900, 0x097F, Devanagari},
	{0x0980, 0x09FF, Bengali}, {0x0A00, 0x0A7F, Gurmukhi}, {0x0A80, 0x0AFF, Gujarati}, {0x0B80, 0x0BFF, Tamil},
	{0x0C00, 0x0C7F, Telugu}, {0x0C80, 0x0CFF, Kannada}, {0x0D00, 0x0D7F, Malayalam}, {0x0D80, 0x0DFF, Sinhala},
	{0x0E00, 0x0E7F, Thai}, {0x0E80, 0x0EFF, Lao}, {0x1000, 0x109F, Burmese}, {0x10A0, 0x10FF, Georgian},
	{0x1100, 0x11FF, Hangul}, {0x1200, 0x139F, Ethiopic}, {0x1780, 0x17FF, Khmer}, {0x1E00, 0x1EFF, Latin},
	{0x1F00, 0x1FFF, Greek}, {0x3040, 0x30FF, Kana}, {0x3400, 0x4DBF, Han}, {0x4E00, 0x9FFF, Han},
	{0xAC00, 0xD7AF, Hangul}, {0xF900, 0xFAFF, Han}, {0xFB50, 0xFDFF, Arabic}, {0xFE70, 0xFEFF, Arabic},
	{0xFF66, 0xFF9F, Kana}, {0x20000, 0x323AF, Han},
}

// A letter is what a scan needs of a character: its script and, for the table,
// the last 12 bits of its small letter. In the scripts up to Linear no two
// letters that are in use share those.
type letter struct {
	code   uint16
	script Script
}

// fast are the letters of the blocks that nearly all posts are written with.
var fast = func() (t [0x800]letter) {
	for r := range t {
		t[r] = slow(rune(r))
	}
	return t
}()

func fold(r rune) letter {
	if int(r) < len(fast) {
		return fast[r]
	}
	return slow(r)
}

func slow(r rune) letter {
	switch {
	case unicode.Is(unicode.Mn, r):
		return letter{script: mark}
	case !unicode.IsLetter(r):
		return letter{}
	}
	for _, b := range blocks {
		if r >= b.first && r <= b.last {
			return letter{uint16(unicode.ToLower(r) & 0xFFF), b.script}
		}
	}
	return letter{script: Other}
}
