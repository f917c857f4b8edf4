package plain

import "unicode"

const (
	zeroWidthJoiner = '\u200D'
	blackFlag       = '\U0001F3F4'

	// No script needs more marks on one letter. More is decoration, and from
	// 30 on Unicode's normal form would put a joiner between them.
	maxStacked = 12
	maxTags    = 8 // the tags behind a black flag spell a region: five letters and an end
)

// invisible reports whether a character has no place in clean text: controls,
// bidirectional and other format characters, and letters that show nothing.
func invisible(r rune) bool {
	switch {
	case r < 0x20 || r >= 0x7F && r < 0xA0:
		return true
	case r < 0xAD:
		return false
	case r == '\u034F', r == '\u115F', r == '\u1160', r == '\u3164', r == '\uFFA0',
		r >= '\u180B' && r <= '\u180F', r >= '\uFE00' && r <= '\uFE0D', r >= '\U000E0000' && r <= '\U000E0FFF':
		return true
	}
	return unicode.Is(unicode.Cf, r)
}

// isVariation reports whether r asks for the text or the picture form of the
// character before it.
func isVariation(r rune) bool { return r == '\uFE0E' || r == '\uFE0F' }

// isTag reports whether r is one of the tags that spell a flag.
func isTag(r rune) bool { return r >= '\U000E0020' && r <= '\U000E007F' }

// pictorial reports whether r can be an emoji, alone or with a variation
// selector. It is wider than Unicode's list, and has no words in it.
func pictorial(r rune) bool {
	switch {
	case r >= '0' && r <= '9', r == '#', r == '*', r == '©', r == '®':
		return true
	case r < 0x2000:
		return false
	case r == '‼', r == '⁉', r == 'ℹ', r == '〰':
		return true
	}
	return unicode.In(r, unicode.So, unicode.Sk, unicode.Sm)
}

// joinsEmoji reports whether a joiner after r can join two emoji.
func joinsEmoji(r rune) bool {
	return r > 0xFF && pictorial(r) || isVariation(r) || isTag(r)
}

// isWord reports whether r is part of a word.
func isWord(r rune) bool {
	if r < 0x80 {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r) && !isVariation(r) && r != '\u20E3'
}
