package fetch

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// reply is what one attempt brought: a status and a body, or an error, or a
// status and what went wrong with the body.
type reply struct {
	status int
	header http.Header
	body   []byte
	err    error
	seen   time.Time // when it was sent
	began  time.Time // when the answer began, or failed to
}

var (
	errSlow     = errors.New("body too slow")
	errLarge    = errors.New("body too large")
	errWhole    = errors.New("time-out")
	errEncoding = errors.New("unknown content encoding")
	errResent   = errors.New("connection lost")
)

// shown is how much of the body of an error is read.
const shown = 64 << 10

var accepts = map[Kind]string{
	JSON:        "application/json",
	Text:        "text/html, text/plain;q=0.9, */*;q=0.1",
	ActivityPub: "application/activity+json", // Lemmy's stock proxy compares it whole
}

// send makes one attempt. Nothing of it goes on after it returns.
func (c *Client) send(ctx context.Context, q *query) (r reply) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	whole := time.AfterFunc(c.o.Limits.Whole, func() { cancel(errWhole) })
	defer whole.Stop()
	r.seen = c.o.Now().UTC()
	resp, err := c.transport.RoundTrip(c.outgoing(once(ctx), q))
	r.began = c.o.Now()
	if err != nil {
		r.err = cause(ctx, err)
		return r
	}
	defer resp.Body.Close()
	r.status, r.header = resp.StatusCode, resp.Header
	r.body, err = c.read(cancel, resp, q)
	if err != nil {
		r.err = cause(ctx, err)
	}
	return r
}

// cause prefers why the context ended to that it did.
func cause(ctx context.Context, err error) error {
	if why := context.Cause(ctx); why != nil {
		return why
	}
	return err
}

func (c *Client) outgoing(ctx context.Context, q *query) *http.Request {
	u := *q.url
	if _, ok := c.o.Loopback[u.Host]; ok && c.o.TLS == nil {
		u.Scheme = "http"
	}
	req := (&http.Request{Method: http.MethodGet, URL: &u, Host: u.Host, Header: q.Header.Clone()}).WithContext(ctx)
	if req.Header == nil {
		req.Header = http.Header{}
	}
	for _, own := range []string{"Accept-Encoding", "Range", "Connection", "If-None-Match", "If-Modified-Since"} {
		req.Header.Del(own)
	}
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept", accepts[q.Accept])
	if q.Validators.ETag != "" {
		req.Header.Set("If-None-Match", q.Validators.ETag)
	}
	if q.Validators.Modified != "" {
		req.Header.Set("If-Modified-Since", q.Validators.Modified)
	}
	return req
}

// read takes a body, within its cap and not for ever.
func (c *Client) read(cancel context.CancelCauseFunc, resp *http.Response, q *query) ([]byte, error) {
	most, cut := c.o.Limits.Body, q.longer
	if q.cap > 0 {
		most = q.cap
	}
	if resp.StatusCode != http.StatusOK {
		most, cut = min(most, shown), true
	}
	switch e := resp.Header.Get("Content-Encoding"); {
	case e != "" && e != "identity":
		return nil, errEncoding
	case resp.ContentLength > most && !cut:
		return nil, errLarge
	}
	meter := &meter{from: resp.Body}
	stop := meter.watch(c.o.Limits.Window, c.o.Limits.Throughput, func() { cancel(errSlow) })
	defer stop()
	body, err := io.ReadAll(io.LimitReader(meter, most+1))
	if int64(len(body)) > most {
		body = body[:most]
		if !cut {
			return nil, errLarge
		}
		err = nil
	}
	return body, err
}

// meter counts what is read.
type meter struct {
	from io.Reader
	n    atomic.Int64
}

func (m *meter) Read(p []byte) (int, error) {
	n, err := m.from.Read(p)
	m.n.Add(int64(n))
	return n, err
}

// watch calls slow when a window brings less than its share, until stopped.
func (m *meter) watch(window time.Duration, perSecond int64, slow func()) (stop func()) {
	least := int64(float64(perSecond) * window.Seconds())
	var mu sync.Mutex
	var timer *time.Timer
	var before int64
	stopped := false
	mu.Lock()
	defer mu.Unlock()
	timer = time.AfterFunc(window, func() {
		mu.Lock()
		defer mu.Unlock()
		n := m.n.Load()
		switch {
		case stopped:
		case n-before < least:
			slow()
		default:
			before = n
			timer.Reset(window)
		}
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		stopped = true
		timer.Stop()
	}
}

func (r reply) answer(q *query) Answer {
	a := Answer{
		URL: q.url.String(), Status: r.status, Body: r.body, Header: r.header, Seen: r.seen,
		Validators: Validators{ETag: r.header.Get("ETag"), Modified: r.header.Get("Last-Modified")},
	}
	if r.status == http.StatusNotModified {
		a.Body, a.NotModified = nil, true
		if (a.Validators == Validators{}) {
			a.Validators = q.Validators
		}
	}
	return a
}
