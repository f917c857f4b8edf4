package store

import (
	"database/sql/driver"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// TestBulk writes the same rows by the driver's appender, which takes values one by
// one, and in bulk.
func TestBulk(t *testing.T) {
	s := openTemp(t)
	const columns = `(id uuid, hash ubigint, day date, word varchar, text varchar, number integer, share float, yes boolean,
		spans struct("start" integer, stop integer)[], words varchar[])`
	if err := s.exec(t.Context(), "create table slow "+columns+"; create table fast "+columns); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("aé漢🎉 'x")
	text := func(most int) string {
		var b strings.Builder
		for range r.IntN(most + 1) {
			b.WriteRune(alphabet[r.IntN(len(alphabet))])
		}
		return b.String()
	}
	b, err := s.bulk()
	if err != nil {
		t.Fatal(err)
	}
	fast, err := b.open("", "fast")
	if err != nil {
		t.Fatal(err)
	}
	rows := 3*vectorSize + 17
	err = s.appendRows(t.Context(), "main", "slow", func(add func(...driver.Value) error) error {
		for i := range rows {
			var id duckdb.UUID
			for k := range id {
				id[k] = byte(r.Uint32())
			}
			hash, number, share, yes := r.Uint64(), r.IntN(1<<31)-1<<30, r.Float64(), r.IntN(2) == 0
			moment := time.Unix(r.Int64N(4e9)-2e9, 0).UTC()
			if r.IntN(5) == 0 {
				moment = time.Time{}
			}
			word, long := fmt.Sprintf("word %d of a few", r.IntN(maxWords*3/2)), text(30)
			if r.IntN(3) == 0 {
				word = word[:r.IntN(len(word)+1)]
			}
			if i%97 == 0 {
				long += "\xff\x00" + long
			}
			var spans []discussion.Span
			var words []string
			var slowSpans, slowWords []any
			for range r.IntN(4) * r.IntN(9) {
				spans = append(spans, discussion.Span{Start: r.IntN(1000), End: r.IntN(1000)})
				slowSpans = append(slowSpans, map[string]any{"start": int32(spans[len(spans)-1].Start), "stop": int32(spans[len(spans)-1].End)})
			}
			for range r.IntN(3) {
				words = append(words, "theme "+text(9))
				slowWords = append(slowWords, words[len(words)-1])
			}
			fast.uuid(id)
			fast.hash(hash)
			fast.day(moment)
			fast.wordOrNull(word)
			fast.text(long)
			fast.int(number)
			fast.float(share)
			fast.bool(yes)
			fast.spans(spans)
			fast.list(words)
			fast.end()
			var day, some, list any
			if !moment.IsZero() {
				day = moment.Truncate(24 * time.Hour)
			}
			if slowSpans != nil {
				some = slowSpans
			}
			if slowWords != nil {
				list = slowWords
			}
			if err := add(id, hash, day, driverText(word), driverText(long), int32(number), float32(share), yes, some, list); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := fast.close(); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"select count(*) from slow", "select count(*) from fast", "select count(*) from (from slow intersect all from fast)"} {
		if got := column(t, s, query); got != fmt.Sprint(rows) {
			t.Errorf("%s: %s, want %d", query, got, rows)
		}
	}
}

// driverText is text as an interface that the driver takes.
func driverText(s string) driver.Value { return text(s) }

// TestBulkRefuses: a row that is not as the table wants it is an error that names the
// table, and leaves nothing.
func TestBulkRefuses(t *testing.T) {
	s := openTemp(t)
	if err := s.exec(t.Context(), `create table x (word varchar not null, spans struct("start" integer, stop integer)[], other struct(a varchar, b integer)[])`); err != nil {
		t.Fatal(err)
	}
	b, err := s.bulk()
	if err != nil {
		t.Fatal(err)
	}
	span := []discussion.Span{{End: 1}}
	for name, row := range map[string]func(*sink){
		"too few":       func(to *sink) { to.word("w"); to.spans(span) },
		"too many":      func(to *sink) { to.word("w"); to.spans(span); to.null(); to.null(); to.word("more") },
		"another type":  func(to *sink) { to.float(1); to.spans(span); to.null() },
		"not a list":    func(to *sink) { to.spans(span); to.spans(span); to.null() },
		"another list":  func(to *sink) { to.word("w"); to.list([]string{"a"}); to.null() },
		"other structs": func(to *sink) { to.word("w"); to.null(); to.spans(span) },
		"null":          func(to *sink) { to.null(); to.null(); to.null() },
	} {
		to, err := b.open("", "x")
		if err != nil {
			t.Fatal(err)
		}
		to.word("fine")
		to.spans(span)
		to.null()
		to.end()
		row(to)
		to.end()
		if err := to.close(); err == nil || !strings.Contains(err.Error(), "append to x: ") {
			t.Errorf("%s: %v, want an error", name, err)
		}
		if got := column(t, s, "select count(*) from x"); got != "0" {
			t.Fatalf("%s: %s rows, want none", name, got)
		}
	}
	if _, err := b.open("", "nothing"); err == nil || !strings.Contains(err.Error(), "nothing") {
		t.Errorf("no such table: %v", err)
	}
	if err := b.exec("select no"); err == nil || !strings.Contains(err.Error(), "no") {
		t.Errorf("a bad statement: %v", err)
	}
	failed := b.inTransaction(func() error {
		if err := b.exec("insert into x values ('lost', null, null)"); err != nil {
			return err
		}
		return b.exec("select no")
	})
	if failed == nil || column(t, s, "select count(*) from x") != "0" {
		t.Errorf("after a failed transaction (%v) there are rows", failed)
	}
}
