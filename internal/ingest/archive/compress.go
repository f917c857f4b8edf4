package archive

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	headSize   = 64 << 10 // bytes that must show what a file is
	mostLayers = 3        // of compression: .tar.gz has one; more is an attack
	freeBytes  = 64 << 20 // decompressed before the ratio counts
	zstdWindow = 128 << 20
)

// content is an opened file: its text, without compression.
type content struct {
	text    *bufio.Reader
	format  Format
	lines   bool   // one record a line
	profile []byte // actor.json of an account archive
	closers []func() error
}

func (c *content) close() {
	for i := len(c.closers) - 1; i >= 0; i-- {
		c.closers[i]()
	}
}

// open finds out what the file is and gets at its text.
func (f File) open() (*content, error) {
	raw, err := f.Open()
	if err != nil {
		return nil, err
	}
	c := &content{closers: []func() error{raw.Close}}
	if err := f.unpack(c, raw); err != nil {
		c.close()
		return nil, err
	}
	head, err := c.text.Peek(headSize)
	if err != nil && err != io.EOF {
		c.close()
		return nil, err
	}
	if c.format, c.lines = detectText(head); c.format == Unknown {
		c.close()
		return nil, unknown(head)
	}
	return c, nil
}

// unpack takes off layers of compression until there is text.
func (f File) unpack(c *content, raw io.Reader) error {
	in := &counter{r: raw}
	text := bufio.NewReaderSize(in, headSize)
	for range mostLayers {
		head, err := text.Peek(512)
		if err != nil && err != io.EOF {
			return err
		}
		switch packing(head) {
		case "zip":
			return f.unzip(c, raw, text)
		case "tar":
			return f.untar(c, text)
		case "":
			if bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
				text.Discard(3)
			}
			c.text = text
			return nil
		}
		r, err := inflate(c, packing(head), text)
		if err != nil {
			return err
		}
		raw = nil // what is inside has no random access
		text = bufio.NewReaderSize(&capped{r: r, name: packing(head), in: in, file: f}, headSize)
	}
	return fmt.Errorf("compressed %d times over; unpack it by hand", mostLayers)
}

// packing tells by its first bytes how a file is packed; "" if it is not.
func packing(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return "gzip"
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		return "zstd"
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return "zip"
	case len(head) > 262 && bytes.Equal(head[257:262], []byte("ustar")):
		return "tar"
	}
	return ""
}

func inflate(c *content, name string, r io.Reader) (io.Reader, error) {
	if name == "gzip" {
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("not whole gzip data: %w; fetch the file again", err)
		}
		c.closers = append(c.closers, z.Close)
		return z, nil
	}
	z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(zstdWindow))
	if err != nil {
		return nil, fmt.Errorf("not whole zstd data: %w; fetch the file again", err)
	}
	c.closers = append(c.closers, func() error { z.Close(); return nil })
	return z, nil
}

// counter counts the bytes of a file as it lies.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// capped is decompressed text, up to what the file may become.
type capped struct {
	r    io.Reader
	name string
	in   *counter // nil where only the size is capped
	n    int64
	file File
}

func (c *capped) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	switch {
	case c.n > c.file.MaxBytes:
		return 0, fmt.Errorf("more than %d bytes after decompression; unpack the file and split it, if it is meant to be so large", c.file.MaxBytes)
	case c.in != nil && c.n > freeBytes && c.n > c.file.MaxRatio*c.in.n:
		return 0, fmt.Errorf("the %s data blow up more than %d times; unpack the file, if it is meant to be so", c.name, c.file.MaxRatio)
	case err == io.EOF || err == nil:
		return n, err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return n, damaged{fmt.Errorf("the %s data are cut off after %d bytes of text; fetch the file again", c.name, c.n)}
	}
	return n, damaged{fmt.Errorf("the %s data are damaged after %d bytes of text (%w); fetch the file again", c.name, c.n, err)}
}

// damaged is an error that already says where and what to do.
type damaged struct{ error }
