package plain

import "strings"

// plainly are the characters that mean nothing within a line.
var plainly = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= ' ' && strings.IndexByte("*_~^`[]<\\|\x7F", byte(c)) < 0
	}
	return t
}()

// inline writes words within a line, with emphasis and links in them.
func (q *quick) inline(from, to int) bool {
	src := q.src
	done := from
	for i := from; i < to; {
		if plainly[src[i]] {
			i++
			continue
		}
		switch {
		case src[i] == '_' && i > from && i+1 < to && isAlphanumeric(src[i-1]) && isAlphanumeric(src[i+1]):
			i++
			continue
		case src[i] == '*' && (i == from || src[i-1] == ' '):
			inner, after, ok := starred(src, i, to)
			if !ok {
				return false
			}
			q.escaped(done, i, true)
			q.emphasise(true)
			q.escaped(inner, after-(inner-i), true)
			q.emphasise(false)
			i, done = after, after
		case src[i] == '[' && (i == from || src[i-1] == ' '):
			words, href, after := simpleLink(src[i:to])
			if after == 0 {
				return false
			}
			q.escaped(done, i, true)
			p := q.here()
			q.escaped(i+1, i+1+len(words), true)
			q.link(p, string(q.out[p.out:]), href)
			i, done = i+after, i+after
		default:
			return false
		}
	}
	q.escaped(done, to, true)
	return true
}

func isAlphanumeric(c byte) bool { return isLetter(c) || isDigit(c) }

// starred finds *words* or **words** at i: it returns where the words begin,
// and where what follows does.
func starred(src string, i, to int) (inner, after int, ok bool) {
	inner = i + 1
	if inner < to && src[inner] == '*' {
		inner++
	}
	n := inner - i
	end := inner
	for end < to && plainly[src[end]] {
		end++
	}
	after = end + n
	if end == inner || after > to || src[end:after] != src[i:inner] || !isAlphanumeric(src[inner]) || !isAlphanumeric(src[end-1]) && strings.IndexByte(".,!?:;)'\"", src[end-1]) < 0 {
		return 0, 0, false
	}
	return inner, after, after == to || src[after] == ' ' || strings.IndexByte(".,!?:;)", src[after]) >= 0
}

// simpleLink reads [words](address); after is 0 where it is not that simple.
func simpleLink(s string) (words, href string, after int) {
	end := 1
	for end < len(s) && plainly[s[end]] {
		end++
	}
	if end == 1 || !strings.HasPrefix(s[end:], "](") {
		return "", "", 0
	}
	from := end + len("](")
	for i := from; i < len(s); i++ {
		switch c := s[i]; {
		case c == ')' && i > from:
			return s[1:end], s[from:i], i + 1
		case !isAlphanumeric(c) && strings.IndexByte("/:.-_?=#%+,@~", c) < 0:
			return "", "", 0
		}
	}
	return "", "", 0
}
