package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// lenient takes what servers written in other languages send.
var lenient = json.JoinOptions(jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))

// listNames are the members of an answer that hold lists of records.
var listNames = []string{"comments", "posts", "items", "results", "statuses", "ancestors", "descendants", "orderedItems"}

// where says where in a file a record stands.
type where struct {
	line  int    // from 1; 0 where the file does not go by lines
	value int    // which of several JSON values, from 1
	list  string // the member that holds the list; "" for none
	index int    // in the list, from 0; -1 for none
}

// in names the record: "records.json: comments[17]", "export.jsonl:12".
func (w where) in(file string) string {
	var b strings.Builder
	b.WriteString(file)
	if w.line > 0 {
		fmt.Fprintf(&b, ":%d", w.line)
	}
	if w.value > 1 {
		fmt.Fprintf(&b, ": value %d", w.value)
	}
	if w.index >= 0 {
		fmt.Fprintf(&b, ": %s[%d]", w.list, w.index)
	}
	return b.String()
}

// emit takes a record, or the reason why there is none. raw is the receiver's
// until it returns.
type emit func(at where, raw []byte, reason error) error

// walker finds the records in JSON text: one value after another, each of them
// a record, a list of records, or an answer that holds such lists.
type walker struct {
	d      *jsontext.Decoder
	budget *budget
	emit   emit
}

var (
	errTooLong = fmt.Errorf("longer than %d MiB", recordCap>>20)
	errTooDeep = fmt.Errorf("nested deeper than %d", depthCap)
)

// budget is a reader that stops a record that grows too long.
type budget struct {
	r    io.Reader
	left int
}

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

func walk(r io.Reader, e emit) error {
	b := &budget{r: r, left: recordCap}
	w := &walker{d: jsontext.NewDecoder(b, lenient), budget: b, emit: e}
	at := where{value: 1, index: -1}
	for ; ; at.value++ {
		err := w.value(at)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return w.damage(err)
		}
	}
}

// value hands on what stands at top level.
func (w *walker) value(at where) error {
	w.budget.left = recordCap
	switch w.d.PeekKind() {
	case '[':
		return w.list(at)
	case '{':
		return w.object(at)
	}
	return w.record(at)
}

func (w *walker) list(at where) error {
	if _, err := w.d.ReadToken(); err != nil {
		return err
	}
	for at.index = 0; ; at.index++ {
		w.budget.left = recordCap
		switch w.d.PeekKind() {
		case ']', 0:
			_, err := w.d.ReadToken()
			return err
		}
		if err := w.record(at); err != nil {
			return err
		}
	}
}

func (w *walker) record(at where) error {
	raw, err := w.read()
	if errors.Is(err, errTooLong) || err == nil {
		return w.emit(at, raw, err)
	}
	return err
}

// object hands on the lists of an answer as they come. The other members are
// put together again: without a list they are the record, with one they may
// hold the post that the list belongs to.
func (w *walker) object(at where) error {
	if _, err := w.d.ReadToken(); err != nil {
		return err
	}
	rest, listed, reason := []byte{'{'}, false, error(nil)
	for {
		w.budget.left = recordCap
		if w.d.PeekKind() != '"' {
			break
		}
		name, err := w.d.ReadValue()
		if err != nil {
			return err
		}
		start := len(rest)
		rest = append(rest, name...)
		if list := strings.Trim(string(name), `"`); slices.Contains(listNames, list) && w.d.PeekKind() == '[' {
			rest, listed = rest[:start], true
			if err := w.list(where{value: at.value, list: list}); err != nil {
				return err
			}
			continue
		}
		if string(name) == `"first"` && w.d.PeekKind() == '{' { // a collection's first page, included
			rest, listed = rest[:start], true
			if err := w.object(at); err != nil {
				return err
			}
			continue
		}
		raw, err := w.read()
		if err != nil && !errors.Is(err, errTooLong) {
			return err
		}
		if err != nil || len(rest)+len(raw) > recordCap {
			rest, reason = rest[:start], errTooLong
			continue
		}
		rest = append(append(append(rest, ':'), raw...), ',')
	}
	if _, err := w.d.ReadToken(); err != nil {
		return err
	}
	if listed && !bytes.Contains(rest, []byte(`"post_view"`)) {
		return nil
	}
	rest = append(bytes.TrimSuffix(rest, []byte(",")), '}')
	return w.emit(at, rest, reason)
}

// read returns the next value. One that is too long is passed over.
func (w *walker) read() ([]byte, error) {
	w.budget.left = recordCap
	raw, err := w.d.ReadValue()
	if !errors.Is(err, errTooLong) {
		return raw, err
	}
	for depth := w.d.StackDepth(); ; {
		w.budget.left = recordCap
		if _, err := w.d.ReadToken(); err != nil {
			return nil, err
		}
		if w.d.StackDepth() == depth {
			return nil, errTooLong
		}
	}
}

// damage says of an error that ends a file where it is and what to do.
func (w *walker) damage(err error) error {
	var syntax *jsontext.SyntacticError
	var known damaged
	switch {
	case errors.As(err, &known):
		return known.error
	case errors.Is(err, errTooLong):
		return fmt.Errorf("a single text longer than %d MiB at byte %d; the file is not what it seems", recordCap>>20, w.d.InputOffset())
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the JSON is cut off after byte %d; fetch the file again", w.d.InputOffset())
	case errors.As(err, &syntax):
		return fmt.Errorf("not JSON at byte %d; mend the file or fetch it again", syntax.ByteOffset)
	}
	return err
}

// deep reports whether a value is nested deeper than a record may be.
func deep(raw []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > depthCap {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}
