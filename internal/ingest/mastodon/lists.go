package mastodon

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/mattn/go-mastodon"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

const (
	listed        = 40     // statuses of a page that every software grants
	mostListPages = 10_000 // of one list in one run
	together      = 5      // hashtags that one walk of Mastodon's takes: the first, and four in any[]
	mostModes     = 4      // tags in any[], all[] and none[] each
)

// list is a timeline, or the like of one, that is read page by page, newest
// first.
type list struct {
	stream string
	page   func(ctx context.Context, from string) (answer, error) // below an id; "": from the top
	wanted func(*discussion.Post) bool                            // nil: all
	closed error                                                  // why it is not to be asked for
}

// lists are the timelines and searches of a source.
func (v *reading) lists() []list {
	size := together
	if !v.Site.many {
		size = 1
	}
	var all []list
	for tags := range slices.Chunk(v.Hashtags, size) {
		all = append(all, list{
			stream: "tag/" + strings.Join(tags, "+"), wanted: v.tagged, closed: v.access("hashtag timelines", v.Site.Hashtags),
			page: func(ctx context.Context, from string) (answer, error) {
				return v.ask(ctx, func(ctx context.Context) error {
					modes := &mastodon.TagData{Any: tags[1:], All: cut(v.All), None: cut(v.None)}
					_, err := v.words.GetTimelineHashtagMultiple(ctx, tags[0], false, modes, below(from))
					return err
				})
			},
		})
	}
	for _, which := range v.Timelines {
		all = append(all, list{
			stream: "timeline/" + which, wanted: v.Wanted, closed: v.access("public timelines", v.Site.Public),
			page: func(ctx context.Context, from string) (answer, error) {
				return v.ask(ctx, func(ctx context.Context) error {
					_, err := v.words.GetTimelinePublic(ctx, which == "local", below(from))
					return err
				})
			},
		})
	}
	for _, words := range v.Search {
		var closed error
		if v.token == "" {
			closed = fmt.Errorf("%w: searching posts needs a token", ErrClosed)
		}
		all = append(all, list{stream: "search/" + words, closed: closed, page: func(ctx context.Context, from string) (answer, error) {
			q := url.Values{"q": {words}, "type": {"statuses"}, "limit": {strconv.Itoa(listed)}}
			if from != "" {
				q.Set("max_id", from)
			}
			a, err := v.path(ctx, "/api/v2/search", q)
			if err != nil {
				return a, err
			}
			var found struct {
				Statuses jsontext.Value `json:"statuses"`
			}
			err = json.Unmarshal(a.body, &found, lenient)
			a.body = found.Statuses
			return a, err
		}})
	}
	return all
}

func cut(tags []string) []string { return tags[:min(len(tags), mostModes)] }

// below is a page of its own for every call: go-mastodon writes into it.
func below(id string) *mastodon.Pagination {
	return &mastodon.Pagination{MaxID: mastodon.ID(id), Limit: listed}
}

// tagged checks what the server may have passed over: some ignore all[] and
// none[], and all take four tags at most.
func (v *reading) tagged(p *discussion.Post) bool {
	has := func(tag string) bool { return slices.Contains(p.Tags, tag) }
	return !slices.ContainsFunc(v.All, func(tag string) bool { return !has(tag) }) && !slices.ContainsFunc(v.None, has)
}

// access is an error where strangers are not shown a timeline. Some servers
// answer then with an empty list.
func (v *reading) access(what, who string) error {
	if who == "disabled" || who == "authenticated" && v.token == "" {
		return fmt.Errorf("%w: %s are %s", ErrClosed, what, who)
	}
	return nil
}

// account reads a person's own posts and answers. The study says that they agree.
func (v *reading) account(ctx context.Context, handle string) {
	handle = strings.TrimPrefix(handle, "@")
	a, err := v.ask(ctx, func(ctx context.Context) error {
		_, err := v.words.AccountLookup(ctx, handle)
		return err
	})
	var found struct{ ID mastodon.ID }
	if err == nil {
		err = json.Unmarshal(a.body, &found, lenient, json.MatchCaseInsensitiveNames(true))
	}
	if err == nil && !localID.MatchString(string(found.ID)) {
		err = errors.New("the answer names no account")
	}
	if err != nil { // the handle stands in the study, not in an error that is logged
		v.Fail(fmt.Errorf("look an account of the study up: %w", err))
		return
	}
	v.read(ctx, list{stream: "account/" + string(found.ID), page: func(ctx context.Context, from string) (answer, error) {
		return v.ask(ctx, func(ctx context.Context) error {
			_, err := v.words.GetAccountStatusesParams(ctx, found.ID, url.Values{"exclude_reblogs": {"true"}}, below(from))
			return err
		})
	}})
}

// walk is the cursor of a list.
type walk struct {
	Study string    `json:"study"`
	Began time.Time `json:"began"`
	Floor time.Time `json:"floor"`
	From  string    `json:"from,omitempty"`
	Whole bool      `json:"whole"`
}

