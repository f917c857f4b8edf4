package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestRules(t *testing.T) {
	const us, all = "User-agent: fedipulse\n", "User-agent: *\n"
	for _, r := range []struct {
		robots string
		path   string
		want   bool
	}{
		{"", "/", true},
		{all + "Disallow: /", "/", false},
		{all + "Disallow:", "/x", true},
		{all + "Allow: /", "/x", true},
		{"Disallow: /", "/x", true}, // belongs to no group
		{"User-agent: other\nDisallow: /", "/x", true},
		{"user-AGENT : FediPulse/9 (x)\nDISALLOW : /", "/x", false}, // case, blanks, a version
		{"User-agent: fedi\nDisallow: /", "/x", true},               // no prefix of us
		{"User-agent: fedipulsebot\nDisallow: /", "/x", true},
		{all + "Disallow: /\n" + us + "Allow: /api", "/x", true}, // a group of ours is all that counts
		{us + "\n" + all + "Disallow: /", "/x", false},           // one group, RFC 9309 2.2.1
		{us + "Allow: /\n" + all + "Disallow: /", "/x", true},
		{us + "Disallow: /a\nUser-agent: b\nDisallow: /b\n" + us + "Disallow: /c", "/c", false}, // merged
		{us + "Disallow: /a\nUser-agent: b\nDisallow: /b\n" + us + "Disallow: /c", "/a", false},
		{us + "Disallow: /a\nUser-agent: b\nDisallow: /b\n" + us + "Disallow: /c", "/b", true},
		{"User-agent: b\n" + us + "Disallow: /a", "/a", false},
		{us + "Sitemap: https://x.example/s\nUser-agent: b\nDisallow: /a", "/a", false}, // other lines do not part a group
		{all + "Disallow: /a\nAllow: /a/b", "/a/b/c", true},                             // the longest
		{all + "Allow: /a/b\nDisallow: /a", "/a/c", false},
		{all + "Disallow: /page\nAllow: /page", "/page", true}, // as long: the one that allows
		{all + "Allow: /page\nDisallow: /*.htm", "/page.htm", false},
		{all + "Disallow: /*.gif$", "/a/b.gif", false},
		{all + "Disallow: /*.gif$", "/a/b.gif?x", true},
		{all + "Disallow: /a$", "/a", false},
		{all + "Disallow: /a$", "/ab", true},
		{all + "Disallow: /a*b*c", "/axxbxxc/d", false},
		{all + "Disallow: /a*b*c", "/axxcxxb", true},
		{all + "Disallow: /a*a$", "/a", true}, // the two do not share a letter
		{all + "Disallow: *", "/x", false},
		{all + "Disallow: /a$b", "/a$b", false}, // no end but at the end
		{all + "Disallow: /a%2Ab", "/a*b", false},
		{all + "Disallow: /a%2Ab", "/axb", true},
		{all + "Disallow: /ツ", "/%E3%83%84", false},
		{all + "Disallow: /%e3%83%84", "/ツ", false},
		{all + "Disallow: /%62%61", "/ba", false},
		{all + "Disallow: /100%", "/100%", false},
		{all + "Disallow: /a%2Fb", "/a/b", true}, // a slash in a name is none
		{all + "Disallow: /api", "/API", true},   // paths have case
		{all + "Disallow: /api", "/apiary", false},
		{all + "Disallow: /x?q=", "/x?q=1", false},
		{all + "Disallow: api", "/api/v3", false}, // as it was meant
		{"\ufeff" + all + "Disallow: /", "/x", false},
		{"User-agent: *\r\nDisallow: /a\rDisallow: /b", "/b", false},
		{all + "Disallow: /a # /b\n#Disallow: /c", "/c", true},
		{all + "Disallow: /a#b", "/a", false},
		{"\n  User-Agent: *\n  Disallow: /search/\n  Disallow: /api\n  Crawl-delay: 60\n", "/api/v4/site", false}, // lemmy-ui
		{"<html>User-agent: *", "/x", true},
	} {
		if got, rule := parseRules([]byte(r.robots)).ruling(r.path); got != r.want {
			t.Errorf("%q: %s allowed = %v by %q, want %v", r.robots, r.path, got, rule, r.want)
		}
	}
}

func TestRobots(t *testing.T) {
	for _, r := range []struct {
		robots    string
		permitted bool
		want      string
	}{
		{"User-agent: *\nDisallow: /api", false, "larch.example/api: refused: robots.txt forbids it to everybody (Disallow: /api)"},
		{"User-agent: *\nDisallow: /api", true, ""},
		{"User-agent: Fedipulse\nDisallow: /api", true, "larch.example/api: refused: robots.txt forbids it to fedipulse (Disallow: /api)"},
		{"User-agent: *\nDisallow: /to", false, "larch.example/to: refused: robots.txt forbids it to everybody (Disallow: /to)"}, // where a redirect leads
		{"", false, ""},
	} {
		in := serve(t, r.robots, func(w http.ResponseWriter, q *http.Request) {
			if strings.Contains(r.robots, "/to") {
				http.Redirect(w, q, "/to", http.StatusFound)
				return
			}
			reply200(w, q)
		})
		c, _ := client(t, in.address(), Options{Permitted: func(host string) bool { return r.permitted && host == larch }})
		_, err := c.Get(t.Context(), Request{URL: "https://larch.example/api?x"})
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != r.want {
			t.Errorf("%q: Get = %s, want %s", r.robots, got, r.want)
		}
		if strings.Contains(strings.Join(in.asked(), " "), "/to") || r.want != "" && !strings.Contains(r.want, "/to") && len(in.asked()) > 0 {
			t.Errorf("%q: %v were asked", r.robots, in.asked())
		}
		if _, err := c.Get(t.Context(), Request{URL: "https://larch.example/robots.txt", Accept: Text}); r.robots != "" && err != nil {
			t.Errorf("%q: the file itself: %v", r.robots, err)
		}
	}
}

