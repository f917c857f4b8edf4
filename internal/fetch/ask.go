package fetch

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// The ladder of waits where a server gives no word: firstWait doubles with each
// failure in a row, up to lastWait, and the wait is drawn from what is below.
const (
	firstWait = 5 * time.Second
	lastWait  = 5 * time.Minute
)

// query is a request on its way.
type query struct {
	Request
	url    *url.URL
	hops   int   // redirects that may follow yet
	check  bool  // against robots.txt
	most   int   // attempts
	longer bool  // a body beyond the cap is cut, and no error
	cap    int64 // bytes; 0: Limits.Body
}

func (q *query) failure(what string, err error) *failure {
	return &failure{host: q.url.Host, path: path(q.url), what: what, err: err}
}

// ask sends a request until there is an answer, or no sense in going on.
func (c *Client) ask(ctx context.Context, h *host, q query) (Answer, error) {
	var causes []string
	for {
		r, err := c.take(ctx, h, &q)
		if err != nil {
			return Answer{}, err
		}
		f := q.find(r)
		if ctx.Err() != nil && r.err != nil {
			return Answer{}, q.failure(ctx.Err().Error(), ctx.Err())
		}
		wait, err := c.heed(h, &q, r, f, len(causes)+1)
		switch {
		case f.closes:
			h.close(f.err)
			return Answer{}, f.err
		case f.moved != "":
			if err := c.follow(h, &q, f.moved); err != nil {
				return Answer{}, err
			}
			continue
		case f.err == nil:
			return r.answer(&q), nil
		case err != nil: // the host wants a longer rest than there is time for
			return Answer{}, err
		}
		causes = append(causes, f.cause)
		if len(causes) >= min(f.most, q.most) || f.deferrable && h.failed() >= c.o.Limits.Attempts {
			return Answer{}, c.give(h, &q, f, causes)
		}
		c.o.Log.Debug("ask again", "host", h.name, "path", path(q.url), "after", f.cause, "wait", wait)
	}
}

// give is the error that ends a request that was worth several attempts.
func (c *Client) give(h *host, q *query, f finding, causes []string) error {
	if !f.deferrable {
		return f.err
	}
	d := &Deferred{Host: h.name, Path: path(q.url), Until: c.o.Now().Add(c.o.Limits.Wait), Reason: tally(causes)}
	h.close(d)
	return d
}

// take waits for the turn of a request and sends it. Whoever waits for a bucket
// does not keep the host from others.
func (c *Client) take(ctx context.Context, h *host, q *query) (reply, error) {
	b := h.bucket(q.Bucket)
	if b != &h.own {
		if err := c.wait(ctx, h, q, b, b.limit()); err != nil {
			return reply{}, err
		}
		defer func() { <-b.turn }()
	}
	if err := c.wait(ctx, h, q, &h.own, c.gap(h)); err != nil {
		return reply{}, err
	}
	defer func() { <-h.own.turn }()
	r := c.send(ctx, q)
	now := c.o.Now()
	h.own.stamp(r.began)
	b.stamp(r.began)
	c.o.Log.Debug("asked", "host", h.name, "path", path(q.url), "status", r.status, "took", now.Sub(r.seen))
	return r, nil
}

// wait takes the turn of a lane, and holds it unless it returns an error.
func (c *Client) wait(ctx context.Context, h *host, q *query, l *lane, gap time.Duration) error {
	err := enter(ctx, l.turn)
	if err != nil {
		return q.failure(err.Error(), err)
	}
	if err = h.open(); err == nil {
		if d := l.due(c.o.Now(), gap); d > 0 {
			c.o.Log.Debug("wait", "host", h.name, "path", path(q.url), "wait", d)
			if err = c.o.Sleep(ctx, d); err != nil {
				err = q.failure(err.Error(), err)
			}
		}
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		<-l.turn
	}
	return err
}

