package microblogtest

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// get asks an instance without a network.
func get(in *Instance, path, token string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	in.ServeHTTP(w, r)
	return w
}

// TestStrangersSeeNoCanary: what is for followers is in no answer to a stranger,
// and, on Mastodon, in a context for members.
func TestStrangersSeeNoCanary(t *testing.T) {
	for _, name := range Modes {
		w := NewWorld(1)
		root := w.Thread("tooters.example", 60, 8)
		in := w.Instance("tooters.example", name)
		in.Token = "t"
		paths := []string{"/api/v1/timelines/tag/noai", "/api/v1/timelines/public", "/api/v2/search?q=canary", "/api/v1/instance", "/api/v2/instance"}
		for _, s := range w.statuses {
			id := in.ID(s)
			paths = append(paths, "/api/v1/statuses/"+id, "/api/v1/statuses/"+id+"/context", "/api/v1/statuses?id[]="+id+"&ids[]="+id, "/api/v1/accounts/"+in.accountID(s.Account)+"/statuses")
		}
		for _, path := range paths {
			if body := get(in, path, "").Body.String(); strings.Contains(body, "canary") {
				t.Errorf("%s: %s shows it to strangers", name, path)
			}
		}
		if body := get(in, "/api/v1/statuses/"+in.ID(root)+"/context", "t").Body.String(); !strings.Contains(body, "canary") && name != "pixelfed" && name != "friendica" {
			t.Errorf("%s: members do not see it", name)
		}
	}
}

// TestCaps: a context for strangers is cut as Mastodon cuts it, what they do not
// see included in the cut.
func TestCaps(t *testing.T) {
	w := NewWorld(2)
	root := w.Thread("tooters.example", 300, 40)
	in := w.Instance("tooters.example", "mastodon-4.5")
	in.Token = "t"
	below := func(token string) int {
		var c struct{ Descendants []any }
		if err := json.Unmarshal(get(in, "/api/v1/statuses/"+in.ID(root)+"/context", token).Body.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		return len(c.Descendants)
	}
	if got := below(""); got > 60 || got < 50 {
		t.Errorf("strangers see %d descendants", got)
	}
	if got := below("t"); got != 300 {
		t.Errorf("members see %d descendants, want 300", got)
	}
}

// TestWalk: following the Link headers shows every status with a tag once.
func TestWalk(t *testing.T) {
	for _, name := range Modes {
		w := NewWorld(3)
		ada := w.Account("ada", "tooters.example")
		for range 95 {
			w.Post(Status{Account: ada, HTML: "x", Tags: []string{"noai"}})
		}
		in := w.Instance("tooters.example", name)
		in.Token = "t"
		seen := map[string]bool{}
		for from := ""; ; {
			var list []struct{ ID string }
			a := get(in, "/api/v1/timelines/tag/noai?limit=40"+from, "t")
			if err := json.Unmarshal(a.Body.Bytes(), &list); err != nil {
				t.Fatal(err)
			}
			if len(list) == 0 {
				break
			}
			for _, s := range list {
				if seen[s.ID] {
					t.Fatalf("%s: %s twice", name, s.ID)
				}
				seen[s.ID] = true
			}
			from = "&max_id=" + list[len(list)-1].ID
			if link := a.Header().Get("Link"); (link != "") != in.mode.link || in.mode.link && !strings.Contains(link, strings.TrimPrefix(from, "&")) {
				t.Errorf("%s: Link %q", name, link)
			}
		}
		if len(seen) != 95 {
			t.Errorf("%s: %d statuses, want 95", name, len(seen))
		}
	}
}

// TestLimit: beyond the limit there is 429 with an ISO date and no Retry-After,
// and paging has a limit of its own.
func TestLimit(t *testing.T) {
	w := NewWorld(4)
	in := w.Instance("tooters.example", "mastodon-4.5")
	in.Enforce, in.Limit, in.Paging = true, Rate{5, time.Minute}, Rate{2, time.Minute}
	in.Clock = func() time.Time { return w.Now }
	for i, want := range []int{200, 200, 429} {
		if a := get(in, "/api/v1/timelines/public?max_id=5", ""); a.Code != want {
			t.Errorf("page %d: %d", i, a.Code)
		}
	}
	a := get(in, "/api/v2/instance", "")
	for range 3 {
		a = get(in, "/api/v2/instance", "")
	}
	if _, err := time.Parse(time.RFC3339, a.Header().Get("X-Ratelimit-Reset")); a.Code != 429 || err != nil || a.Header().Get("Retry-After") != "" {
		t.Errorf("%d %v", a.Code, a.Header())
	}
}