// What stands for a robots.txt that cannot simply be read.
func TestRobotsTrouble(t *testing.T) {
	hops := 0
	for _, r := range []struct {
		name     string
		answer   http.HandlerFunc
		want     string // error
		requests int
	}{
		{"403", status(403), "", 1},
		{"204", status(204), "", 1},
		{"front end", page(200, "<html>User-agent: *\nDisallow: /"), "", 1},
		{"500", status(500), "larch.example/robots.txt: 500 five times: deferred", 5},
		{"501", status(501), "larch.example/robots.txt: 501: deferred", 1},
		{"429", status(429, "Retry-After", "99999"), "larch.example/robots.txt: 429: asks for 24h0m0s of rest: deferred", 1},
		{"wall", page(403, "", "Cf-Mitigated", "challenge"), "larch.example/robots.txt: blocked by a bot wall: Cloudflare", 1},
		{"elsewhere", status(301, "Location", "https://www.larch.example/robots.txt"), "larch.example/robots.txt: refused: redirect to another host: www.larch.example", 1},
		{"loop", status(301, "Location", "/robots.txt"), "larch.example/robots.txt: refused: too many redirects", 6},
		{"five redirects", func(w http.ResponseWriter, q *http.Request) {
			if hops++; hops <= 5 {
				http.Redirect(w, q, fmt.Sprintf("/robots.txt?%d", hops), http.StatusFound)
				return
			}
			fmt.Fprint(w, "User-agent: *\nDisallow: /x")
		}, "larch.example/x: refused: robots.txt forbids it to everybody (Disallow: /x)", 6},
		{"600 KB", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, "User-agent: *\n"+strings.Repeat("#\n", 300_000)+"Disallow: /")
		}, "", 1},
	} {
		n := 0
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
			if q.URL.Path == "/robots.txt" {
				n++
				r.answer(w, q)
				return
			}
			reply200(w, q)
		}))
		c, _ := client(t, s.Listener.Addr().String(), Options{})
		for range 2 {
			_, err := c.Get(t.Context(), Request{URL: "https://larch.example/x"})
			if got := fmt.Sprint(err); err != nil && got != r.want || err == nil && r.want != "" {
				t.Errorf("%s: Get = %v, want %s", r.name, err, r.want)
			}
		}
		if n != r.requests {
			t.Errorf("%s: asked %d times, want %d", r.name, n, r.requests)
		}
		s.Close()
	}
}

func TestRuling(t *testing.T) {
	const text = "User-agent: *\nDisallow: /api\nCrawl-delay: 500\n"
	in := serve(t, text, reply200)
	c, k := client(t, in.address(), Options{Permitted: func(string) bool { return true }})
	r, err := c.Robots(t.Context(), larch, "/api/v3/site")
	want := Ruling{
		Status: 200, Rule: "Disallow: /api", CrawlDelay: 500 * time.Second, Text: text,
		SHA256: "",
	}
	if len(r.SHA256) != 64 {
		t.Errorf("SHA256 = %q", r.SHA256)
	}
	if r.SHA256 = ""; err != nil || r != want {
		t.Errorf("Robots = %+v, %v; want %+v", r, err, want)
	}
	if r, err := c.Robots(t.Context(), larch, "other"); err != nil || !r.Allowed || r.Rule != "" {
		t.Errorf("Robots = %+v, %v", r, err)
	}
	if _, err := c.Get(t.Context(), Request{URL: "https://larch.example/api"}); err != nil {
		t.Error(err)
	}
	if fmt.Sprint(k.waits) != "[1m0s]" || c.Rate(larch, "") != time.Minute {
		t.Errorf("waits = %v, want the crawl delay up to a minute", k.waits)
	}
	var refused *Refused
	if _, err := c.Robots(t.Context(), "127.0.0.1", "/"); !errors.As(err, &refused) {
		t.Errorf("Robots of an address = %v", err)
	}
}

func FuzzRobots(f *testing.F) {
	f.Add([]byte("User-agent: *\nDisallow: /a*b$\nAllow: /%41\nCrawl-delay: 1"), "/a%2fb")
	f.Add([]byte("User-agent: fedipulse\n  Disallow: *$\r#"), "/*$")
	f.Add([]byte("User-Agent:fedipulse\nDisallow:/%"), "%%%66666")
	f.Fuzz(func(t *testing.T, text []byte, path string) {
		r := parseRules(text)
		allowed, rule := r.ruling(path)
		if rule == "" && !allowed {
			t.Errorf("%q: %q is forbidden by no rule", text, path)
		}
		if n := normal(path, ""); normal(n, "") != n {
			t.Errorf("normal(%q) = %q is not stable", path, n)
		}
		if again, _ := parseRules(append(text, "\nUser-agent: fedipulse\nDisallow: /\n"...)).ruling("/"); again && r.named && !strings.Contains(string(text), "llow") {
			t.Errorf("%q: a last group of ours does not count", text)
		}
		if r.delay < 0 || r.delay > farthest {
			t.Errorf("%q: delay %v", text, r.delay)
		}
	})
}
