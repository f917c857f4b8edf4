package fetch

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// shortest and farthest bound what a server's word is taken for.
const (
	shortest = time.Second
	farthest = 24 * time.Hour
)

// word is how long a server wants to be left alone, clamped to a second at
// least and a day at most; ok is false where it does not say, or nothing that
// can be read. failed: there was no answer, so that Retry-After counts. limited:
// because there were too many requests, so that a reset counts even where
// requests are said to remain.
func word(h http.Header, now time.Time, limited, failed bool) (wait time.Duration, ok bool) {
	if wait, ok = delay(h.Get("Retry-After"), h, now); ok && failed {
		return wait, true
	}
	for _, prefix := range []string{"X-Ratelimit-", "Ratelimit-", "X-Rate-Limit-"} {
		if limited || spent(h.Get(prefix+"Remaining")) {
			if wait, ok = delay(h.Get(prefix+"Reset"), h, now); ok {
				return wait, true
			}
		}
	}
	return structured(strings.Join(h.Values("Ratelimit"), ","), h, now, limited)
}

// spent reports whether no request remains.
func spent(remaining string) bool {
	n, err := strconv.ParseFloat(strings.TrimSpace(remaining), 64)
	return err == nil && n < 1
}

// structured reads the RateLimit field of the IETF's drafts: "default";r=0;t=30
// since the eighth, limit=100, remaining=0, reset=30 before. The longest wait
// of several policies counts.
func structured(field string, h http.Header, now time.Time, limited bool) (longest time.Duration, ok bool) {
	if len(field) > 4096 {
		return 0, false
	}
	if !strings.Contains(field, ";") {
		field = strings.ReplaceAll(field, ",", ";") // one policy
	}
	for policy := range strings.SplitSeq(field, ",") {
		exhausted, reset := limited, ""
		for part := range strings.SplitSeq(policy, ";") {
			key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
			switch strings.ToLower(key) {
			case "r", "remaining":
				exhausted = exhausted || spent(value)
			case "t", "reset":
				reset = value
			}
		}
		if wait, readable := delay(reset, h, now); readable && exhausted {
			longest, ok = max(longest, wait), true
		}
	}
	return longest, ok
}

// delay reads a number of seconds, a Unix time in seconds or milliseconds, an
// ISO 8601 date or an HTTP date.
func delay(s string, h http.Header, now time.Time) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if n, err := strconv.ParseFloat(s, 64); err == nil {
		switch {
		case math.IsNaN(n) || math.IsInf(n, 0):
			return 0, false
		case n >= 1e12:
			return clamp(n/1e3 - seconds(here(h, now))), true
		case n >= 1e9:
			return clamp(n - seconds(here(h, now))), true
		}
		return clamp(n), true
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t, err = http.ParseTime(s)
	}
	if err != nil {
		return 0, false
	}
	return clamp(seconds(t) - seconds(here(h, now))), true
}

// here is the present by the server's clock, by which it names times.
func here(h http.Header, now time.Time) time.Time {
	if t, err := http.ParseTime(h.Get("Date")); err == nil {
		return t
	}
	return now
}

func seconds(t time.Time) float64 { return float64(t.Unix()) + float64(t.Nanosecond())/1e9 }

func clamp(seconds float64) time.Duration {
	return time.Duration(min(max(seconds, shortest.Seconds()), farthest.Seconds()) * float64(time.Second))
}
