package lemmy

import (
	"time"

	"github.com/go-json-experiment/json"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/fetch"
)

// mark is the cursor of a thread: what its post showed when it was read, and
// what tells whether it may have changed since.
type mark struct {
	Keeps    string `json:"keeps,omitempty"`
	Comments int64  `json:"comments"` // -1: not counted
	Newest   string `json:"newest,omitempty"`
	Edited   string `json:"edited,omitempty"`
	ETag     string `json:"etag,omitempty"`
	Modified string `json:"modified,omitempty"`
	Short    int    `json:"short,omitempty"`  // readings with these counts that did not bring all
	Failed   bool   `json:"failed,omitempty"` // the last reading was broken off
}

// broken is the mark of a thread whose reading was broken off. Such threads come
// last, so that one that always makes its server fail does not keep it from the
// others.
var broken = mark{Comments: -2, Failed: true}

// mostShort is how often a thread is read again that is not whole: something may
// have gone wrong on the way, but some instances never show all that they count.
const mostShort = 3

// mark of the post in a view.
func (v *view) mark(keeps string, from fetch.Validators) mark {
	m := mark{Keeps: keeps, Comments: -1, Newest: v.newest(), Edited: v.Post.updated(), ETag: from.ETag, Modified: from.Modified}
	if n := v.comments(); n != nil {
		m.Comments = *n
	}
	return m
}

func (v *view) comments() *int64 {
	if v.Counts != nil {
		return v.Counts.Comments
	}
	return v.Post.Comments
}

// newest is the time of the newest comment as it is served; "" where it is not.
func (v *view) newest() string {
	if v.Counts != nil && v.Counts.Newest != "" {
		return v.Counts.Newest
	}
	return v.Post.Newest
}

// same reports whether nothing tells that the thread has changed.
func (m mark) same(held mark) bool {
	return m.Keeps == held.Keeps && m.Comments == held.Comments && m.Newest == held.Newest && m.Edited == held.Edited
}

// settled reports whether the last reading was as good as it gets.
func (m mark) settled() bool { return m.Short == 0 || m.Short >= mostShort }

// after is the mark of a reading with what it brought.
func (m mark) after(c *discussion.Coverage, held mark) mark {
	if m.Short = 0; c == nil || c.Reason == "" {
		return m
	}
	if m.Short = 1; m.same(held) {
		m.Short += held.Short
	}
	return m
}

func (m mark) validators() fetch.Validators {
	return fetch.Validators{ETag: m.ETag, Modified: m.Modified}
}

func (m mark) text() string { return position(m) }

// none is the mark of a thread that was not read.
var none = mark{Comments: -2}

// held is the mark of a thread's last whole reading.
func (v *reading) held(id int64) (mark, error) {
	at, err := v.Cursor(postID(id))
	m := none
	if err != nil || at == "" || json.Unmarshal([]byte(at), &m) != nil {
		return none, err
	}
	return m, nil
}

// walk is the cursor of a list: how far it was read, and how far back that is
// to go.
type walk struct {
	Study string    `json:"study"` // what the study asks for; another one starts afresh
	Began time.Time `json:"began"` // when the first page was asked for
	Floor time.Time `json:"floor"` // older rows are not looked at; zero: to the end
	After string    `json:"after,omitempty"`
	Whole bool      `json:"whole"` // it was read to its floor
}

// overlap is how much of a list is read again: clocks differ, and what other
// servers send may arrive late.
const overlap = 24 * time.Hour

// resume goes on with a list: where a run was cut off, or from the top down to
// where the last one began. Lists that are not in order of change start afresh.
func (v *reading) resume(stream string, byChange bool) (walk, error) {
	at, err := v.Cursor(stream)
	if err != nil {
		return walk{}, err
	}
	study := v.Keeps + "/" + v.Since.Format(time.RFC3339) + "/" + v.Until.Format(time.RFC3339)
	var last walk
	if at != "" && json.Unmarshal([]byte(at), &last) != nil || last.Study != study {
		last = walk{}
	}
	switch next := (walk{Study: study, Floor: v.Since}); {
	case last.Study == "" || last.Whole && !byChange:
		return next, nil
	case last.Whole:
		if back := last.Began.Add(-overlap); back.After(next.Floor) {
			next.Floor = back
		}
		return next, nil
	}
	return last, nil
}

func position(v any) string {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		panic(err) // plain data cannot fail
	}
	return string(b)
}
