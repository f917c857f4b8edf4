package fetch

import (
	"context"
	"sync"
	"time"
)

// host is what is known of a host in this run.
type host struct {
	name string
	own  lane // of all its requests

	reading chan struct{} // held while robots.txt is read

	mu       sync.Mutex
	buckets  map[string]*lane
	closed   error         // why it is not asked any more
	failures int           // in a row
	rules    *rules        // nil: not read yet
	robots   Ruling        // on no path in particular
	delay    time.Duration // that robots.txt asks for, capped
}

// lane lets one request at a time go ahead, a gap apart.
type lane struct {
	turn  chan struct{}
	mu    sync.Mutex
	gap   time.Duration // by a limit that the server published
	last  time.Time     // when the latest answer began, or failed to
	until time.Time     // the server's word, or ours after a failure
}

func (c *Client) host(name string) *host {
	c.mu.Lock()
	defer c.mu.Unlock()
	h := c.hosts[name]
	if h == nil {
		h = &host{name: name, own: lane{turn: make(chan struct{}, 1)}, reading: make(chan struct{}, 1), buckets: map[string]*lane{}}
		c.hosts[name] = h
	}
	return h
}

// bucket is the lane of a bucket, or the host's own.
func (h *host) bucket(name string) *lane {
	if name == "" {
		return &h.own
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	l := h.buckets[name]
	if l == nil {
		l = &lane{turn: make(chan struct{}, 1)}
		h.buckets[name] = l
	}
	return l
}

// close makes err the answer to every further request.
func (h *host) close(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed == nil {
		h.closed = err
	}
}

func (h *host) open() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.closed
}

// enter waits for a turn.
func enter(ctx context.Context, turn chan struct{}) error {
	select {
	case turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// SetLimit notes a limit that the server has published, of which the client
// takes half. What makes no sense is ignored, such as the zeros that Lemmy 1.0
// shows to clients of its old API.
func (c *Client) SetLimit(host, bucket string, requests int, per time.Duration) {
	if requests <= 0 || per <= 0 || per > 24*time.Hour {
		return
	}
	l := c.host(ascii(host)).bucket(bucket)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.gap = 2 * per / time.Duration(requests)
}

// Rate is the gap that is kept between two requests to a host, or to one of its
// buckets.
func (c *Client) Rate(host, bucket string) time.Duration {
	h := c.host(ascii(host))
	return max(c.gap(h), h.bucket(bucket).limit())
}

// gap is what all requests to a host keep.
func (c *Client) gap(h *host) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	least := c.o.Gap
	if _, test := c.o.Loopback[h.name]; test {
		least = c.o.LoopbackGap
	}
	return max(least, h.delay, h.own.limit())
}

func (l *lane) limit() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.gap
}

// stamp notes that the host has just seen a request. The gap counts from the
// answer, since only then is it certain that the request had arrived: two that
// leave a gap apart may arrive in one moment.
func (l *lane) stamp(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = now
}

// hold lets nothing go before a time.
func (l *lane) hold(until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until.After(l.until) {
		l.until = until
	}
}

// due is how long a request must wait yet.
func (l *lane) due(now time.Time, gap time.Duration) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	wait := l.until.Sub(now)
	if !l.last.IsZero() {
		wait = max(wait, l.last.Add(gap).Sub(now))
	}
	return wait
}
