// Package archive is the source of posts that lie in files: answers of the
// Lemmy and Mastodon APIs, ActivityPub outboxes and account archives, this
// program's own export, and a thread that a person copied from a Lemmy page.
// What a file is shows in its bytes (Detect), never in its name; gzip and
// Zstandard are taken off first.
//
// In goes one File, out come pages of posts in the order of the file. Records
// are decoded by all processors at once (parallel.go) and never all held in
// memory. A record that cannot be read is rejected by name and the rest goes
// in; a file that is damaged gives what stands before the damage, then an error.
package archive

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// File is one file to take in.
type File struct {
	Name     string                        // as the user calls it; also the name of its stream
	Open     func() (io.ReadCloser, error) // from the start; called two or three times
	Instance string                        // host that gave the answers; "" to find it in them
	Seen     time.Time                     // when that host gave them
	Guessed  bool                          // Seen is a guess: not good enough for a copied page, whose times count from it
	PageSize int                           // records on a page; 0 means 10,000
	MaxBytes int64                         // after decompression; 0 means 4 GiB
	MaxRatio int64                         // of decompressed to compressed bytes, once beyond 64 MiB; 0 means 500

	second bool // the members before the outbox have been seen
}

const (
	recordCap = 4 << 20  // bytes of one record; larger ones are rejected
	depthCap  = 64       // nesting of one record; deeper ones are rejected
	pageCap   = 32 << 20 // bytes of the records of a page, a record more or less
	copiedCap = 16 << 20 // bytes of a copied page, which is read as a whole
)

// position is what a cursor of a file says.
type position struct {
	SHA256  string `json:"sha256"` // of the file as it lies
	Records int    `json:"records"`
	Done    bool   `json:"done"`
}

// Pages yields the file's posts, at most PageSize at a time. after is the
// position of the last page that was stored: of the same bytes, a file that is
// done yields nothing and another goes on behind that page; a file that has
// changed is read from its start. The last page, which may be empty, says in
// its cursor that the file is done. An error ends the sequence, and names the
// file, the place in it, and what to do.
func (f File) Pages(ctx context.Context, after string) iter.Seq2[discussion.Page, error] {
	if f.PageSize <= 0 {
		f.PageSize = 10_000
	}
	if f.MaxBytes <= 0 {
		f.MaxBytes = 4 << 30
	}
	if f.MaxRatio <= 0 {
		f.MaxRatio = 500
	}
	return func(yield func(discussion.Page, error) bool) {
		p := pager{file: f, yield: yield}
		err := f.pages(ctx, after, &p)
		if err == nil || p.stopped {
			return
		}
		if ctx.Err() == nil && !p.flush(false) {
			return
		}
		yield(discussion.Page{}, fmt.Errorf("read %s: %w", f.Name, err))
	}
}

func (f File) pages(ctx context.Context, after string, p *pager) error {
	sum, err := f.hash(ctx)
	if err != nil {
		return err
	}
	var from position
	if json.Unmarshal([]byte(after), &from) != nil || from.SHA256 != sum || from.Records < 0 {
		from = position{}
	}
	if from.Done {
		return nil
	}
	p.sum, p.skip = sum, from.Records
	c, err := f.open()
	if err != nil {
		return err
	}
	defer c.close()
	if c.format == Copied {
		err = f.copied(c, p)
	} else {
		err = f.records(ctx, c, p)
	}
	if err == nil && !p.stopped {
		p.flush(true)
	}
	return err
}

// hash reads the file as it lies and returns its SHA-256 in hex.
func (f File) hash(ctx context.Context) (string, error) {
	r, err := f.Open()
	if err != nil {
		return "", err
	}
	defer r.Close()
	h, buf := sha256.New(), make([]byte, 1<<20)
	for ctx.Err() == nil {
		n, err := r.Read(buf)
		h.Write(buf[:n])
		if err == io.EOF {
			return hex.EncodeToString(h.Sum(nil)), nil
		}
		if err != nil {
			return "", err
		}
	}
	return "", ctx.Err()
}

// copied hands over a page that a person copied. It is one thread and small,
// and its posts are its records, after a first one that stands for its bytes.
func (f File) copied(c *content, p *pager) error {
	if f.Guessed {
		return errors.New("a copied page gives times such as \"2 months ago\": say in the study on which day it was read, as in seen = 2025-03-31")
	}
	text, err := io.ReadAll(io.LimitReader(c.text, copiedCap+1))
	if err != nil {
		return err
	}
	if len(text) > copiedCap {
		return fmt.Errorf("larger than the %d MiB that a copied page can have; split it by threads", copiedCap>>20)
	}
	posts, rejected := parseCopied(text, f.Seen, "")
	p.instance = f.Instance
	for i := range rejected {
		rejected[i].Item = f.Name + ": " + rejected[i].Item
	}
	if !p.add(outcome{raw: text, rejected: rejected}) {
		return nil
	}
	for i := range posts {
		if !p.add(outcome{posts: posts[i : i+1]}) {
			return nil
		}
	}
	return nil
}

// records hands over a file of JSON records.
func (f File) records(ctx context.Context, c *content, p *pager) error {
	instance, err := f.instance(ctx, c.format)
	if err != nil {
		return err
	}
	p.instance = instance
	d := newDecoder(c, instance)
	return inOrder(ctx, c.scan, d.decode, p.add, f.Name)
}
