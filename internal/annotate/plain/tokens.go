package plain

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Longest parts of a token that are looked at. They keep a scan of hostile
// text linear, and are wider than the servers allow.
const (
	maxScheme = 12
	maxName   = 64
	maxHost   = 253
)

// scanner finds what the reader of a format could not know, because it stands
// in the text as bare characters: URLs, mentions, hashtags, custom emoji.
type scanner struct {
	text  string
	floor int // no token may begin before it
	edits []edit
	marks []Mark
}

// tokens replaces bare URLs by their hosts, takes the hosts off mentions, and
// marks what it finds. Stretches that are marked already stay as they are.
func (d *draft) tokens() {
	var known []Mark
	if len(d.marks) > 0 {
		known = slices.DeleteFunc(slices.Clone(d.marks), func(m Mark) bool {
			return m.Kind != Link && m.Kind != Mention && m.Kind != Hashtag && m.Kind != Emoji
		})
		sortMarks(known)
	}
	s := scanner{text: d.plain}
	for i := 0; i < len(s.text); {
		for len(known) > 0 && known[0].End <= i {
			known = known[1:]
		}
		to := len(s.text)
		if len(known) > 0 {
			if to = known[0].Start; to <= i {
				i = known[0].End
				s.floor = i
				continue
			}
		}
		for i < to && !signs[s.text[i]] {
			i++
		}
		if i == to {
			continue
		}
		end := 0
		switch s.text[i] {
		case ':':
			if end = s.scheme(i); end == 0 {
				end = s.emoji(i)
			}
		case '.':
			end = s.www(i)
		case '@':
			if end = s.address(i); end == 0 {
				end = s.mention(i, i+1, 1, false)
			}
		case '!':
			end = s.mention(i, i+1, 1, true)
		case '/':
			end = s.slashed(i)
		case '#':
			end = s.hashtag(i)
		}
		if end > i {
			i, s.floor = end, end
			continue
		}
		i++
	}
	d.marks = append(d.marks, s.marks...)
	d.apply(s.edits)
}

// signs are the bytes at which a token is looked for.
var signs = [256]bool{':': true, '.': true, '@': true, '!': true, '/': true, '#': true}

// token notes a token of the text; with replaces text[cut:end].
func (s *scanner) token(kind MarkKind, start, cut, end int, with string) int {
	if cut < end {
		s.edits = append(s.edits, edit{cut, end, with})
	}
	s.marks = append(s.marks, Mark{Span: discussion.Span{Start: start, End: end}, Kind: kind})
	return end
}

// starts reports whether a token may begin at i: not inside a word.
func (s *scanner) starts(i int) bool {
	if i == s.floor {
		return true
	}
	r := lastRune(s.text[s.floor:i])
	return !isWord(r) && !strings.ContainsRune("_/@&#", r)
}

// ends reports whether a token may end at i: neither inside a word nor before
// a mark that would then sit on another letter.
func (s *scanner) ends(i int) bool {
	r := firstRune(s.text[i:])
	return i == len(s.text) || !isWord(r) && !unicode.Is(unicode.M, r)
}

// scheme reads a URL whose "://" is at i.
func (s *scanner) scheme(i int) int {
	if !strings.HasPrefix(s.text[i:], "://") {
		return 0
	}
	start := i
	for start > s.floor && i-start < maxScheme && isSchemeByte(s.text[start-1]) {
		start--
	}
	for start < i && !isLetter(s.text[start]) {
		start++
	}
	if start == i {
		return 0
	}
	return s.url(start, i+len("://"), "")
}

// www reads a URL without a scheme whose first dot is at i.
func (s *scanner) www(i int) int {
	if start := i - 3; start >= s.floor && strings.EqualFold(s.text[start:i], "www") && s.starts(start) {
		return s.url(start, i+1, "//")
	}
	return 0
}

// url reads the URL at start, whose host begins at or before from.
func (s *scanner) url(start, from int, prefix string) int {
	end := from
	for end < len(s.text) {
		r, n := utf8.DecodeRuneInString(s.text[end:])
		if unicode.IsSpace(r) || strings.ContainsRune("<>\"`⟨⟩“”„«»、。，！？", r) {
			break
		}
		end += n
	}
	end = from + len(trimURL(s.text[from:end]))
	if end == from {
		return 0
	}
	return s.token(Link, start, start, end, placeholder(prefix+s.text[start:end]))
}

// trimURL takes off what a sentence puts behind a URL: its punctuation, and a
// bracket that was opened before it.
func trimURL(s string) string {
	open := map[byte]int{')': strings.Count(s, "(") - strings.Count(s, ")"), ']': strings.Count(s, "[") - strings.Count(s, "]")}
	for s != "" {
		if trimmed := strings.TrimRight(s, ".,;:!?'’*_~|…"); trimmed != s {
			s = trimmed
			continue
		}
		c := s[len(s)-1]
		if n, bracket := open[c]; !bracket || n >= 0 {
			break
		}
		open[c]++
		s = s[:len(s)-1]
	}
	return s
}

// name returns the end of a name that begins at i, or i.
func (s *scanner) name(i, limit int) int {
	end := i
	for end < len(s.text) && end-i < limit && isNameByte(s.text[end]) {
		end++
	}
	for end > i && (s.text[end-1] == '.' || s.text[end-1] == '-') {
		end--
	}
	return end
}

// host returns the end of "@host" at i, or i where none stands there.
func (s *scanner) host(i int) int {
	if i >= len(s.text) || s.text[i] != '@' {
		return i
	}
	end := s.name(i+1, maxHost)
	if !strings.Contains(s.text[i:end], ".") || s.text[i+1] == '.' || !s.ends(end) {
		return i
	}
	return end
}

// mention reads a name at from, and its host, which is cut off.
func (s *scanner) mention(start, from, shortest int, hosted bool) int {
	name := s.name(from, maxName)
	if name-from < shortest || !s.starts(start) || strings.IndexFunc(s.text[from:name], isWord) < 0 {
		return 0
	}
	end := s.host(name)
	if hosted && end == name || !s.ends(end) {
		return 0
	}
	return s.token(Mention, start, name, end, "")
}

// slashed reads u/name, /u/name and /c/name@host, whose last slash is at i.
func (s *scanner) slashed(i int) int {
	start := i - 1
	if start < s.floor || s.text[start] != 'u' && s.text[start] != 'c' {
		return 0
	}
	person, slash := s.text[start] == 'u', start > s.floor && s.text[start-1] == '/'
	if slash {
		start--
	}
	return s.mention(start, i+1, 3, !person && !slash)
}

// address reads an e-mail address, or an account without its first @, around
// the @ at i. It goes as a link does: who is behind it is of no interest.
func (s *scanner) address(i int) int {
	start := i
	for start > s.floor && i-start < maxName && (isNameByte(s.text[start-1]) || s.text[start-1] == '+') {
		start--
	}
	end := s.host(i)
	if start == i || end == i || !s.starts(start) {
		return 0
	}
	return s.token(Link, start, start, end, placeholder("mailto:"+s.text[start:end]))
}
