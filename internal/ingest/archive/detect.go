package archive

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Format is what a file holds, whatever it is called and however it is compressed.
type Format uint8

// The formats that can be read.
const (
	Unknown     Format = iota
	Copied             // a thread copied from a Lemmy page
	Lemmy              // answers of the Lemmy API, v3 or v4, or of PieFed
	Mastodon           // answers of the Mastodon API
	ActivityPub        // an outbox, or objects and activities one by one
	Account            // an account archive in zip or tar, with an outbox in it
	Export             // this program's own export
)

// String names the format as a person would.
func (f Format) String() string {
	return [...]string{"unknown", "copied Lemmy page", "Lemmy API", "Mastodon API", "ActivityPub", "account archive", "fedipulse export"}[min(f, Export)]
}

// Detect tells from the first bytes of a file, some 64 KiB of them, what it
// holds. It looks through gzip and Zstandard, as far as head goes.
func Detect(head []byte) Format {
	c := &content{}
	defer c.close()
	for range mostLayers {
		name := packing(head)
		if name == "zip" || name == "tar" {
			return Account
		}
		if name == "" {
			break
		}
		r, err := inflate(c, name, bytes.NewReader(head))
		if err != nil {
			return Unknown
		}
		head, _ = io.ReadAll(io.LimitReader(r, headSize)) // head ends within the data: an error is expected
	}
	format, _ := detectText(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")))
	return format
}

// detectText also tells whether there is a record a line.
func detectText(head []byte) (f Format, lines bool) {
	start := bytes.TrimLeft(head, " \t\r\n")
	if len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		if f = firstKnown(start); f != Unknown {
			return f, linewise(start)
		}
	}
	if looksCopied(head) {
		return Copied, false
	}
	return Unknown, false
}

// firstKnown returns the format of the first record that shows one, by the
// beginnings of up to probedLines lines: one bad record must not hide the rest.
func firstKnown(head []byte) Format {
	const probedLines = 50
	n := 0
	for len(head) > 0 && n < probedLines {
		if head[0] == '{' || n == 0 {
			d := jsontext.NewDecoder(bytes.NewReader(head), lenient)
			if f := look(d).format(); f != Unknown {
				return f
			}
		}
		end := bytes.IndexByte(head, '\n')
		if end < 0 {
			break
		}
		head = head[end+1:]
		n++
	}
	return Unknown
}

// unknown says of a file that is none of the formats what it seems to be.
func unknown(head []byte) error {
	start := bytes.TrimLeft(head, " \t\r\n")
	switch {
	case len(start) == 0:
		return errors.New("the file is empty")
	case start[0] == '<':
		return errors.New("a web page, not data; save the API's answer, or copy the text of a Lemmy page")
	case start[0] == '{' && look(jsontext.NewDecoder(bytes.NewReader(start), lenient)).any("error"):
		return errors.New("an error message of a server, not posts; ask it again")
	}
	return fmt.Errorf("not one of the formats that can be read: %s", strings.Join(formats(), ", "))
}

func formats() []string {
	var out []string
	for f := Copied; f <= Export; f++ {
		out = append(out, f.String())
	}
	return out
}

// signs are the member names of a JSON object that show where it comes from.
type signs struct {
	has   map[string]bool
	kind  string // value of "type"
	inner *signs // of the first element of a list named items
	empty bool   // an empty array
}

// look reads names until the bytes end.
func look(d *jsontext.Decoder) *signs {
	s := &signs{has: map[string]bool{}}
	if d.PeekKind() == '[' {
		d.ReadToken()
		s.empty = d.PeekKind() == ']'
		for n := 0; n < 50 && !s.empty && d.PeekKind() != '{'; n++ { // null, say: a bad record
			if d.SkipValue() != nil {
				return s
			}
		}
	}
	if d.PeekKind() != '{' {
		return s
	}
	d.ReadToken()
	for d.PeekKind() == '"' && len(s.has) < 200 {
		t, err := d.ReadToken()
		if err != nil {
			return s
		}
		name := t.String()
		s.has[name] = true
		switch {
		case name == "items" && d.PeekKind() == '[':
			s.inner = look(d)
			return s
		case name == "type" && d.PeekKind() == '"':
			t, _ := d.ReadToken()
			s.kind = t.String()
		case d.SkipValue() != nil:
			return s
		}
	}
	return s
}

// any reports whether there is a member of one of the names.
func (s *signs) any(names ...string) bool {
	for _, n := range names {
		if s.has[n] {
			return true
		}
	}
	return false
}

// format weighs the signs; the sure ones come first.
func (s *signs) format() Format {
	switch {
	case s.any("fedipulse"), s.any("uri") && s.any("platform") && s.any("kind"):
		return Export
	case s.any("post_view", "comment_view"):
		return Lemmy
	case s.any("ancestors", "descendants", "statuses", "hashtags"), s.empty:
		return Mastodon
	case s.any("@context", "orderedItems"), activities[s.kind], objects[s.kind], s.kind == "Tombstone", strings.HasSuffix(s.kind, "Collection"), strings.HasSuffix(s.kind, "CollectionPage"):
		return ActivityPub
	case s.inner != nil && !s.inner.empty:
		return s.inner.format()
	case s.any("account") && s.any("uri", "content", "created_at"):
		return Mastodon
	case s.any("items", "comments", "posts", "comment", "post"):
		return Lemmy
	}
	return Unknown
}

// linewise reports whether head shows one JSON object a line, by up to three
// lines. One of them may be broken, but not by going on in the next line.
func linewise(head []byte) bool {
	objects, valid := 0, false
	for line := range bytes.Lines(head) {
		whole := line[len(line)-1] == '\n'
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		if line[0] != '{' || whole && (objects == 0 && cutOff(line) || line[len(line)-1] == ',') {
			return false
		}
		valid = valid || jsontext.Value(line).IsValid(lenient)
		if objects++; objects == 3 {
			break
		}
	}
	return objects > 1 && valid
}
