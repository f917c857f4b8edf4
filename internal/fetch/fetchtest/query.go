package fetchtest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// query is the parameters of a request. Names are literal, and one that the
// server does not know is passed over, as the real ones do.
type query struct {
	url.Values
	numbers map[string]int64
}

// whole are the parameters that are whole numbers, wherever they may stand.
var whole = []string{
	"limit", "page", "max_depth", "post_id", "parent_id", "community_id", "comment_id", "id",
	"creator_id", "person_id", "other_person_id", "mod_person_id", "time_range_seconds",
}

// read checks the parameters that c takes.
func (in *Instance) read(c call, values url.Values) (query, *refusal) {
	q := query{values, map[string]int64{}}
	for _, name := range whole {
		if s := values.Get(name); s != "" {
			n, err := strconv.ParseInt(s, 10, 64)
			if err != nil {
				return q, malformed("invalid digit found in string")
			}
			q.numbers[name] = min(max(n, -1<<40), 1<<40) // so that no sum of them runs over
		}
	}
	for name, known := range map[string][]string{"sort": c.sorts, "type_": c.kinds} {
		if s := values.Get(name); s != "" && known != nil && !slices.Contains(known, s) {
			return q, malformed(fmt.Sprintf("unknown variant `%s`, expected one of `%s`", s, strings.Join(known, "`, `")))
		}
	}
	return q, nil
}

func malformed(why string) *refusal {
	return &refusal{http.StatusBadRequest, "unknown", "Query deserialize error: " + why, ""}
}

func (q query) number(name string) (int64, bool) {
	n, ok := q.numbers[name]
	return n, ok
}

// or is the number, or what stands for its absence.
func (q query) or(name string, absent int64) int64 {
	if n, ok := q.numbers[name]; ok {
		return n
	}
	return absent
}

func (q query) yes(name string) bool { return q.Get(name) == "true" }

// sort is in lower case, whatever the dialect's spelling.
func (q query) sort(absent string) string {
	if s := q.Get("sort"); s != "" {
		return strings.ToLower(s)
	}
	return absent
}

// kind is type_ in lower case.
func (q query) kind(absent string) string {
	if s := q.Get("type_"); s != "" {
		return strings.ToLower(s)
	}
	return absent
}

// window cuts a page out of n rows. It fails where the real servers do.
func (in *Instance) window(q query, n int, fail *refusal) (from, to int, refused *refusal) {
	limit, page := q.or("limit", 10), q.or("page", 1)
	most := int64(in.release.pages())
	if limit < 1 || limit > 50 || page < 1 || most > 0 && page > most {
		return 0, 0, fail
	}
	from, to = cut(n, (page-1)*limit, limit)
	return from, to, nil
}

// cut keeps a window within n rows.
func cut(n int, offset, limit int64) (from, to int) {
	from = int(min(int64(n), offset))
	return from, int(min(int64(n), int64(from)+limit))
}
