package fetch

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"time"
)

// product is the token by which a robots.txt names this program.
const product = "fedipulse"

// rules are those of a robots.txt (RFC 9309) that are for this program.
//
// The usual library, temoto/robotstxt, falls short of the RFC: it takes the
// first of two rules of equal length and not the one that allows, measures
// patterns as escaped regular expressions that match anywhere in the path, does
// not compare percent-encodings, and fails a whole file for a rule above the
// first group.
type rules struct {
	named bool // a group names this program
	lines []rule
	delay time.Duration // Crawl-delay; 0: none
}

type rule struct {
	allow   bool
	pattern string // normal form
	text    string // as written
}

// parseRules reads a robots.txt. Groups for one agent count as one, wherever
// they stand; a file without a group for this program has that for everybody.
func parseRules(text []byte) *rules {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	ours, everybodys := &rules{named: true}, &rules{}
	found := false          // a group for this program
	us, all := false, false // who the present group is for
	heads := false          // the line before was a User-agent
	for line := range bytes.Lines(text) {
		key, value, ok := record(string(line))
		if !ok {
			continue
		}
		switch key {
		case "user-agent":
			if !heads {
				us, all = false, false
			}
			heads = true
			us, all = us || isProduct(value), all || value == "*"
			found = found || us
			continue
		case "allow", "disallow":
			heads = false
		}
		if us {
			ours.add(key, value)
		}
		if all {
			everybodys.add(key, value)
		}
	}
	if found {
		return ours
	}
	return everybodys
}

func record(line string) (key, value string, ok bool) {
	line, _, _ = strings.Cut(line, "#")
	key, value, ok = strings.Cut(line, ":")
	return strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value), ok
}

// isProduct compares up to the first character that no product token has, so
// that a version may follow.
func isProduct(agent string) bool {
	end := strings.IndexFunc(agent, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r == '-')
	})
	if end >= 0 {
		agent = agent[:end]
	}
	return strings.EqualFold(agent, product)
}

func (r *rules) add(key, value string) {
	switch key {
	case "allow", "disallow":
		if value == "" {
			return // says nothing
		}
		text := strings.ToUpper(key[:1]) + key[1:] + ": " + value
		if value[0] != '/' && value[0] != '*' {
			value = "/" + value
		}
		open, ends := strings.CutSuffix(value, "$")
		pattern := normal(open, "*")
		if ends {
			pattern += "$"
		}
		r.lines = append(r.lines, rule{allow: key == "allow", pattern: pattern, text: text})
	case "crawl-delay":
		n, err := strconv.ParseFloat(value, 64)
		if err == nil && n > 0 && !math.IsInf(n, 0) {
			r.delay = max(r.delay, time.Duration(min(n, farthest.Seconds())*float64(time.Second)))
		}
	}
}

// ruling says whether a path, with its query, may be asked, and by which rule:
// the longest that matches, and of two as long the one that allows.
func (r *rules) ruling(path string) (allowed bool, text string) {
	path = normal(path, "")
	best := rule{allow: true}
	for _, l := range r.lines {
		if len(l.pattern) < len(best.pattern) || len(l.pattern) == len(best.pattern) && (best.allow || !l.allow) {
			continue
		}
		if matches(l.pattern, path) {
			best = l
		}
	}
	return best.allow, best.text
}

// matches reports whether path begins with what a pattern describes: * stands
// for any characters, and $ at the end for the end of the path.
func matches(pattern, path string) bool {
	pattern, whole := strings.CutSuffix(pattern, "$")
	pieces := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(path, pieces[0])
	if !ok {
		return false
	}
	if len(pieces) == 1 {
		return !whole || rest == ""
	}
	last := len(pieces) - 1
	for _, p := range pieces[1:last] {
		_, after, found := strings.Cut(rest, p)
		if !found {
			return false
		}
		rest = after
	}
	if whole {
		return strings.HasSuffix(rest, pieces[last])
	}
	return strings.Contains(rest, pieces[last])
}

const digits = "0123456789ABCDEF"

// normal is the one spelling of a path or pattern: what needs no
// percent-encoding has none, and all else has it, but for what stands in keep
// and other ASCII that paths are made of.
func normal(s, keep string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		ch := s[i]
		if ch == '%' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				i += 2
				if unreserved(byte(n)) {
					b.WriteByte(byte(n))
				} else {
					b.Write([]byte{'%', digits[n>>4], digits[n&15]})
				}
				continue
			}
		}
		if ch <= ' ' || ch >= 0x7f || ch == '%' || (ch == '*' || ch == '$') && !strings.Contains(keep, string(ch)) {
			b.Write([]byte{'%', digits[ch>>4], digits[ch&15]})
			continue
		}
		b.WriteByte(ch)
	}
	return b.String()
}

func unreserved(ch byte) bool {
	return ch >= 'a' && ch <= 'z' || ch >= 'A' && ch <= 'Z' || ch >= '0' && ch <= '9' || strings.IndexByte("-._~", ch) >= 0
}
