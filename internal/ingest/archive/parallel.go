package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"runtime"
	"sync"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

const (
	batchBytes = 256 << 10 // of records that a worker decodes at a time
	mostAhead  = 8         // batches in memory, read or decoded, that wait for their turn
)

// item is a record on its way through a batch.
type item struct {
	at         where
	start, end int   // of its bytes in the batch
	reason     error // why it cannot be decoded
	outcome    outcome
}

// batch is some records that one worker decodes.
type batch struct {
	bytes []byte
	items []item
	posts []discussion.Post // backs the outcomes
	done  chan struct{}
}

func (b *batch) add(at where, raw []byte, reason error) {
	start := len(b.bytes)
	b.bytes = append(b.bytes, raw...)
	b.items = append(b.items, item{at: at, start: start, end: len(b.bytes), reason: reason})
}

// decodeFunc appends the posts of a record to posts; the reasons are of records
// in it that could not be read.
type decodeFunc func(posts []discussion.Post, at where, raw []byte) (_ []discussion.Post, root bool, _ []reason)

// reason says why a record, or one inside of it, was not read.
type reason struct {
	at  where
	raw []byte
	err error
}

// decode fills in the outcomes of a batch.
func (b *batch) decode(decode decodeFunc, file string) {
	b.posts = make([]discussion.Post, 0, len(b.items))
	for i := range b.items {
		it := &b.items[i]
		raw, first := b.bytes[it.start:it.end], len(b.posts)
		reasons := []reason{{at: it.at, raw: raw, err: it.reason}}
		if it.reason == nil {
			b.posts, it.outcome.root, reasons = decode(b.posts, it.at, raw)
		}
		it.outcome.raw, it.outcome.posts = raw, b.posts[first:len(b.posts):len(b.posts)]
		for _, r := range reasons {
			rejected := discussion.Rejected{Item: r.at.in(file), Reason: r.err.Error()}
			if r.raw != nil {
				sum := sha256.Sum256(r.raw)
				rejected.SHA256 = hex.EncodeToString(sum[:])
			}
			it.outcome.rejected = append(it.outcome.rejected, rejected)
		}
	}
}

// errEnough stops a scan whose records nobody wants any more.
var errEnough = errors.New("enough")

// inOrder decodes what scan finds on all processors and gives it to take in the
// order of the file, until take says false. It returns scan's error after all
// that came before has been taken. Nothing of it runs on once it has returned.
func inOrder(ctx context.Context, scan func(emit) error, decode decodeFunc, take func(outcome) bool, file string) error {
	inner, cancel := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	jobs := make(chan *batch)
	queue := make(chan *batch, min(2*workers, mostAhead))
	var scanned error // read after queue is closed
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() {
		defer close(queue)
		defer close(jobs)
		scanned = feed(inner, scan, queue, jobs)
	})
	for range workers {
		wg.Go(func() {
			for b := range jobs {
				b.decode(decode, file)
				close(b.done)
			}
		})
	}
	for b := range queue {
		select {
		case <-b.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		for i := range b.items {
			if !take(b.items[i].outcome) {
				return nil
			}
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return scanned
}

// feed cuts what scan finds into batches. Each goes to queue first, which keeps
// the order, then to whichever worker is free.
func feed(ctx context.Context, scan func(emit) error, queue, jobs chan<- *batch) error {
	b := &batch{done: make(chan struct{})}
	send := func() error {
		for _, to := range []chan<- *batch{queue, jobs} {
			select {
			case to <- b:
			case <-ctx.Done():
				return errEnough
			}
		}
		b = &batch{done: make(chan struct{}), bytes: make([]byte, 0, batchBytes+batchBytes/4)}
		return nil
	}
	err := scan(func(at where, raw []byte, reason error) error {
		b.add(at, raw, reason)
		if len(b.bytes) < batchBytes && len(b.items) < 4096 {
			return nil
		}
		return send()
	})
	if len(b.items) > 0 && !errors.Is(err, errEnough) {
		if stopped := send(); stopped != nil {
			return stopped
		}
	}
	return err
}
