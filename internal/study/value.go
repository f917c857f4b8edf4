package study

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/pelletier/go-toml/v2"
)

// The bounds of a plausible date: before the first is no fediverse, and a year
// beyond the last is a slip of the finger.
var (
	earliest = time.Date(2007, 1, 1, 0, 0, 0, 0, time.UTC)
	latest   = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
)

// Longest texts, in characters: of a line and of a paragraph.
const (
	maxLine      = 300
	maxParagraph = 5_000
)

// line reads a text of one line, "" where the key is missing.
func (c *checker) line(it item, key string, v any) string {
	return c.text(it, key, v, maxLine, false)
}

// paragraph reads a text that may have several lines.
func (c *checker) paragraph(it item, key string, v any) string {
	return c.text(it, key, v, maxParagraph, true)
}

func (c *checker) text(it item, key string, v any, most int, lines bool) string {
	if v == nil {
		return ""
	}
	s, ok := v.(string)
	if !ok {
		c.fail(it, key, "want a text in quotes, found %s", kindOf(v))
		return ""
	}
	if s = strings.TrimSpace(s); s == "" {
		c.fail(it, key, "is empty: write something, or leave the key out")
	}
	if problem := badText(s, most, lines); problem != "" {
		c.fail(it, key, "%s", problem)
		return ""
	}
	return s
}

// badText says why a text is not fit for a header line, a report or a log.
func badText(s string, most int, lines bool) string {
	if n := utf8.RuneCountInString(s); n > most {
		return fmt.Sprintf("has %d characters: at most %d", n, most)
	}
	for _, r := range s {
		if r == '\n' && !lines {
			return "has a line break: write it in one line"
		}
		if unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' {
			return fmt.Sprintf("has the control character %U: remove it", r)
		}
	}
	return ""
}

// required is said of keys that must be there.
func (c *checker) required(it item, key string, v any, why string) {
	if v == nil {
		c.fail(it, key, "is missing: %s", why)
	}
}

// list reads a list of one-line texts; nil where the key is missing or the
// list is empty. Elements that are no texts come back as "", so that the rest
// keep their places.
func (c *checker) list(it item, key string, v any) []string {
	if v == nil {
		return nil
	}
	elements, ok := v.([]any)
	if !ok {
		c.fail(it, key, "want a list such as [\"one\", \"two\"], found %s", kindOf(v))
		return nil
	}
	var texts []string
	for i, e := range elements {
		s, ok := e.(string)
		s = strings.TrimSpace(s)
		if problem := badText(s, maxLine, false); !ok {
			c.failElement(it, key, i, "want texts in quotes, found %s", kindOf(e))
		} else if s == "" {
			c.failElement(it, key, i, "has an empty text: remove it")
		} else if problem != "" {
			c.failElement(it, key, i, "%s", problem)
			s = ""
		}
		texts = append(texts, s)
	}
	return texts
}

// choice reads one of several words, fallback where the key is missing.
func choice[T ~string](c *checker, it item, key string, v any, fallback T, words ...T) T {
	s := T(c.line(it, key, v))
	if s == "" {
		return fallback
	}
	names := make([]string, len(words))
	for i, w := range words {
		if s == w {
			return s
		}
		names[i] = string(w)
	}
	if len(names) == 1 {
		c.fail(it, key, "%q is not known: the only value is %s", short(string(s)), names[0])
	} else {
		c.fail(it, key, "%q is not one of %s", short(string(s)), strings.Join(names, ", "))
	}
	return fallback
}

// number reads a whole number from low to high, fallback where the key is
// missing.
func (c *checker) number(it item, key string, v any, fallback, low, high int) int {
	if v == nil {
		return fallback
	}
	n, ok := v.(int64)
	if !ok {
		c.fail(it, key, "want a whole number, found %s", kindOf(v))
		return fallback
	}
	if n < int64(low) || n > int64(high) {
		c.fail(it, key, "%d is not from %d to %d", n, low, high)
		return fallback
	}
	return int(n)
}

// date reads a day or a point in time, as UTC; day reports which. A time of
// day without a zone is UTC. The zero time comes back where the key is missing
// or wrong.
func (c *checker) date(it item, key string, v any) (t time.Time, day bool) {
	switch v := v.(type) {
	case nil:
		return time.Time{}, false
	case toml.LocalDate:
		t, day = v.AsTime(time.UTC), true
	case toml.LocalDateTime:
		t = v.AsTime(time.UTC)
	case time.Time:
		t = v.UTC()
	case string:
		c.fail(it, key, "want a date, found a text: write it without quotes, as in %s = 2024-09-18", key)
		return time.Time{}, false
	default:
		c.fail(it, key, "want a date such as 2024-09-18, found %s", kindOf(v))
		return time.Time{}, false
	}
	if t.Before(earliest) || !t.Before(latest) {
		c.fail(it, key, "%s is not plausible: want a year from %d to %d", t.Format(time.DateOnly), earliest.Year(), latest.Year()-1)
		return time.Time{}, false
	}
	return t, day
}

// kindOf names the type of a TOML value for people.
func kindOf(v any) string {
	switch v.(type) {
	case string:
		return "a text"
	case int64:
		return "a whole number"
	case float64:
		return "a number with a fraction"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	case toml.LocalTime:
		return "a time of day"
	default:
		return "a date"
	}
}
