// Package fetch is the one door through which this program asks an instance for
// anything. A Request goes in, an Answer or a typed error comes out; the
// package knows HTTP and manners, and nothing of Lemmy or Mastodon.
//
// Its manners: robots.txt is read before all else and obeyed (RFC 9309); a host
// gets one request at a time, a gap apart, slower where the host says so; a
// host that is in trouble is asked again less and less often and then left
// alone for the rest of the run; a bot wall is reported and never climbed.
//
// Its guard: only public addresses are dialled, only by HTTPS, only the host
// that was asked for; what a host sends is capped in size and time, and neither
// an error nor a log line repeats a query string, a token or a body.
package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
	"unicode"
)

// Options say who asks, and how gently. The zero value of each field has a safe
// default, but for Contact.
type Options struct {
	Version string        // of fedipulse, for the User-Agent
	Contact string        // where an operator can complain: an address for the User-Agent; must be given
	Gap     time.Duration // least time between the starts of two requests to one host; default 1 s

	// Permitted reports whether the operator of a host has allowed what its
	// robots.txt forbids to everybody. A rule that names fedipulse stands
	// nevertheless. Default: nobody has.
	Permitted func(host string) bool

	// Loopback is for tests: the hosts that stand at an address such as
	// 127.0.0.1:8080 instead of their own, in plain HTTP unless TLS is set.
	Loopback    map[string]string
	LoopbackGap time.Duration // Gap for those hosts alone; default Gap
	TLS         *tls.Config   // for tests: trusts the certificates of Loopback

	Now    func() time.Time                                 // default: time.Now
	Sleep  func(ctx context.Context, d time.Duration) error // default: a timer
	Jitter func(longest time.Duration) (wait time.Duration) // default: uniform in [0, longest]
	Limits Limits                                           //
	Log    *slog.Logger                                     // host, path without query, status, wait; nil: silent
}

// Limits bound what one request may cost. A zero field has its default.
type Limits struct {
	Body       int64         // bytes of an answer, after decompression; default 8 MiB
	Dial       time.Duration // to connect; default 10 s
	TLS        time.Duration // to shake hands; default 10 s
	Header     time.Duration // to begin to answer; default 60 s: lists of Lemmy take up to 40 s
	Whole      time.Duration // to answer; default 120 s
	Throughput int64         // least bytes per second of a body, over each Window; default 1 KiB
	Window     time.Duration // default 20 s
	Wait       time.Duration // longest wait that a server may ask for; default 15 min
	Attempts   int           // most, for one request; default 5
}

// Client sends requests. It is safe for concurrent use: hosts do not wait for
// each other, and what goes to one host goes one at a time.
type Client struct {
	o         Options
	agent     string
	transport *http.Transport
	dialer    *net.Dialer // of public addresses

	mu    sync.Mutex
	hosts map[string]*host
}

// New checks the options.
func New(o Options) (*Client, error) {
	contact := printable(o.Contact)
	switch {
	case contact == "":
		return nil, errors.New("contact: missing: an operator must be able to write to whoever sends the requests")
	case o.Gap < 0:
		return nil, fmt.Errorf("gap: %v is negative", o.Gap)
	}
	loopback := map[string]string{}
	for name, address := range o.Loopback {
		loopback[ascii(name)] = address
		if at, err := netip.ParseAddrPort(address); err != nil || !at.Addr().IsLoopback() {
			return nil, fmt.Errorf("loopback: %s: %q is not a loopback address with a port", name, address)
		}
	}
	o.Loopback = loopback
	o.defaults()
	version := strings.ReplaceAll(printable(o.Version), " ", "")
	if version == "" {
		version = "dev"
	}
	c := &Client{o: o, agent: product + "/" + version + " (+" + contact + ")", hosts: map[string]*host{}}
	c.transport = c.newTransport()
	return c, nil
}

// printable drops what could end a header line or the comment in it.
func printable(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || r > unicode.MaxASCII || r == '(' || r == ')' || r == '\\' {
			return -1
		}
		return r
	}, s))
}

func (o *Options) defaults() {
	or(&o.Gap, time.Second)
	or(&o.LoopbackGap, o.Gap)
	if o.Permitted == nil {
		o.Permitted = func(string) bool { return false }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Jitter == nil {
		o.Jitter = func(longest time.Duration) time.Duration { return rand.N(longest + 1) }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	l := &o.Limits
	or(&l.Body, 8<<20)
	or(&l.Dial, 10*time.Second)
	or(&l.TLS, 10*time.Second)
	or(&l.Header, 60*time.Second)
	or(&l.Whole, 120*time.Second)
	or(&l.Throughput, 1<<10)
	or(&l.Window, 20*time.Second)
	or(&l.Wait, 15*time.Minute)
	or(&l.Attempts, 5)
}

func or[N ~int | ~int64](field *N, value N) {
	if *field <= 0 {
		*field = value
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close lets go of idle connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Kind is what a request asks for.
type Kind int

// The kinds of answers. All but Text must be JSON.
const (
	JSON        Kind = iota
	Text             // HTML or plain text, for people
	ActivityPub      // the ActivityStreams form of an object
)

// Verdict is what an answer of 4xx means.
type Verdict int

// The verdicts on an answer.
const (
	Final   Verdict = iota // the caller's business
	Limited                // the server wants fewer requests
	Again                  // worth two more attempts at the most
)

// Validators are what a server gave to ask later whether an answer still holds.
type Validators struct{ ETag, Modified string }

// Request is a GET.
type Request struct {
	URL        string      // https, no userinfo, no port, host a DNS name
	Accept     Kind        //
	Bucket     string      // "", or what has a limit of its own on that host, such as "search"
	Validators Validators  // of an earlier answer to the same URL
	Header     http.Header // further headers, such as Authorization: for that host only
	Largest    int64       // bytes of the answer, after decompression; 0: Limits.Body

	// Judge says what a 4xx answer means for this software; only the first
	// 64 KiB of the body are shown. Nil: it is final. What HTTP itself calls
	// temporary, such as 429, is not put to it.
	Judge func(status int, body []byte) Verdict
}

// Answer is what a host said: 200 with a body, or that nothing has changed.
type Answer struct {
	URL         string // after redirects
	Status      int
	Body        []byte // decompressed; nil where NotModified
	Header      http.Header
	Seen        time.Time // when it was asked, UTC
	Validators  Validators
	NotModified bool
}

// Get asks, waits as long as manners demand, and asks again where that may
// help. Its errors are *StatusError, *Deferred, *Refused, *Wall, or plain ones
// that name host and path; ctx's own error is in what it returns once ctx ends.
func (c *Client) Get(ctx context.Context, r Request) (Answer, error) {
	u, err := target(r.URL)
	if err != nil {
		return Answer{}, err
	}
	h := c.host(u.Host)
	if err := c.obey(ctx, h, u); err != nil {
		return Answer{}, err
	}
	return c.ask(ctx, h, query{Request: r, url: u, hops: 3, check: true, most: c.o.Limits.Attempts, cap: r.Largest})
}
