package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"
)

var noon = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

func TestWord(t *testing.T) {
	const none = -1
	for _, w := range []struct {
		name, value string
		want        time.Duration // after a 429
	}{
		{"Retry-After", "30", 30 * time.Second},
		{"Retry-After", " 1.5 ", 1500 * time.Millisecond},
		{"Retry-After", "0", time.Second},
		{"Retry-After", "-5", time.Second},
		{"Retry-After", "Sat, 01 Aug 2026 12:01:00 GMT", time.Minute},
		{"Retry-After", "Sat, 01 Aug 2020 12:01:00 GMT", time.Second},
		{"Retry-After", "Sat, 01 Aug 2036 12:01:00 GMT", 24 * time.Hour},
		{"Retry-After", "soon", none},
		{"Retry-After", "NaN", none},
		{"Retry-After", "Inf", none},
		{"Retry-After", "", none},
		{"Retry-After", "1e300", 24 * time.Hour},
		{"X-RateLimit-Reset", "2026-08-01T12:02:03.456789Z", 123456789 * time.Microsecond},
		{"X-RateLimit-Reset", "2026-08-01T14:02:00+02:00", 2 * time.Minute},
		{"X-RateLimit-Reset", fmt.Sprint(noon.Unix() + 40), 40 * time.Second},
		{"X-RateLimit-Reset", fmt.Sprint(noon.UnixMilli() + 40500), 40500 * time.Millisecond},
		{"X-RateLimit-Reset", "40", 40 * time.Second},
		{"RateLimit-Reset", "40", 40 * time.Second},
		{"X-Rate-Limit-Reset", "40", 40 * time.Second},
		{"RateLimit", `"default";r=0;t=30`, 30 * time.Second},
		{"RateLimit", `"burst";r=9;t=1, "day";t=300;r=0`, 300 * time.Second},
		{"RateLimit", `limit=100, remaining=0, reset=50`, 50 * time.Second},
		{"RateLimit", `;;;=,`, none},
	} {
		h := http.Header{}
		h.Set(w.name, w.value)
		got, ok := word(h, noon, true, true)
		if w.want == none && ok || w.want != none && (!ok || got.Round(time.Millisecond/10) != w.want.Round(time.Millisecond/10)) {
			t.Errorf("word(%s: %s) = %v, %v; want %v", w.name, w.value, got, ok, w.want)
		}
	}
}

