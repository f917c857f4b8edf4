package fetchtest

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// Fault is one way in which the answer to a request goes wrong. Serve answers;
// next is what would have answered well.
type Fault struct {
	Name string
	// Transient faults pass: a client that asks again later gets the truth, and
	// one that gives up has lost something.
	Transient bool
	Serve     func(next http.Handler, w http.ResponseWriter, r *http.Request)
}

// On makes f an Instance's Fault, for the requests that hit picks; a nil hit
// picks all.
func (f Fault) On(in *Instance, hit func(n int, r *http.Request) bool) func(int, http.ResponseWriter, *http.Request) bool {
	return func(n int, w http.ResponseWriter, r *http.Request) bool {
		if hit != nil && !hit(n, r) {
			return false
		}
		f.Serve(in.Truth(), w, r)
		return true
	}
}

// Faults are what a client of a JSON API can meet at any request.
var Faults = []Fault{
	// the connection
	{"reset before headers", true, resetAtOnce},
	{"reset mid body", true, resetMidBody},
	{"closed before Content-Length", true, closeMidBody},
	{"chunks that are none", true, raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{\"comments\":")},
	{"not HTTP", true, raw("\x16\x03\x01\x00 SSH-2.0-nothing\r\n\r\n")},
	{"slow headers", true, slowHeaders},
	{"slow body", true, slowBody},
	{"headers of 2 MiB", false, hugeHeaders},

	// the encoding
	{"gzip that is none", true, encoded("gzip", func(b []byte) []byte { return b })},
	{"gzip cut off", true, encoded("gzip", func(b []byte) []byte { return zip(b)[:len(zip(b))/2] })},
	{"gzip bomb of 1 GiB", false, encoded("gzip", func([]byte) []byte { return bomb() })},
	{"encoding nobody asked for", false, encoded("br", func(b []byte) []byte { return b })},
	{"body of 64 MiB", false, hugeBody},

	// something else in place of JSON
	{"HTML with 200", false, status(http.StatusOK, "text/html", "<!DOCTYPE html><title>Welcome</title>")},
	{"HTML called JSON", false, status(http.StatusOK, "application/json", "<!DOCTYPE html><title>Welcome</title>")},
	{"JSON called HTML", false, called("text/html; charset=utf-8")},
	{"Cloudflare challenge", false, status(http.StatusForbidden, "text/html", "<!DOCTYPE html><title>Just a moment...</title>", "Cf-Mitigated", "challenge")},
	{"Anubis challenge", false, status(http.StatusOK, "text/html", `<!DOCTYPE html><script src="/.within.website/x/cmd/anubis/static/js/main.mjs"></script>`,
		"Set-Cookie", "techaro.lol-anubis-auth=; Path=/")},
	{"empty body", true, status(http.StatusOK, "application/json", "")},
	{"204", true, status(http.StatusNoContent, "application/json", "")},

	// JSON that is not what it should be
	{"null", false, status(http.StatusOK, "application/json", "null")},
	{"array in place of object", false, bytewise(func(b []byte) []byte { return []byte("[" + string(b) + "]") })},
	{"string in place of object", false, status(http.StatusOK, "application/json", `"ok"`)},
	{"object without members", false, status(http.StatusOK, "application/json", "{}")},
	{"error with 200", false, status(http.StatusOK, "application/json", `{"error":"unknown"}`)},
	{"lists that are null", false, rewritten(nullLists)},
	{"rows that are null", false, rewritten(nullRows)},
	{"wrong types", false, rewritten(wrongTypes)},
	{"times that are none", false, rewritten(wrongTimes)},
	{"nested 100,000 deep", false, status(http.StatusOK, "application/json", strings.Repeat(`{"a":[`, 50_000)+strings.Repeat("]}", 50_000))},
	{"nested deep in a member", false, bytewise(func(b []byte) []byte {
		return within(b, `"extra":`+strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000))
	})},
	{"cut off JSON", true, bytewise(func(b []byte) []byte { return b[:len(b)*2/3] })},
	{"more after the JSON", false, bytewise(func(b []byte) []byte { return append(b, b...) })},
	{"byte order mark", false, bytewise(func(b []byte) []byte { return append([]byte("\xef\xbb\xbf"), b...) })},
	{"invalid UTF-8", false, bytewise(inText("\xff\xfe\xc3("))},
	{"NUL in strings", false, bytewise(inText(`\u0000\u0001\u001b[31m`))},
	{"half of a surrogate pair", false, bytewise(inText(`\ud800`))},
	{"a string of 9 MiB", false, bytewise(inText(strings.Repeat("long ", 9<<20/5)))},
	{"members twice", false, bytewise(twice)},

	// rows that lie
	{"ids of 1e20", false, ids("1e20")},
	{"ids of 2^63", false, ids("9223372036854775808")},
	{"ids that are fractions", false, ids("1.5")},
	{"ids below zero", false, ids("-7")},
	{"ids that repeat", false, ids("77")},
	{"paths in a cycle", false, rewritten(cycle)},
	{"paths that are none", false, rewritten(member("path", "0..x.\u0000"))},
	{"rows of another thread", false, rewritten(member("post_id", 424242))},
	{"addresses that are none", false, rewritten(member("ap_id", "javascript:alert(1)"))},
	{"cursor that repeats", false, sameCursor},
	{"pages that never end", false, endless(false)},
	{"pages that never end, always new", false, endless(true)},

	// statuses
	{"401", false, status(http.StatusUnauthorized, "application/json", `{"error":"incorrect_login"}`)},
	{"403", false, status(http.StatusForbidden, "text/html", "<title>403 Forbidden</title>")},
	{"404", false, status(http.StatusNotFound, "application/json", `{"error":"not_found"}`)},
	{"408", true, status(http.StatusRequestTimeout, "text/plain", "")},
	{"410", false, status(http.StatusGone, "application/json", `{"type":"Tombstone"}`)},
	{"422", false, status(http.StatusUnprocessableEntity, "application/json", `{"error":"unknown"}`)},
	{"429", true, status(http.StatusTooManyRequests, "text/plain", "")},
	{"429 after nonsense", true, status(http.StatusTooManyRequests, "application/json", `{"error":"too_many_requests"}`, "Retry-After", "soon")},
	{"429 after a year", true, status(http.StatusTooManyRequests, "application/json", `{"error":"too_many_requests"}`, "Retry-After", "31536000")},
	{"429 after less than nothing", true, status(http.StatusTooManyRequests, "application/json", `{"error":"too_many_requests"}`, "Retry-After", "-5")},
	{"400 rate_limit_error", true, status(http.StatusBadRequest, "application/json", `{"error":"rate_limit_error"}`)},
	{"400 of a database", true, status(http.StatusBadRequest, "application/json", `{"error":"couldnt_get_comments"}`)},
	{"500", true, status(http.StatusInternalServerError, "text/plain", "")},
	{"502", true, status(http.StatusBadGateway, "text/html", "<html><center><h1>502 Bad Gateway</h1></center></html>")},
	{"503 starting", true, status(http.StatusServiceUnavailable, "application/json", `{"error":"Lemmy is currently starting"}`)},
	{"503 after 1 s", true, status(http.StatusServiceUnavailable, "text/plain", "", "Retry-After", "1")},
	{"504", true, status(http.StatusGatewayTimeout, "text/html", "<html><center><h1>504 Gateway Time-out</h1></center></html>")},

	// elsewhere
	{"redirect loop", false, redirectLoop},
	{"redirect to loopback", false, redirectTo("https://127.0.0.1:1/")},
	{"redirect to link-local", false, redirectTo("http://169.254.169.254/latest/meta-data/")},
	{"redirect to http", false, redirectTo("http://plain.example/")},
	{"redirect to a file", false, redirectTo("file:///dev/zero")},
	{"redirect to nowhere", false, status(http.StatusFound, "text/plain", "")},
}

// status answers the same to everything; then come headers, name and value.
func status(code int, kind, body string, headers ...string) func(http.Handler, http.ResponseWriter, *http.Request) {
	return func(_ http.Handler, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		_, _ = w.Write([]byte(body)) // 204 takes no body: there is none
	}
}

// truth is what next has to say.
func truth(next http.Handler, r *http.Request) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	next.ServeHTTP(rec, r)
	return rec
}

func redirectLoop(_ http.Handler, w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Location", r.URL.RequestURI())
	w.WriteHeader(http.StatusFound)
}

func redirectTo(place string) func(http.Handler, http.ResponseWriter, *http.Request) {
	return func(_ http.Handler, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", strings.TrimSuffix(place, "/")+r.URL.RequestURI())
		w.WriteHeader(http.StatusFound)
	}
}

// slowHeaders says nothing until the client goes.
func slowHeaders(_ http.Handler, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// slowBody is a slow-loris in the other direction: a byte now and then, never
// the end.
func slowBody(_ http.Handler, w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for b := "{"; ; b = " " {
		if _, err := w.Write([]byte(b)); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush() // an error shows at the next write
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}
