package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/ingest/lemmy"
	"github.com/fedipulse/fedipulse/internal/ingest/mastodon"
)

// decoder turns the records of one file into posts. It is used by several
// goroutines at once and does not change.
type decoder struct {
	format   Format
	lemmy    lemmy.Decoder
	mastodon mastodon.Decoder
	activity activityDecoder
	now      time.Time
}

func newDecoder(c *content, instance string) *decoder {
	return &decoder{
		format: c.format, now: time.Now(),
		lemmy:    lemmy.Decoder{Instance: instance},
		mastodon: mastodon.Decoder{Instance: instance},
		activity: activityDecoder{now: time.Now(), profile: readProfile(c.profile)},
	}
}

// decode is the decodeFunc of a file.
func (d *decoder) decode(posts []discussion.Post, at where, raw []byte) ([]discussion.Post, bool, []reason) {
	err := errTooDeep
	// Few brackets cannot nest deep: that spares most records the walk.
	if bytes.Count(raw, []byte("{"))+bytes.Count(raw, []byte("[")) <= depthCap || !deep(raw) {
		first := len(posts)
		var root bool
		if posts, root, err = d.record(posts, at, raw); err == nil {
			return posts, root, nil
		}
		posts = posts[:first]
		if at.index < 0 { // an answer among single records, as on a line of its own
			if more, reasons, ok := d.answer(posts, at, raw); ok {
				return more, false, reasons
			}
		}
	}
	return posts, false, []reason{{at: at, raw: raw, err: err}}
}

// record decodes one record.
func (d *decoder) record(posts []discussion.Post, at where, raw []byte) ([]discussion.Post, bool, error) {
	var p discussion.Post
	var err error
	switch d.format {
	case Export:
		posts = append(posts, discussion.Post{})
		return posts, false, readExport(raw, &posts[len(posts)-1], d.now)
	case Lemmy:
		return d.view(posts, at.list, raw)
	case Mastodon:
		p, err = d.mastodon.Status(raw)
	default:
		var skip bool
		if p, skip, err = d.activity.read(raw); skip {
			return posts, false, err
		}
	}
	return append(posts, p), false, err
}

// answer decodes a record that is an API answer with lists in it; ok is false
// if it is none.
func (d *decoder) answer(posts []discussion.Post, at where, raw []byte) (_ []discussion.Post, reasons []reason, ok bool) {
	first := len(posts)
	err := walk(bytes.NewReader(raw), func(in where, part []byte, why error) error {
		if in.index < 0 && in.list == "" && !bytes.Contains(part, []byte(`"post_view"`)) {
			return nil
		}
		ok = true
		in.line, in.value = at.line, at.value
		n := len(posts)
		if why == nil {
			if posts, _, why = d.record(posts, in, part); why == nil {
				return nil
			}
		}
		posts = posts[:n]
		reasons = append(reasons, reason{at: in, raw: bytes.Clone(part), err: why})
		return nil
	})
	if err != nil {
		return posts[:first], nil, false
	}
	return posts, reasons, ok
}

// view decodes a record of the Lemmy API: a view as it stands in a list, or an
// answer that holds a single one. A comment brings the post that it hangs from.
func (d *decoder) view(posts []discussion.Post, list string, raw []byte) ([]discussion.Post, bool, error) {
	kind, raw, err := single(raw)
	if err != nil {
		return posts, false, err
	}
	if kind == "" {
		return posts, false, errors.New("neither a post nor a comment of the Lemmy API")
	}
	if kind == "post" {
		p, err := d.lemmy.Post(raw)
		return append(posts, p), false, err
	}
	p, err := d.lemmy.Comment(raw)
	if err != nil {
		return posts, false, err
	}
	root, ok, err := d.lemmy.Root(raw)
	if ok = ok && err == nil; ok {
		if root.Author.URI == "" {
			// Who wrote it is not said, so nobody can be asked whether the words may
			// be kept: only the post's place in the thread is.
			root.Title, root.Content, root.Warning, root.LinkDomain = "", "", "", ""
		}
		posts = append(posts, root)
	}
	return append(posts, p), ok, nil
}

// single tells a view of a comment from one of a post, and unwraps it.
func single(raw []byte) (kind string, view []byte, err error) {
	var v struct {
		PostView    jsontext.Value `json:"post_view"`
		CommentView jsontext.Value `json:"comment_view"`
		Comment     jsontext.Value `json:"comment"`
		Post        jsontext.Value `json:"post"`
		Creator     jsontext.Value `json:"creator"`
	}
	if err := json.Unmarshal(raw, &v, lenient); err != nil {
		return "", nil, plainer(err)
	}
	object := func(v jsontext.Value) bool { return v.Kind() == '{' }
	switch {
	case object(v.PostView):
		return "post", v.PostView, nil
	case object(v.CommentView):
		return "comment", v.CommentView, nil
	case object(v.Comment) && object(v.Creator):
		return "comment", raw, nil
	case object(v.Post) && object(v.Creator):
		return "post", raw, nil
	case object(v.Comment): // resolve_object of v3
		return "comment", v.Comment, nil
	case object(v.Post):
		return "post", v.Post, nil
	}
	return "", nil, nil
}

// plainer says a decoder's error without Go's types and without the record's words.
func plainer(err error) error {
	var wrong *json.SemanticError
	var syntax *jsontext.SyntacticError
	switch {
	case errors.As(err, &wrong) && wrong.JSONPointer == "":
		return errors.New("not a JSON object")
	case errors.As(err, &wrong):
		return fmt.Errorf("%.60s: not of the type that belongs there", wrong.JSONPointer[1:])
	case errors.As(err, &syntax):
		return fmt.Errorf("not JSON at byte %d of the record", syntax.ByteOffset)
	}
	return err
}

// probed is how many records may be asked which host served them.
const probed = 1000

// instance is the host that served the records, as the study or they tell.
func (f File) instance(ctx context.Context, format Format) (string, error) {
	tell := map[Format]func([]byte) string{Lemmy: lemmyHost, Mastodon: mastodon.Instance, ActivityPub: actorHost}[format]
	if f.Instance != "" || tell == nil {
		return f.Instance, nil
	}
	c, err := f.open()
	if err != nil {
		return "", err
	}
	defer c.close()
	host, n := "", 0
	var probe emit
	probe = func(at where, raw []byte, _ error) error {
		if n++; n > probed || ctx.Err() != nil {
			return errEnough
		}
		if host = tell(raw); host == "" && at.line > 0 && at.index < 0 { // an answer on a line
			_ = walk(bytes.NewReader(raw), func(in where, part []byte, _ error) error {
				in.line, in.index = 0, max(in.index, 0)
				return probe(in, part, nil)
			})
		}
		if host != "" {
			return errEnough
		}
		return nil
	}
	// What is wrong with the file comes out when its records are read.
	_ = c.scan(probe)
	return host, ctx.Err()
}

func lemmyHost(raw []byte) string {
	_, view, err := single(raw)
	if err != nil || view == nil {
		return ""
	}
	return lemmy.Instance(view)
}
