package archive

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
)

const (
	zipCap     = 256 << 20 // bytes of a zip that has to be read from a stream
	profileCap = 1 << 20   // bytes of actor.json
)

var errNoOutbox = errors.New("no outbox.json in it; an account archive as Mastodon exports it is wanted")

// unzip opens the outbox of an account archive in zip. Names in it serve only
// to find two members; nothing is ever written under them.
func (f File) unzip(c *content, raw io.Reader, text io.Reader) error {
	at, size, err := randomly(raw, text)
	if err != nil {
		return err
	}
	z, err := zip.NewReader(at, size)
	if err != nil {
		return fmt.Errorf("not a whole zip (%w); fetch the file again", err)
	}
	for _, member := range z.File {
		name := path.Base(member.Name)
		if name != "outbox.json" && name != "actor.json" {
			continue
		}
		r, err := member.Open()
		if err != nil {
			return fmt.Errorf("open %s in it: %w", name, err)
		}
		c.closers = append(c.closers, r.Close)
		in := &counter{n: max(int64(member.CompressedSize64), 1)}
		text := &capped{r: r, name: "zip", in: in, file: f}
		if name == "outbox.json" {
			c.text = bufio.NewReaderSize(text, headSize)
		} else if c.profile, err = io.ReadAll(io.LimitReader(text, profileCap)); err != nil {
			return fmt.Errorf("actor.json: %w", err)
		}
	}
	if c.text == nil {
		return errNoOutbox
	}
	return nil
}

// randomly gives random access to a file, as zip needs it; one that comes as a
// stream is held in memory. text is what was peeked at of raw.
func randomly(raw, text io.Reader) (io.ReaderAt, int64, error) {
	type random interface {
		io.ReaderAt
		io.Seeker
	}
	if r, ok := raw.(random); ok {
		size, err := r.Seek(0, io.SeekEnd)
		return r, size, err
	}
	b, err := io.ReadAll(io.LimitReader(text, zipCap+1))
	if err == nil && len(b) > zipCap {
		err = fmt.Errorf("a zip of more than %d MiB in a stream; unpack it by hand", zipCap>>20)
	}
	return bytes.NewReader(b), int64(len(b)), err
}

// untar opens the outbox of an account archive in tar. Its members come in any
// order, so it is walked once for actor.json and, where that one stands behind
// the outbox, opened once more.
func (f File) untar(c *content, text io.Reader) error {
	t := tar.NewReader(text)
	passed := false
	for {
		h, err := t.Next()
		switch {
		case err == io.EOF && passed:
			return f.again(c)
		case err == io.EOF:
			return errNoOutbox
		case err != nil:
			return fmt.Errorf("not a whole tar (%w); fetch the file again", err)
		}
		switch name := path.Base(h.Name); {
		case name == "actor.json" && c.profile == nil:
			if c.profile, err = io.ReadAll(io.LimitReader(t, profileCap)); err != nil {
				return fmt.Errorf("actor.json: %w", err)
			}
			if passed {
				return f.again(c)
			}
		case name == "outbox.json" && (c.profile != nil || f.second):
			c.text = bufio.NewReaderSize(t, headSize)
			return nil
		case name == "outbox.json":
			passed = true
		}
	}
}

// again opens the file a second time, now that the profile is known or known
// to be missing.
func (f File) again(c *content) error {
	raw, err := f.Open()
	if err != nil {
		return err
	}
	c.closers = append(c.closers, raw.Close)
	f.second = true
	return f.unpack(c, raw)
}
