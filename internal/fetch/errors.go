package fetch

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// StatusError is an answer that asking again would not change.
type StatusError struct {
	Host, Path string
	Status     int
	Body       []byte // the first 4 KiB, for the caller's eyes only
}

func (e *StatusError) Error() string {
	return e.Host + e.Path + ": " + strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status)))
}

// Deferred says that a host is to be left alone for longer than this program
// waits. Every later Get to that host returns it without a request.
type Deferred struct {
	Host   string
	Path   string    // of the request that showed it
	Until  time.Time // at most a day ahead; a guess where the host gave no time
	Reason string
}

func (e *Deferred) Error() string { return e.Host + e.Path + ": " + e.Reason + ": deferred" }

// Refused says that this program does not send such a request. None was sent
// to Path, or where Reason speaks of a redirect, to its target.
type Refused struct {
	Host, Path string
	Reason     string
	Rule       string // of robots.txt, such as Disallow: /api
}

func (e *Refused) Error() string {
	s := strings.TrimPrefix(e.Host+e.Path+": refused: "+e.Reason, ": ")
	if e.Rule != "" {
		s += " (" + e.Rule + ")"
	}
	return s
}

// Wall says that something before the instance wants to see a browser. The
// host is not asked again in this run.
type Wall struct {
	Host, Path string
	By         string // Cloudflare, Anubis, or unknown: and why
}

func (e *Wall) Error() string { return e.Host + e.Path + ": blocked by a bot wall: " + e.By }

// failure is any other error. Its message is made of this package's own words:
// those of net/http may quote what the server sent.
type failure struct {
	host, path, what string
	err              error
}

func (e *failure) Error() string { return e.host + e.path + ": " + e.what }
func (e *failure) Unwrap() error { return e.err }

// tally words what went wrong in several attempts: "503 twice, time-out".
func tally(causes []string) string {
	var parts []string
	for i := 0; i < len(causes); {
		n := 1
		for i+n < len(causes) && causes[i+n] == causes[i] {
			n++
		}
		parts = append(parts, causes[i]+times(n))
		i += n
	}
	return strings.Join(parts, ", ")
}

func times(n int) string {
	words := []string{"", "", " twice", " three times", " four times", " five times"}
	if n < len(words) {
		return words[n]
	}
	return fmt.Sprintf(" %d times", n)
}
