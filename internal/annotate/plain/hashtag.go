package plain

import (
	"unicode"
	"unicode/utf8"
)

// hashtag reads # and letters or digits, not digits alone.
func (s *scanner) hashtag(i int) int {
	if !s.starts(i) {
		return 0
	}
	end, letter := i+1, false
	for _, r := range s.text[i+1:] {
		if !isWord(r) && r != '_' && r != '·' {
			break
		}
		letter = letter || unicode.IsLetter(r)
		end += utf8.RuneLen(r)
	}
	if !letter {
		return 0
	}
	return s.token(Hashtag, i, end, end, "")
}

// emoji reads :shortcode:, of two characters or more.
func (s *scanner) emoji(i int) int {
	end := i + 1
	for end < len(s.text) && end-i <= maxName && isCodeByte(s.text[end]) {
		end++
	}
	if end-i < 3 || end == len(s.text) || s.text[end] != ':' || !isShortcode(s.text[i+1:end]) || !s.starts(i) || !s.ends(end+1) {
		return 0
	}
	return s.token(Emoji, i, end+1, end+1, "")
}

func isCodeByte(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' }

// isShortcode reports whether s is the name of a custom emoji; a number, as
// between the colons of a time of day, is none.
func isShortcode(s string) bool {
	letter := false
	for _, c := range []byte(s) {
		if !isCodeByte(c) {
			return false
		}
		letter = letter || isLetter(c)
	}
	return letter && len(s) <= maxName
}
