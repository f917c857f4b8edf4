package lemmy

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fedipulse/fedipulse/internal/fetch"
	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
)

// recorder keeps the answers of an instance, so that a benchmark does not
// measure how they are made.
type recorder struct {
	next    http.Handler
	mu      sync.Mutex
	answers map[string]*httptest.ResponseRecorder
}

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	a := r.answers[req.RequestURI]
	if a == nil {
		a = httptest.NewRecorder()
		r.next.ServeHTTP(a, req)
		r.answers[req.RequestURI] = a
	}
	w.Header()["Content-Type"] = a.Header()["Content-Type"]
	w.WriteHeader(a.Code)
	_, _ = w.Write(a.Body.Bytes())
}

// BenchmarkThread reads a thread of 5,000 comments, 50 deep, over HTTP on
// loopback, whose server takes part in the time; and, as the lower bound, only
// unmarshals the same bytes, into maps and into a struct of their members.
func BenchmarkThread(b *testing.B) {
	for _, version := range []string{"0.19.20", "1.0.0-beta.1", "piefed-1.2.0"} {
		w := fetchtest.NewWorld(7)
		post := w.Thread(w.Community("technology", "larch.example"), 5000, 50)
		in := w.Instance("larch.example", version)
		in.Robots = ""
		rec := &recorder{next: in, answers: map[string]*httptest.ResponseRecorder{}}
		server := httptest.NewServer(rec)
		defer server.Close()
		door, err := fetch.New(fetch.Options{
			Contact: "tests@fedipulse.example", Loopback: map[string]string{in.Host: strings.TrimPrefix(server.URL, "http://")}, LoopbackGap: time.Nanosecond,
		})
		if err != nil {
			b.Fatal(err)
		}
		defer door.Close()
		in.Limits = fetchtest.Limits{}
		c, err := Dial(b.Context(), door, in.Host)
		if err != nil {
			b.Fatal(err)
		}
		comments := 5000.0
		read := func() {
			page, err := c.Thread(b.Context(), in.ID(post))
			if err != nil || page.Coverage.Reason != "" {
				b.Fatal(err, page.Coverage)
			}
		}
		read()
		var bodies [][]byte
		size := 0
		for uri, a := range rec.answers {
			if strings.Contains(uri, "/comment/") {
				bodies = append(bodies, a.Body.Bytes())
				size += a.Body.Len()
			}
		}
		per := func(b *testing.B) {
			b.ReportMetric(float64(b.Elapsed().Microseconds())/1e3/float64(b.N)/comments*1e3, "ms/1000comments")
			b.SetBytes(int64(size))
		}
		b.Run(version+"/client", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				read()
			}
			per(b)
		})
		b.Run(version+"/unmarshal-any", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, body := range bodies {
					var v any
					if err := json.Unmarshal(body, &v); err != nil {
						b.Fatal(err)
					}
				}
			}
			per(b)
		})
		b.Run(version+"/unmarshal-views", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, body := range bodies {
					var v struct{ Comments, Items []view }
					if err := json.Unmarshal(body, &v); err != nil {
						b.Fatal(err)
					}
				}
			}
			per(b)
		})
	}
}
