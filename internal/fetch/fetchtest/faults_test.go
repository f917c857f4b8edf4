package fetchtest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
)

// take asks once, as a client would that follows no redirects, reads 8 MiB and
// has so much patience.
func take(t *testing.T, url string, patience time.Duration) (string, error) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	// each asks over a connection of its own: a broken one is not asked again
	transport := &http.Transport{DisableKeepAlives: true}
	defer transport.CloseIdleConnections()
	resp, err := transport.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 8<<20))
	said := fmt.Sprint(resp.StatusCode, resp.Header["Content-Type"], resp.Header["Content-Encoding"], len(resp.Header["X-Long-7"]), string(b))
	return said, err
}

// patience ends early only where there is nothing to wait for.
func patience(f fetchtest.Fault) time.Duration {
	if strings.HasPrefix(f.Name, "slow") {
		return 100 * time.Millisecond
	}
	return time.Minute
}

func TestFaults(t *testing.T) {
	names := map[string]bool{}
	for _, version := range []string{"0.19.20", v4, piefed} {
		w := fetchtest.NewWorld(7)
		p := w.Thread(w.Community("music", home), 120, 9)
		in := w.Instance(home, version)
		s := httptest.NewServer(in)
		t.Cleanup(s.Close)
		path := map[string]string{"0.19.20": "/api/v3/comment/list?type_=All&sort=Old&limit=20&post_id=",
			v4: "/api/v4/comment/list?sort=old&post_id=", piefed: "/api/alpha/comment/list?limit=20&post_id="}[version]
		url := fmt.Sprint(s.URL, path, in.ID(p))
		good, err := take(t, url, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range fetchtest.Faults {
			t.Run(version+"/"+f.Name, func(t *testing.T) {
				names[f.Name] = true
				in.Forget()
				w.Edit(func() { in.Fault = f.On(in, func(n int, _ *http.Request) bool { return n == 1 }) })
				if got, err := take(t, url, patience(f)); err == nil && got == good {
					t.Error("the answer is the true one")
				}
				if got, err := take(t, url, time.Minute); err != nil || got != good {
					t.Errorf("after the fault: %v, %.200s", err, got)
				}
			})
		}
	}
	if len(names) != len(fetchtest.Faults) || len(names) < 34 {
		t.Errorf("%d names of %d faults", len(names), len(fetchtest.Faults))
	}
}

// A slow server must not be waited for when the client has gone.
func TestSlowFaultsEndWithTheClient(t *testing.T) {
	for _, f := range fetchtest.Faults {
		if !strings.HasPrefix(f.Name, "slow") {
			continue
		}
		in := fetchtest.NewWorld(1).Instance(home, "0.19.20")
		in.Fault = f.On(in, nil)
		s := httptest.NewServer(in)
		if _, err := take(t, s.URL+"/api/v3/site", patience(f)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v, want the deadline", f.Name, err)
		}
		s.Close() // waits for the handlers: the test hangs if one does not end
	}
}

func TestEndlessFaults(t *testing.T) {
	for _, f := range fetchtest.Faults {
		fresh, lied := f.Name == "pages that never end, always new", strings.HasPrefix(f.Name, "pages that never") || f.Name == "cursor that repeats"
		if !lied {
			continue
		}
		s, w, p := thread(t, v4, 30, 5)
		w.Edit(func() { s.in.Fault = f.On(s.in, nil) })
		seen, cursor := map[int64]bool{}, ""
		for range 12 {
			got := s.ok("/api/v4/comment/list?post_id=%d&sort=old&limit=20%s", s.in.ID(p), cursor)
			if len(got.Items) != 20 || got.Next == nil {
				t.Fatalf("%s: %d items, next %v", f.Name, len(got.Items), got.Next)
			}
			for _, v := range got.Items {
				seen[v.id()] = true
			}
			cursor = "&page_cursor=" + *got.Next
		}
		if want := map[bool]int{true: 240, false: 20}[fresh]; len(seen) != want {
			t.Errorf("%s: %d rows in 12 pages, want %d", f.Name, len(seen), want)
		}
	}
}