// overlap is how much of a list is read again: what arrives late from another
// server gets an id of the time when it was written, below where a run ended.
const overlap = 48 * time.Hour

func (v *reading) resume(stream string) (walk, error) {
	at, err := v.Cursor(stream)
	if err != nil {
		return walk{}, err
	}
	study := v.Keeps + "/" + v.Since.Format(time.RFC3339) + "/" + v.Until.Format(time.RFC3339)
	next := walk{Study: study, Floor: v.Since}
	var last walk
	switch {
	case at == "" || json.Unmarshal([]byte(at), &last) != nil || last.Study != study:
	case !last.Whole:
		return last, nil
	case last.Began.Add(-overlap).After(next.Floor):
		next.Floor = last.Began.Add(-overlap)
	}
	next.From = v.top()
	return next, nil
}

// top is the id below which a list is read: that of the window's end, where ids
// hold the time.
func (v *reading) top() string {
	if v.Site.snowflakes && !v.Until.IsZero() {
		return snowflake(v.Until)
	}
	return ""
}

// read follows a list to its end, its floor, or a cause to leave it. The cursor
// is worked out from what was shown: what the Link header says may be wrong, or
// lead elsewhere. A short page is no end, since servers filter after they cut.
func (v *reading) read(ctx context.Context, l list) {
	if l.closed != nil {
		v.Fail(fmt.Errorf("%s: %w", l.stream, l.closed))
		return
	}
	w, err := v.resume(l.stream)
	if err != nil {
		v.Fail(err)
		return
	}
	v.Afresh()
	top := v.top()
	seen, lost := map[string]bool{}, v.Lost
	for number := 1; ; number++ {
		a, err := l.page(ctx, w.From)
		var rows []jsontext.Value
		switch {
		case absent(err): // GoToSocial says so of a tag that nobody used
			err, rows = nil, nil
		case err == nil:
			rows, err = items(a.body)
		}
		if err != nil {
			v.Fail(fmt.Errorf("%s: %w", l.stream, err))
			return
		}
		if w.Began.IsZero() {
			w.Began = v.latest
		}
		page := discussion.Page{Name: l.stream + " page " + strconv.Itoa(number), Instance: v.host, Seen: v.latest}
		oldest, old := v.rows(ctx, l, rows, a.seen, w.Floor, &page)
		if v.Over {
			return
		}
		if v.Tired() {
			v.GiveUp(l.stream)
			return
		}
		var problem error
		end := len(rows) == 0 || old
		switch {
		case end: // what failed on the way is below where the next run would stop
			w.From, w.Whole = top, v.Lost == lost
		case oldest == "" || seen[oldest] || oldest == w.From || w.From != "" && v.Site.snowflakes && !less(oldest, w.From):
			problem = errors.New("the list goes in a circle")
		case number >= mostListPages:
			problem = fmt.Errorf("the list has more than %d pages", mostListPages)
		default:
			w.From, seen[oldest] = oldest, true
		}
		if problem != nil {
			w.From = top
		}
		b, err := json.Marshal(w, json.Deterministic(true))
		if err != nil {
			panic(err) // plain data cannot fail
		}
		page.Cursor = discussion.Cursor{Stream: l.stream, Position: string(b)}
		if v.Hand(page, nil); v.Over {
			return
		}
		if problem != nil {
			v.Fail(fmt.Errorf("%s: %w", l.stream, problem))
			return
		}
		if end {
			return
		}
	}
}

// rows follows the posts of a page that are wanted, and returns the oldest id,
// and whether the list has come below its floor: all that could be read of the
// page is older.
func (v *reading) rows(ctx context.Context, l list, rows []jsontext.Value, seen, floor time.Time, page *discussion.Page) (oldest string, old bool) {
	read, below := 0, 0
	for i, raw := range rows {
		s, err := parse(raw)
		if err == nil && s.ID != "" && localID.MatchString(string(s.ID)) {
			oldest = string(s.ID)
		}
		var p discussion.Post
		if err == nil {
			p, err = v.decoder.Status(raw)
		}
		if err != nil {
			sum := sha256.Sum256(raw)
			page.Rejected = append(page.Rejected, discussion.Rejected{Item: "row " + strconv.Itoa(i+1), Reason: err.Error(), SHA256: hex.EncodeToString(sum[:])})
			continue
		}
		at, _ := instant(s.CreatedAt) // of the boost, where it is one
		read++
		if at.Before(floor) {
			below++
		}
		if p.Created.Before(v.Since) || !v.Until.IsZero() && !p.Created.Before(v.Until) || l.wanted != nil && !l.wanted(&p) {
			continue
		}
		if v.follow(ctx, raw, seen); v.Over || v.Tired() {
			return oldest, false
		}
	}
	return oldest, read > 0 && below == read
}