// Without a failure only a limit that is used up counts, and absolute times are
// by the server's clock.
func TestWordOfAnswer(t *testing.T) {
	for _, w := range []struct {
		headers []string
		want    time.Duration // 0: none
	}{
		{[]string{"Retry-After", "30"}, 0},
		{[]string{"X-RateLimit-Remaining", "5", "X-RateLimit-Reset", "30"}, 0},
		{[]string{"X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "30"}, 30 * time.Second},
		{[]string{"X-RateLimit-Remaining", "0"}, 0},
		{[]string{"RateLimit-Remaining", "0", "RateLimit-Reset", "30"}, 30 * time.Second},
		{[]string{"RateLimit", `"burst";r=9;t=100, "day";r=0;t=30`}, 30 * time.Second},
		{[]string{"RateLimit", `limit=100, remaining=5, reset=50`}, 0},
		{[]string{"X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "2026-08-01T15:00:30Z", "Date", "Sat, 01 Aug 2026 15:00:00 GMT"}, 30 * time.Second},
	} {
		h := http.Header{}
		for i := 0; i < len(w.headers); i += 2 {
			h.Set(w.headers[i], w.headers[i+1])
		}
		if got, ok := word(h, noon, false, false); got != w.want && ok || ok != (w.want > 0) {
			t.Errorf("word(%v) = %v, %v; want %v", w.headers, got, ok, w.want)
		}
	}
}

// Nine forms of 429: how long the next request waits, or that there is none.
func TestTooManyRequests(t *testing.T) {
	for _, w := range []struct {
		headers []string
		want    time.Duration // 0: deferred
	}{
		{[]string{"X-RateLimit-Reset", "2026-08-01T12:05:01Z", "Date", "Sat, 01 Aug 2026 12:00:01 GMT"}, 5 * time.Minute},
		{[]string{"X-RateLimit-Reset", fmt.Sprint(noon.Unix() + 101), "Date", "Sat, 01 Aug 2026 12:00:01 GMT"}, 100 * time.Second},
		{[]string{"X-RateLimit-Reset", "77"}, 77 * time.Second},
		{[]string{"Retry-After", "30"}, 30 * time.Second},
		{[]string{"Retry-After", "Sat, 01 Aug 2026 12:01:01 GMT", "Date", "Sat, 01 Aug 2026 12:00:01 GMT"}, time.Minute},
		{nil, 5 * time.Second},
		{[]string{"Retry-After", "later"}, 5 * time.Second},
		{[]string{"X-RateLimit-Reset", "2020-01-01T00:00:00Z"}, time.Second},
		{[]string{"X-RateLimit-Reset", "2036-08-01T12:00:00Z"}, 0},
		{[]string{"Retry-After", "901"}, 0},
	} {
		first := true
		in := serve(t, "", func(rw http.ResponseWriter, r *http.Request) {
			if first {
				first = false
				status(429, w.headers...)(rw, r)
				return
			}
			reply200(rw, r)
		})
		c, k := client(t, in.address(), Options{})
		_, err := c.Get(t.Context(), Request{URL: "https://larch.example/x"})
		if w.want == 0 {
			var d *Deferred
			if !errors.As(err, &d) || len(in.asked()) != 1 || d.Until.Sub(k.Now()) > 24*time.Hour {
				t.Errorf("%v: Get = %v, want it deferred, for a day at most", w.headers, err)
			}
			continue
		}
		if got := k.waits[len(k.waits)-1]; err != nil || got != w.want || len(in.asked()) != 2 {
			t.Errorf("%v: waited %v, %v; want %v", w.headers, got, err, w.want)
		}
	}
}

// A limit that an answer used up is heeded before the next request; search has
// its own.
func TestUsedUp(t *testing.T) {
	in := serve(t, "", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset", r.URL.Query().Get("reset"))
		reply200(w, r)
	})
	c, k := client(t, in.address(), Options{})
	for _, r := range []Request{
		{URL: "https://larch.example/x?reset=60", Bucket: "search"},
		{URL: "https://larch.example/x?reset=30"},
		{URL: "https://larch.example/x?reset=1", Bucket: "search"},
		{URL: "https://larch.example/x?reset=7200"},
	} {
		if _, err := c.Get(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if got := fmt.Sprint(k.waits); got != "[1s 1s 59s 1s]" {
		t.Errorf("waits = %s", got)
	}
	var d *Deferred
	if _, err := c.Get(t.Context(), Request{URL: "https://larch.example/x"}); !errors.As(err, &d) {
		t.Errorf("Get = %v, want it deferred: the reset is two hours off", err)
	}
}

func FuzzReset(f *testing.F) {
	for _, s := range []string{"30", "2026-08-01T12:02:03.456789Z", "Sat, 01 Aug 2026 12:01:00 GMT", "1785585600", `"a";r=0;t=30`, "limit=1, remaining=0, reset=1", "-1", "1e999"} {
		f.Add(s, s, s, s, true)
	}
	f.Fuzz(func(t *testing.T, after, reset, remaining, structured string, limited bool) {
		h := http.Header{"Retry-After": {after}, "X-Ratelimit-Reset": {reset}, "X-Ratelimit-Remaining": {remaining}, "Ratelimit": {structured}, "Date": {reset}}
		wait, ok := word(h, noon, limited, true)
		if ok && (wait < shortest || wait > farthest) || !ok && wait != 0 {
			t.Errorf("word(%q) = %v, %v", h, wait, ok)
		}
	})
}
