package lemmy

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/fetch"
)

// dialect is one form of the API: which path and parameters ask for a thing,
// and where its answer has the rows. The three differ in that and in little else.
type dialect interface {
	site() call
	post(id int64) call
	postOf(comment int64) call
	comment(id int64) call
	// posts lists a community's posts, newest comment first where byChange, else
	// newest post first.
	posts(community, after string) call
	byChange() bool
	search(words string, what hits, after string) call
	resolve(uri string) call
	// comments asks for a subtree (parent 0: the whole thread), oldest first, in
	// the order that gives most rows a page.
	comments(post, parent int64, after string) call
	// next is what the page after this one is asked with; "" at the end.
	next(e *envelope, after string, rows int) string
	nextHits(e *envelope, after string, rows int) string
}

// call is a request but for the host.
type call struct {
	path   string
	query  url.Values
	bucket string // "search", where the server counts it apart
}

// hits is what a search looks for.
type hits int

const (
	inPosts hits = iota
	inComments
)

const (
	searching = "search"
	listed    = 50  // rows of a list that every version grants
	treed     = 300 // rows of a list with max_depth on Lemmy
	deepest   = "50"
)

// envelope holds the members that answers have, whatever the dialect. A nil
// list was not there.
type envelope struct {
	Posts       []jsontext.Value `json:"posts"`
	Comments    []jsontext.Value `json:"comments"`
	Items       []jsontext.Value `json:"items"`
	NextPage    jsontext.Value   `json:"next_page"`
	PostView    jsontext.Value   `json:"post_view"`
	CommentView jsontext.Value   `json:"comment_view"`

	body       []byte
	seen       time.Time // when it was asked for
	unchanged  bool      // since the answer that the validators are of
	validators fetch.Validators
}

// rows returns the list of an answer; one that is not there must not be taken
// for an empty one.
func (e *envelope) rows(name string, list []jsontext.Value) ([]jsontext.Value, error) {
	if e.Items != nil {
		return e.Items, nil
	}
	if list == nil {
		return nil, fmt.Errorf("the answer has no %s", name)
	}
	return list, nil
}

// cursor is next_page as text: PieFed has a number, Lemmy a string.
func (e *envelope) cursor() string {
	s := strings.Trim(string(e.NextPage), `" `)
	if s == "null" || strings.Trim(s, "neo,") == "" {
		return ""
	}
	return s
}

// api is one instance, asked in its dialect.
type api struct {
	client   *fetch.Client
	host     string
	dialect  dialect
	decoder  Decoder
	requests int
	latest   time.Time // when the latest answer was asked for
}

func (a *api) ask(ctx context.Context, c call) (*envelope, error) {
	return a.askIf(ctx, c, fetch.Validators{})
}

// askIf asks for an answer only if it is another one than before.
func (a *api) askIf(ctx context.Context, c call, before fetch.Validators) (*envelope, error) {
	a.requests++
	address := url.URL{Scheme: "https", Host: a.host, Path: c.path, RawQuery: c.query.Encode()}
	answer, err := a.client.Get(ctx, fetch.Request{URL: address.String(), Bucket: c.bucket, Judge: judge, Validators: before})
	if err != nil {
		return nil, err
	}
	a.latest = answer.Seen
	e := &envelope{body: answer.Body, seen: answer.Seen, unchanged: answer.NotModified, validators: answer.Validators}
	if e.unchanged {
		return e, nil
	}
	if err := json.Unmarshal(answer.Body, e, lenient); err != nil {
		return nil, fmt.Errorf("read the answer of %s%s: %w", a.host, c.path, plainer(err))
	}
	return e, nil
}

// judge says what Lemmy means by an error. Before 1.0 it has no status for too
// many requests, and the error of a page that does not exist is also that of a
// database which took too long.
func judge(status int, body []byte) fetch.Verdict {
	switch code := problem(body); {
	case code == "rate_limit_error", code == "too_many_requests":
		return fetch.Limited
	case status == http.StatusBadRequest && (code == "couldnt_get_comments" || code == "couldnt_get_posts"):
		return fetch.Again
	}
	return fetch.Final
}

// problem is the error of an answer: a word of Lemmy's, or PieFed's prose.
func problem(body []byte) string {
	var e struct {
		Error   string `json:"error"`
		Message string `json:"message"`
	}
	if json.Unmarshal(body, &e, lenient) != nil {
		return ""
	}
	if e.Error == "" || e.Error == "unknown" {
		return e.Message
	}
	return e.Error
}

// absent reports whether an error says that the object is not there: never
// known, purged, or a post that was deleted or removed.
func absent(err error) bool {
	var s *fetch.StatusError
	if !errors.As(err, &s) {
		return false
	}
	code := problem(s.Body)
	switch {
	case s.Status == http.StatusGone:
		return true
	case s.Status != http.StatusNotFound && s.Status != http.StatusBadRequest:
		return false
	}
	// Without such a word it is the path that is gone, or whatever stands before the
	// server that speaks.
	return strings.HasPrefix(code, "couldnt_find_") || code == "not_found" || code == "resolve_object_failed" || unknown(code)
}

// unknown reports whether PieFed's prose says that there is no such object.
func unknown(prose string) bool {
	prose = strings.ToLower(prose)
	return strings.HasPrefix(prose, "no ") && strings.Contains(prose, " found") && !strings.Contains(prose, "rout") ||
		strings.HasSuffix(strings.TrimRight(prose, "."), " not found")
}

func values(pairs ...string) url.Values {
	v := url.Values{}
	for pair := range slices.Chunk(pairs, 2) {
		if pair[1] != "" {
			v.Set(pair[0], pair[1])
		}
	}
	return v
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
