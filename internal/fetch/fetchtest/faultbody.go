package fetchtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

type serve = func(http.Handler, http.ResponseWriter, *http.Request)

// bytewise sends the true answer after change.
func bytewise(change func([]byte) []byte) serve {
	return func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		rec := truth(next, r)
		w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
		w.WriteHeader(rec.Code)
		_, _ = w.Write(change(rec.Body.Bytes()))
	}
}

// called gives the true answer another name.
func called(kind string) serve {
	return func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(truth(next, r).Body.Bytes())
	}
}

// rewritten sends the true answer after change, if it is JSON.
func rewritten(change func(any) any) serve {
	return bytewise(func(b []byte) []byte {
		d := json.NewDecoder(bytes.NewReader(b))
		d.UseNumber()
		var v any
		if err := d.Decode(&v); err != nil {
			return b // not JSON in the first place: robots.txt
		}
		return jsonAnswer(http.StatusOK, change(v)).body
	})
}

// walk replaces every member of every object by what f makes of it.
func walk(v any, f func(name string, v any) any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, m := range v {
			v[name] = f(name, walk(m, f))
		}
	case []any:
		for i := range v {
			v[i] = walk(v[i], f)
		}
	}
	return v
}

func nullLists(v any) any {
	return walk(v, func(_ string, v any) any {
		if _, ok := v.([]any); ok {
			return nil
		}
		return v
	})
}

func nullRows(v any) any {
	return walk(v, func(_ string, v any) any {
		if list, ok := v.([]any); ok {
			for i := range list {
				list[i] = nil
			}
		}
		return v
	})
}

// wrongTypes makes numbers strings, strings numbers, and flags lists.
func wrongTypes(v any) any {
	return walk(v, func(_ string, v any) any {
		switch v := v.(type) {
		case json.Number:
			return v.String()
		case string:
			return len(v)
		case bool:
			return []any{v}
		}
		return v
	})
}

func wrongTimes(v any) any {
	n := 0
	return walk(v, func(name string, v any) any {
		if strings.HasPrefix(name, "published") || strings.HasPrefix(name, "updated") {
			n++
			return []string{"yesterday", "", "9999-12-31T23:59:59Z", "-0001-01-01T00:00:00Z", "1970-01-01"}[n%5]
		}
		return v
	})
}

// member gives every member of that name one value.
func member(named string, value any) func(any) any {
	return func(v any) any {
		return walk(v, func(name string, v any) any {
			if name == named {
				return value
			}
			return v
		})
	}
}

func ids(literal string) serve { return rewritten(member("id", json.Number(literal))) }

// rowsOf are the objects of the list that an answer is about.
func rowsOf(v any) (name string, rows []any) {
	answer, _ := v.(map[string]any)
	for _, name := range []string{"comments", "posts", "items"} {
		if list, ok := answer[name].([]any); ok && len(list) > 0 {
			return name, list
		}
	}
	return "", nil
}

// inner is the comment or post of a row.
func inner(row any) map[string]any {
	view, _ := row.(map[string]any)
	for _, name := range []string{"comment", "post"} {
		if o, ok := view[name].(map[string]any); ok {
			return o
		}
	}
	return map[string]any{}
}

// cycle makes every row the child of the next one, and the last of the first.
func cycle(v any) any {
	_, rows := rowsOf(v)
	for i := range rows {
		o, above := inner(rows[i]), inner(rows[(i+1)%len(rows)])
		if _, ok := o["path"]; ok {
			o["path"] = fmt.Sprintf("0.%v.%v", above["id"], o["id"])
		}
	}
	return v
}

var texts = regexp.MustCompile(`"(content|body|name|title|user_name)":"`)

// inText puts bytes in front of every text, or, where they are many, of one.
func inText(put string) func([]byte) []byte {
	return func(b []byte) []byte {
		many, first := len(put) < 1<<10, true
		return texts.ReplaceAllFunc(b, func(m []byte) []byte {
			if !many && !first {
				return m
			}
			first = false
			return append(bytes.Clone(m), put...)
		})
	}
}

// within adds a member to the outermost object.
func within(b []byte, member string) []byte {
	if len(b) < 3 || b[0] != '{' {
		return b
	}
	return append([]byte("{"+member+","), b[1:]...)
}

var oneID = regexp.MustCompile(`"id":(\d+)`)

// twice says every id two times, differently.
func twice(b []byte) []byte { return oneID.ReplaceAll(b, []byte(`"id":1,"ID":2,"id":$1`)) }

// first is the request for the first page of the same list.
func first(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	q := r.URL.Query()
	q.Del("page")
	q.Del("page_cursor")
	r.URL.RawQuery = q.Encode()
	return r
}

// sameCursor gives the first page for ever, and a cursor that leads to it.
func sameCursor(next http.Handler, w http.ResponseWriter, r *http.Request) {
	rewritten(func(v any) any {
		if _, rows := rowsOf(v); rows != nil {
			v.(map[string]any)["next_page"] = nextOf(url.Values{}, r)
		}
		return v
	})(next, w, first(r))
}

// endless gives full pages for ever, each with a cursor of its own: of rows that
// have been there before, or of ones that are new.
func endless(fresh bool) serve {
	return func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		asked := r.URL.Query()
		rewritten(func(v any) any {
			name, rows := rowsOf(v)
			if rows == nil {
				return v
			}
			page := nextOf(asked, r)
			v.(map[string]any)["next_page"] = page
			v.(map[string]any)[name] = fill(rows, asked, fresh)
			return v
		})(next, w, first(r))
	}
}

// nextOf is a cursor that comes after the one asked for.
func nextOf(asked url.Values, r *http.Request) string {
	if strings.HasPrefix(r.URL.Path, "/api/alpha/") {
		n, _ := strconv.Atoi(asked.Get("page")) // absent: 0
		return strconv.Itoa(max(n, 1) + 1)
	}
	return asked.Get("page_cursor") + "P1"
}

// fill repeats rows up to the length of a page.
func fill(rows []any, asked url.Values, fresh bool) []any {
	length, err := strconv.Atoi(asked.Get("limit"))
	switch {
	case asked.Has("max_depth"):
		length = treeRows
	case err != nil:
		length = 10
	}
	full := make([]any, min(max(length, 0), treeRows))
	from := int(hash(asked.Encode()) % 1_000_000_000)
	for i := range full {
		full[i] = rows[i%len(rows)]
		if fresh {
			full[i] = renumber(full[i], from+i)
		}
	}
	return full
}

// renumber makes another row of one.
func renumber(row any, id int) any {
	var other any
	if err := json.Unmarshal(jsonAnswer(http.StatusOK, row).body, &other); err != nil {
		panic(fmt.Sprintf("fetchtest: copy row: %v", err))
	}
	o := inner(other)
	o["id"], o["ap_id"] = id, fmt.Sprintf("https://endless.example/comment/%d", id)
	if _, ok := o["path"]; ok {
		o["path"] = fmt.Sprintf("0.%d", id)
	}
	return other
}
