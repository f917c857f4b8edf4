package fetchtest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
)

func TestNodeinfo(t *testing.T) {
	for _, version := range fetchtest.Versions {
		s := start(t, fetchtest.NewWorld(1).Instance(home, version))
		var known struct{ Links []struct{ Rel, Href string } }
		if err := json.Unmarshal([]byte(s.ok("/.well-known/nodeinfo").raw), &known); err != nil {
			t.Fatal(err)
		}
		good := known.Links[len(known.Links)-1].Href
		path, ok := strings.CutPrefix(good, "https://"+home)
		if !ok || len(known.Links) < 3 {
			t.Fatalf("links of %s: %+v", version, known.Links)
		}
		var info struct {
			Software struct{ Name, Version string }
		}
		if err := json.Unmarshal([]byte(s.ok("%s", path).raw), &info); err != nil {
			t.Fatal(err)
		}
		name, number := "lemmy", version
		if n, ok := strings.CutPrefix(version, "piefed-"); ok {
			name, number = "piefed", n
		}
		if info.Software.Name != name || info.Software.Version != number {
			t.Errorf("nodeinfo of %s = %+v", version, info.Software)
		}
	}
}

func TestRobots(t *testing.T) {
	for version, closed := range map[string]bool{"0.19.20": false, v4: true, piefed: false} {
		in := fetchtest.NewWorld(1).Instance(home, version)
		got := start(t, in).ok("/robots.txt").raw
		if strings.Contains(got, "Disallow: /api") != closed || strings.Contains(got, "Crawl-delay") {
			t.Errorf("robots.txt of %s:\n%s", version, got)
		}
	}
	if !strings.Contains(fetchtest.StockRobots("0.19.20"), "  Crawl-delay: 60") {
		t.Error("the stock robots.txt has no Crawl-delay")
	}
	in := fetchtest.NewWorld(1).Instance(home, "0.19.20")
	in.Robots = ""
	if got := start(t, in).get("/robots.txt").status; got != http.StatusNotFound {
		t.Errorf("no robots.txt: status %d", got)
	}
}

func TestPrivate(t *testing.T) {
	for _, version := range []string{"0.19.20", v4} {
		in := fetchtest.NewWorld(1).Instance(home, version)
		in.Private = true
		s := start(t, in)
		api := map[bool]string{true: "v4", false: "v3"}[version == v4]
		if got := s.get("/api/%s/post/list", api); got.status != 400 || got.Error != "instance_is_private" {
			t.Errorf("post/list of a private %s = %d %s", version, got.status, got.raw)
		}
		s.ok("/api/%s/site", api)
	}
}

// ticking is a clock that tests move.
type ticking struct{ now time.Time }

func (c *ticking) time() time.Time { return c.now }

func TestRateLimits(t *testing.T) {
	for _, tt := range []struct {
		version, path string
		status        int
		error         string
		after         string // Retry-After
	}{
		{"0.19.20", "/api/v3/post/list", 400, "rate_limit_error", ""},
		{v4, "/api/v4/post/list", 429, "too_many_requests", "60"},
		{piefed, "/api/alpha/site", 429, "", ""},
	} {
		clock := &ticking{time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)}
		in := fetchtest.NewWorld(1).Instance(home, tt.version)
		in.Enforce, in.Clock = true, clock.time
		in.Limits.Message = fetchtest.Rate{Requests: 3, Per: time.Minute}
		s := start(t, in)
		for range 3 {
			s.ok("%s", tt.path)
		}
		got := s.get("%s", tt.path)
		if got.status != tt.status || got.Error != tt.error || got.header.Get("Retry-After") != tt.after {
			t.Errorf("%s: the fourth request = %d %s, Retry-After %q", tt.version, got.status, got.raw, got.header.Get("Retry-After"))
		}
		if (got.header.Get("X-Ratelimit-Limit") == "3") != (tt.version == v4) {
			t.Errorf("%s: headers %v", tt.version, got.header)
		}
		clock.now = clock.now.Add(time.Minute)
		s.ok("%s", tt.path)
	}
}

// 0.19 fills the bucket evenly, 1.0 at once at the end of the window.
func TestRateLimitsRefill(t *testing.T) {
	for version, want := range map[string]int{"0.19.20": 200, v4: 429} {
		clock := &ticking{time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)}
		in := fetchtest.NewWorld(1).Instance(home, version)
		in.Enforce, in.Clock = true, clock.time
		in.Limits.Search = fetchtest.Rate{Requests: 2, Per: time.Minute}
		s := start(t, in)
		path := "/api/v3/search?q=x"
		if version == v4 {
			path = "/api/v4/search?search_term=x"
		}
		s.ok("%s", path)
		s.ok("%s", path)
		clock.now = clock.now.Add(31 * time.Second)
		if got := s.get("%s", path); got.status != want {
			t.Errorf("%s after half a window: %d, want %d", version, got.status, want)
		}
	}
}

func TestActivityPub(t *testing.T) {
	w := fetchtest.NewWorld(7)
	c := w.Community("music", home)
	p := w.Post(c, fetchtest.PostSpec{Author: w.Person("ann", home)})
	far := w.Post(c, fetchtest.PostSpec{Author: w.Person("bo", away)})
	gone := w.Comment(p, nil, "secret")
	w.Edit(func() { gone.Author, gone.Deleted = p.Author, true })
	in := w.Instance(home, "0.19.20")
	s := start(t, in)
	ask := func(path, accept string) (int, string, string) {
		r, err := http.NewRequest(http.MethodGet, s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Accept", accept)
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(b), resp.Header.Get("Location")
	}
	const accept = "application/activity+json"
	for _, tt := range []struct {
		path, accept string
		status       int
		body, to     string
	}{
		{fmt.Sprintf("/post/%d", in.ID(p)), accept, 200, `"type":"Page"`, ""},
		{fmt.Sprintf("/post/%d", in.ID(p)), accept + ", text/html", 200, "<!DOCTYPE html>", ""},
		{fmt.Sprintf("/comment/%d", in.CommentID(gone)), accept, 410, `"type":"Tombstone"`, ""},
		{fmt.Sprintf("/post/%d", in.ID(far)), accept, 302, "", w.URI(far)},
		{"/post/1", accept, 404, "", ""},
		{"/u/ann", accept, 200, `"type":"Person"`, ""},
	} {
		status, body, to := ask(tt.path, tt.accept)
		if status != tt.status || !strings.Contains(body, tt.body) || to != tt.to {
			t.Errorf("%s with %s = %d %q to %q", tt.path, tt.accept, status, body, to)
		}
	}
}