// heed holds the host, or the bucket that was asked of, for as long as the
// server said, or as a failure suggests. A wait too long for this program
// closes the host: the error, for whoever has no answer, says so.
func (c *Client) heed(h *host, q *query, r reply, f finding, attempt int) (time.Duration, error) {
	now := c.o.Now()
	l := h.bucket(q.Bucket)
	if f.deferrable && !f.limited {
		l = &h.own
	}
	h.count(f)
	wait, said := word(r.header, now, f.limited, f.most > 1)
	switch {
	case f.closes:
		return 0, nil
	case said && wait > c.o.Limits.Wait:
		d := &Deferred{Host: h.name, Path: path(q.url), Until: now.Add(wait), Reason: fmt.Sprintf("%d: asks for %v of rest", r.status, wait.Round(time.Second))}
		h.close(d)
		return wait, d
	case said:
	case f.most > 1:
		wait = c.backoff(max(h.failed(), attempt), f.limited)
	default:
		return 0, nil
	}
	l.hold(now.Add(wait))
	return wait, nil
}

// backoff is the wait after so many failures in a row. A server that says only
// that there were too many requests gets some rest in any case.
func (c *Client) backoff(failures int, limited bool) time.Duration {
	longest := min(firstWait<<min(failures-1, 10), lastWait)
	if limited {
		return longest/2 + c.o.Jitter(longest/2)
	}
	return c.o.Jitter(longest)
}

// count keeps the number of failures in a row.
func (h *host) count(f finding) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if f.deferrable {
		h.failures++
	} else if f.most <= 1 {
		h.failures = 0
	}
}

func (h *host) failed() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.failures
}

// follow turns a query to where a redirect points: the same host, by HTTPS, and
// nothing that robots.txt forbids.
func (c *Client) follow(h *host, q *query, location string) error {
	from := q.url
	refuse := func(reason string) error {
		return &Refused{Host: h.name, Path: path(from), Reason: printable(reason)}
	}
	to, err := from.Parse(location)
	switch {
	case err != nil:
		return refuse("redirect to what is not an address")
	case to.Scheme != "https":
		return refuse("redirect to " + to.Hostname() + " without https")
	case to.User != nil || to.Port() != "" || ascii(to.Hostname()) != h.name:
		return refuse("redirect to another host: " + to.Hostname())
	case q.hops == 0:
		return refuse("too many redirects")
	}
	to.Host, to.Fragment, to.RawFragment = h.name, "", ""
	q.url, q.hops, q.Validators = to, q.hops-1, Validators{}
	if q.check {
		return c.rule(h, to)
	}
	return nil
}

// retried are the statuses that a later attempt may change.
var retried = []int{408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524}

// finding is what an attempt came to.
type finding struct {
	err   error  // how the request ends if it is not sent again; nil: with an answer
	moved string // where a redirect points

	cause      string // of the failure, in a word or two
	most       int    // attempts that it is worth
	limited    bool   // there were too many requests
	deferrable bool   // the host is in trouble, not the request
	closes     bool   // the host is not asked again
}

// find judges what came back.
func (q *query) find(r reply) finding {
	if by := wall(r, q.Accept); by != "" {
		return finding{err: &Wall{Host: q.url.Host, Path: path(q.url), By: by}, closes: true}
	}
	if r.err != nil && r.status == 0 {
		return q.broken(r.err)
	}
	switch {
	case r.status == http.StatusOK:
		return q.content(r)
	case r.status == http.StatusNotModified && q.Validators != Validators{}:
		return finding{}
	case slices.Contains([]int{301, 302, 303, 307, 308}, r.status) && r.header.Get("Location") != "":
		return finding{moved: r.header.Get("Location")}
	}
	return q.status(r)
}

func (q *query) status(r reply) finding {
	f := finding{
		cause: fmt.Sprint(r.status), most: 1,
		err: &StatusError{Host: q.url.Host, Path: path(q.url), Status: r.status, Body: r.body[:min(len(r.body), 4<<10)]},
	}
	verdict := Final
	switch {
	case slices.Contains(retried, r.status):
		f.most, f.deferrable, f.limited = many, true, r.status == http.StatusTooManyRequests
	case r.status/100 == 4 && q.Judge != nil:
		verdict = q.Judge(r.status, r.body)
	}
	switch verdict {
	case Limited:
		f.most, f.deferrable, f.limited = many, true, true
	case Again:
		f.most = 3
	}
	return f
}

// many leaves the number of attempts to Limits.
const many = 1 << 30
