package accuracy

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Limits of a file: what is beyond them is refused, never cut.
const (
	maxLine = 1 << 20   // bytes of a line
	maxFile = 256 << 20 // bytes of a file, unpacked
)

// Options say what a file is read for.
type Options struct {
	Task     Task
	Language string   // rows are read in this base language, and those that say they are in another are left out; "": as they say
	Themes   []string // that a row may name; nil: any
}

// File is a file of labelled texts.
type File struct {
	Rows    []Row
	Tweets  bool // a TSV of label and text, as TweetEval has them
	LeftOut int  // rows in another language than the one asked for
}

// Read reads JSON lines of labelled posts, or lines "LABEL<tab>TEXT", which of
// them being told by the first byte; either may be packed with gzip. Empty lines
// are skipped. Every other line must be whole and of the task: an error names
// the file, the line and what to do.
func Read(name string, from io.Reader, o Options) (File, error) {
	in, err := unpack(from)
	if err != nil {
		return File{}, fmt.Errorf("%s:1: unpack: %w", name, err)
	}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, maxLine+2) // with its line break
	var f File
	n, size := 0, 0
	var parse func([]byte) (Row, error)
	for lines.Scan() {
		n++
		line := lines.Bytes()
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if size += len(lines.Bytes()) + 1; size > maxFile {
			return File{}, fmt.Errorf("%s:%d: the file is longer than %d MiB\nsplit it", name, n, maxFile>>20)
		}
		if len(bytes.TrimSpace(line)) == 0 && bytes.IndexByte(line, '\t') < 0 {
			continue
		}
		if parse == nil {
			parse, f.Tweets = parser(line, o)
		}
		row, err := readLine(line, parse)
		if err != nil {
			return File{}, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		row.Line = n
		f.take(row, o.Language)
	}
	return f, f.whole(name, n, o, lines.Err())
}

// unpack undoes gzip, which its first two bytes tell.
func unpack(from io.Reader) (io.Reader, error) {
	in := bufio.NewReader(from)
	if head, _ := in.Peek(2); !bytes.Equal(head, []byte{0x1f, 0x8b}) {
		return in, nil
	}
	return gzip.NewReader(in)
}

// parser chooses the reader of a file's lines by the first of them.
func parser(line []byte, o Options) (parse func([]byte) (Row, error), tweets bool) {
	if line[0] == '{' {
		return func(line []byte) (Row, error) { return parseJSON(line, o) }, false
	}
	return func(line []byte) (Row, error) { return parseTSV(line, o.Task) }, true
}

func readLine(line []byte, parse func([]byte) (Row, error)) (Row, error) {
	if len(line) > maxLine {
		return Row{}, errLong
	}
	if !utf8.Valid(line) {
		return Row{}, errors.New("not UTF-8\nconvert the file, as with iconv -t UTF-8")
	}
	return parse(line)
}

var errLong = fmt.Errorf("the line is longer than %d MiB\none row is one line", maxLine>>20)

// take adds a row, unless it is in another language than the one asked for.
func (f *File) take(row Row, language string) {
	if language != "" && row.Language != "" && row.Language != language {
		f.LeftOut++
		return
	}
	if language != "" {
		row.Language = language
	}
	f.Rows = append(f.Rows, row)
}

// whole tells how the reading ended, after n lines.
func (f *File) whole(name string, n int, o Options, err error) error {
	switch {
	case errors.Is(err, bufio.ErrTooLong):
		return fmt.Errorf("%s:%d: %w", name, n+1, errLong)
	case err != nil:
		return fmt.Errorf("%s:%d: %w", name, n+1, err)
	case len(f.Rows) == 0 && f.LeftOut > 0:
		return fmt.Errorf("%s:%d: no row is in %q: leave --lang out, or name a language of the file", name, n, o.Language)
	case len(f.Rows) == 0:
		return fmt.Errorf("%s:%d: no rows: a row is a JSON object, or a label, a tab and a text", name, max(n, 1))
	}
	return nil
}

// formats are the mark-ups of the platforms that a row may name.
var formats = map[discussion.Platform]discussion.Format{
	discussion.Lemmy:    discussion.Markdown,
	discussion.Mastodon: discussion.HTML,
	"":                  discussion.Plain,
}
