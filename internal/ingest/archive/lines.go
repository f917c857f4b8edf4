package archive

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// scan finds the records of the content.
func (c *content) scan(e emit) error {
	if c.format == Export {
		e = c.headed(e)
	}
	if c.lines {
		return eachLine(c.text, e)
	}
	return walk(c.text, e)
}

// headed takes the header off an export, and refuses one that later versions wrote.
func (c *content) headed(next emit) emit {
	first := true
	return func(at where, raw []byte, reason error) error {
		if first && reason == nil {
			first = false
			header, err := readHeader(raw)
			if header || err != nil {
				return err
			}
		}
		return next(at, raw, reason)
	}
}

// eachLine hands on the lines that are not blank.
func eachLine(r *bufio.Reader, e emit) error {
	var buf []byte
	for n := 1; ; n++ {
		line, err := r.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			if buf, err = restOfLine(r, append(buf[:0], line...)); len(buf) > recordCap {
				err = longLine(&lineReader{r: r, head: buf, done: err != bufio.ErrBufferFull, err: unlessFull(err)}, n, e)
				buf = nil
			}
			line = buf
		}
		last := err == io.EOF
		if err != nil && !last {
			return damageAt(n, err)
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			if last && cutOff(line) {
				return fmt.Errorf("line %d is cut off; fetch the file again", n)
			}
			if err := e(where{line: n, index: -1}, line, nil); err != nil {
				return err
			}
		}
		if last {
			return nil
		}
	}
}

// restOfLine completes a line, but not far beyond the size that a record may have.
func restOfLine(r *bufio.Reader, line []byte) ([]byte, error) {
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if err != bufio.ErrBufferFull || len(line) > recordCap {
			return line, err
		}
	}
}

// longLine walks a line that is too long to be a record: it may be an answer
// with many of them.
func longLine(r *lineReader, n int, e emit) error {
	var stop error // of e
	err := walk(r, func(at where, raw []byte, reason error) error {
		at.line = n
		stop = e(at, raw, reason)
		return stop
	})
	if stop != nil {
		return stop
	}
	if _, discarded := io.Copy(io.Discard, r); discarded != nil {
		return discarded
	}
	switch {
	case err == nil || r.err != nil && r.err != io.EOF:
		return r.err
	case r.err == io.EOF:
		return damaged{fmt.Errorf("line %d is cut off or damaged; fetch the file again", n)}
	}
	return e(where{line: n, index: -1}, nil, fmt.Errorf("a line of more than %d MiB that is not JSON throughout", recordCap>>20))
}

// unlessFull drops the error that only says that a line is longer than a buffer.
func unlessFull(err error) error {
	if err == bufio.ErrBufferFull {
		return nil
	}
	return err
}

// lineReader reads the rest of a line, without its end.
type lineReader struct {
	r    *bufio.Reader
	head []byte // read before
	done bool   // head is the end of the line
	err  error  // that ended the line, if it was not its end
}

func (l *lineReader) Read(b []byte) (int, error) {
	for len(l.head) == 0 {
		if l.done {
			return 0, io.EOF
		}
		part, err := l.r.ReadSlice('\n')
		if l.done = err != bufio.ErrBufferFull; l.done {
			l.err = err
		}
		l.head = part
	}
	n := copy(b, l.head)
	l.head = l.head[n:]
	return n, nil
}

// cutOff reports whether a value begins well and does not end.
func cutOff(line []byte) bool {
	_, err := jsontext.NewDecoder(bytes.NewBuffer(line), lenient).ReadValue()
	return errors.Is(err, io.ErrUnexpectedEOF)
}

func damageAt(line int, err error) error {
	var known damaged
	if errors.As(err, &known) {
		return known.error
	}
	return fmt.Errorf("line %d: %w", line, err)
}
