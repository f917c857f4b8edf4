package fetchtest

import (
	"fmt"
	"math"
	"net/http"
	"sync"
	"time"
)

// buckets count requests against the Limits. All clients share them: tests come
// from one address.
type buckets struct {
	mu              sync.Mutex
	message, search bucket
}

type bucket struct {
	begun bool
	since time.Time
	left  float64
}

// meter counts a request. Lemmy 0.19 refuses it with status 400 and nothing
// else; 1.0 with 429 and headers, which good answers carry too; PieFed limits
// /site alone and refuses in prose.
func (in *Instance) meter(name string, c call) (http.Header, *refusal) {
	header := http.Header{}
	if !in.Enforce || in.release.piefed() && name != "site" {
		return header, nil
	}
	in.buckets.mu.Lock()
	defer in.buckets.mu.Unlock()
	b, rate := &in.buckets.message, in.Limits.Message
	if c.search {
		b, rate = &in.buckets.search, in.Limits.Search
	}
	if in.release.v4() {
		return in.fixedWindow(b, rate)
	}
	if b.drain(in.Clock(), rate) {
		return header, nil
	}
	if in.release.piefed() {
		return header, &refusal{http.StatusTooManyRequests, "", fmt.Sprintf("%d per %s", rate.Requests, rate.Per), ""}
	}
	return header, &refusal{http.StatusBadRequest, "rate_limit_error", "", ""}
}

// drain takes one token of a bucket that fills evenly; a refusal takes none.
func (b *bucket) drain(now time.Time, rate Rate) bool {
	if !b.begun {
		b.begun, b.since, b.left = true, now, float64(rate.Requests)
	}
	fill := float64(now.Sub(b.since)) / float64(rate.Per) * float64(rate.Requests)
	b.left, b.since = math.Min(float64(rate.Requests), b.left+fill), now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}

func (in *Instance) fixedWindow(b *bucket, rate Rate) (http.Header, *refusal) {
	now := in.Clock()
	if !b.begun || now.Sub(b.since) >= rate.Per {
		b.begun, b.since, b.left = true, now, float64(rate.Requests)
	}
	var refused *refusal
	reset := fmt.Sprint(int(math.Ceil((rate.Per - now.Sub(b.since)).Seconds())))
	header := http.Header{}
	if b.left < 1 {
		refused = &refusal{http.StatusTooManyRequests, "too_many_requests", "", ""}
		header.Set("Retry-After", reset)
	} else {
		b.left--
	}
	header.Set("X-Ratelimit-Limit", fmt.Sprint(rate.Requests))
	header.Set("X-Ratelimit-Remaining", fmt.Sprint(int(b.left)))
	header.Set("X-Ratelimit-Reset", reset)
	return header, refused
}
