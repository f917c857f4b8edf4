package fetch

import (
	"context"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// newTransport dials public addresses on port 443 only, whatever a name
// resolves to at that moment, and Loopback where a test says so. HTTP/1.1 will
// do: a host gets one request at a time.
func (c *Client) newTransport() *http.Transport {
	guard := ssrf.New(ssrf.WithPorts(443))
	c.dialer = &net.Dialer{
		Timeout: c.o.Limits.Dial,
		ControlContext: func(_ context.Context, network, address string, conn syscall.RawConn) error {
			return guard.Safe(network, address, conn)
		},
	}
	return &http.Transport{
		Proxy:                  nil,
		DialContext:            c.dial,
		TLSClientConfig:        c.o.TLS.Clone(),
		TLSHandshakeTimeout:    c.o.Limits.TLS,
		ResponseHeaderTimeout:  c.o.Limits.Header,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConnsPerHost:    1,
		IdleConnTimeout:        50 * time.Second, // most servers keep theirs for 60 s or more
	}
}

func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if sent, ok := ctx.Value(sentKey{}).(*atomic.Bool); ok && sent.Load() {
		return nil, errResent
	}
	name, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if at, ok := c.o.Loopback[name]; ok {
		return (&net.Dialer{Timeout: c.o.Limits.Dial}).DialContext(ctx, network, at)
	}
	return c.dialer.DialContext(ctx, network, address)
}

// sentKey holds whether a request has been sent.
type sentKey struct{}

// once keeps net/http from sending a request again by itself, at once and
// uncounted, where a kept connection broke: it would have to dial for that.
func once(ctx context.Context) context.Context {
	var sent atomic.Bool
	ctx = context.WithValue(ctx, sentKey{}, &sent)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { sent.Store(true) },
	})
}
