package mastodon

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/mattn/go-mastodon"

	"github.com/fedipulse/fedipulse/internal/fetch"
)

// Client asks one instance. go-mastodon words the requests; the door sends them,
// with its manners and caps, and what comes back is read here item by item. So
// of go-mastodon's known gaps none is left: no endless sleep on 429, no unbounded
// body, no page lost for one bad item, no cursor that is overwritten, no empty
// Authorization header.
type Client struct {
	door    *fetch.Client
	host    string
	token   string // "": asked as a stranger
	words   *mastodon.Client
	decoder Decoder
	caps    caps

	Site Site

	requests int
	latest   time.Time // when the latest answer was asked for
}

// ErrClosed is the error of what an instance does not show to strangers.
var ErrClosed = errors.New("the instance does not show this to strangers")

// answer is a body with what stands around it.
type answer struct {
	body []byte
	seen time.Time
}

type answerKey struct{}

// RoundTrip sends what go-mastodon wants sent. It keeps the body for ask, and
// gives go-mastodon nothing to decode: one null or one bad time in a list would
// make it drop the whole.
func (c *Client) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet || req.URL.Host != c.host {
		return nil, errors.New("not a question to this instance")
	}
	a, err := c.get(req.Context(), req.URL)
	if err != nil {
		return nil, err
	}
	if to, ok := req.Context().Value(answerKey{}).(*answer); ok {
		*to = a
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{}, Request: req,
		Body: io.NopCloser(strings.NewReader("null")),
	}, nil
}

// largest is the most bytes of an answer: with a token a context may hold 4,096
// statuses of some 4 kB.
const largest = 32 << 20

// paged are the parameters that count against the stricter of Mastodon's limits.
var paged = []string{"max_id", "min_id", "since_id", "page"}

const paging = "paging"

func (c *Client) get(ctx context.Context, u *url.URL) (answer, error) {
	r := fetch.Request{URL: u.String(), Judge: judge, Largest: largest}
	if c.token != "" {
		r.Header = http.Header{"Authorization": {"Bearer " + c.token}}
	}
	q := u.Query()
	for _, name := range paged {
		if q.Has(name) {
			r.Bucket = paging
		}
	}
	c.requests++
	a, err := c.door.Get(ctx, r)
	if err != nil {
		return answer{}, closed(err)
	}
	c.latest = a.Seen
	return answer{a.Body, a.Seen}, nil
}

// judge: Mastodon uses HTTP's own statuses for what is temporary.
func judge(int, []byte) fetch.Verdict { return fetch.Final }

// closed marks the statuses by which servers want to see a login: 401 and 403,
// and 422 of Mastodon's older versions.
func closed(err error) error {
	var s *fetch.StatusError
	if errors.As(err, &s) && (s.Status == http.StatusUnauthorized || s.Status == http.StatusForbidden || s.Status == http.StatusUnprocessableEntity) {
		return fmt.Errorf("%w: %w", ErrClosed, err)
	}
	return err
}

// absent reports whether an error says that a status is not there, or no longer.
func absent(err error) bool {
	var s *fetch.StatusError
	if !errors.As(err, &s) {
		return false
	}
	var e struct {
		Error jsontext.Value `json:"error"`
	}
	return s.Status == http.StatusGone || s.Status == http.StatusNotFound && json.Unmarshal(s.Body, &e, lenient) == nil && e.Error != nil
}

// ask runs one call of go-mastodon and returns the body of its answer.
func (c *Client) ask(ctx context.Context, call func(context.Context) error) (answer, error) {
	var a answer
	if err := call(context.WithValue(ctx, answerKey{}, &a)); err != nil {
		return answer{}, plain(err)
	}
	return a, nil
}

// plain takes off what net/http puts around an error, with the address in it.
func plain(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

// path asks for what go-mastodon has no call for.
func (c *Client) path(ctx context.Context, path string, q url.Values) (answer, error) {
	return c.get(ctx, &url.URL{Scheme: "https", Host: c.host, Path: path, RawQuery: q.Encode()})
}

// items reads a list one by one. Of null and of what cannot be read the others
// know nothing.
func items(body []byte) ([]jsontext.Value, error) {
	var list []jsontext.Value
	if err := json.Unmarshal(body, &list, lenient); err != nil || list == nil && !bytes.Equal(bytes.TrimSpace(body), []byte("[]")) {
		return nil, errors.New("the answer is not a list")
	}
	return list, nil
}

// status asks for one status.
func (c *Client) status(ctx context.Context, id string) (answer, error) {
	if !localID.MatchString(id) {
		return answer{}, errors.New("not an id that an address can hold")
	}
	return c.ask(ctx, func(ctx context.Context) error {
		_, err := c.words.GetStatus(ctx, mastodon.ID(id))
		return err
	})
}

// around asks for what stands above and below a status.
func (c *Client) around(ctx context.Context, id string) (above, below []jsontext.Value, seen time.Time, err error) {
	if !localID.MatchString(id) {
		return nil, nil, time.Time{}, errors.New("not an id that an address can hold")
	}
	a, err := c.ask(ctx, func(ctx context.Context) error {
		_, err := c.words.GetStatusContext(ctx, mastodon.ID(id))
		return err
	})
	if err != nil {
		return nil, nil, time.Time{}, err
	}
	var lists struct{ Ancestors, Descendants []jsontext.Value }
	if err := json.Unmarshal(a.body, &lists, lenient, json.MatchCaseInsensitiveNames(true)); err != nil || lists.Ancestors == nil && lists.Descendants == nil {
		return nil, nil, time.Time{}, errors.New("the answer has neither ancestors nor descendants")
	}
	return lists.Ancestors, lists.Descendants, a.seen, nil
}

// several asks for statuses by their ids, and returns those that are shown. A
// server without that call is asked one by one.
func (c *Client) several(ctx context.Context, ids []string) ([]jsontext.Value, error) {
	var found []jsontext.Value
	if c.Site.batch == "" {
		for _, id := range ids {
			a, err := c.status(ctx, id)
			if absent(err) {
				continue
			}
			if err != nil {
				return nil, err
			}
			found = append(found, a.body)
		}
		return found, nil
	}
	for len(ids) > 0 {
		n := min(len(ids), batchSize)
		a, err := c.path(ctx, "/api/v1/statuses", url.Values{c.Site.batch: ids[:n]})
		if err != nil {
			return nil, err
		}
		list, err := items(a.body)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 { // nothing at all: is it the posts that are gone, or the call?
			if _, err := c.status(ctx, ids[0]); err == nil {
				return nil, errors.New("the server shows none of several posts, and one of them when asked for it alone")
			} else if !absent(err) {
				return nil, err
			}
		}
		found, ids = append(found, list...), ids[n:]
	}
	return found, nil
}

// batchSize is what Mastodon takes at a time.
const batchSize = 20

// snowflake is the id that Mastodon and its forks would have given at a time.
func snowflake(t time.Time) string {
	if t.UnixMilli() <= 0 {
		return "0"
	}
	return strconv.FormatInt(t.UnixMilli()<<16, 10)
}
