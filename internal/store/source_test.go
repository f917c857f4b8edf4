package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// TestSource reads the same rows by the driver, value by value, and from vectors.
func TestSource(t *testing.T) {
	s := openTemp(t)
	b, err := s.bulk()
	if err != nil {
		t.Fatal(err)
	}
	const query = `select if(i % 5 = 0, null, uuid()) as id, if(i % 7 = 0, null, hash(i)) as hash, if(i % 3 = 0, null, i - 5) as number,
		if(i % 4 = 0, null, timestamptz '1950-01-01 00:00:00.000001+00' + to_microseconds(i * 900_000_000_123)) as moment,
		if(i % 6 = 0, null, i % 2 = 0) as yes, if(i % 8 = 0, null, i / 3)::float as share,
		case when i % 9 = 0 then null when i % 9 = 1 then '' else repeat(['a', 'é', '漢', '🎉', chr(0)][i % 5 + 1], i % 29) end as text
		from range(7000) r(i)`
	if err := s.exec(t.Context(), "create table rows as "+query); err != nil {
		t.Fatal(err)
	}
	rows, err := s.Query(t.Context(), "select coalesce(id, '00000000-0000-0000-0000-000000000000'), coalesce(hash, 0), coalesce(number, 0), moment, coalesce(yes, false), coalesce(share, 0), coalesce(text, '') from rows order by rowid")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var want, got []string
	line := func(id uuid.UUID, hash uint64, number int64, moment time.Time, yes bool, share float64, text string) string {
		return fmt.Sprintf("%v %v %v %v %v %v %q", id, hash, number, moment.UTC(), yes, float32(share), text)
	}
	for rows.Next() {
		var id uuid.UUID
		var hash uint64
		var number int64
		var moment *time.Time
		var yes bool
		var share float64
		var text string
		if err := rows.Scan(&id, &hash, &number, &moment, &yes, &share, &text); err != nil {
			t.Fatal(err)
		}
		if moment == nil {
			moment = &time.Time{}
		}
		want = append(want, line(id, hash, number, *moment, yes, share, text))
	}
	kept := []string{} // strings are good after their chunk is gone
	err = b.each("from rows order by rowid", func(r *source) {
		got = append(got, line(r.uuid(0), r.hash(1), r.int(2), r.moment(3), r.bool(4), r.float(5), r.text(6)))
		kept = append(kept, r.text(6))
	})
	if err != nil || len(got) != 7000 || len(want) != len(got) {
		t.Fatalf("%d rows, want %d: %v", len(got), len(want), err)
	}
	for i := range want {
		if got[i] != want[i] || !strings.HasSuffix(want[i], fmt.Sprintf("%q", kept[i])) {
			t.Fatalf("row %d: %s, then %q, want %s", i, got[i], kept[i], want[i])
		}
	}
}

func TestSourceRefuses(t *testing.T) {
	s := openTemp(t)
	b, err := s.bulk()
	if err != nil {
		t.Fatal(err)
	}
	for query, part := range map[string]string{
		"select no": "no",
		"select error('broken at ' || i) from range(3) r(i)": "broken at 0",
		"select i::integer from range(9000) r(i)":            "column 1",
	} {
		n := 0
		err := b.each(query, func(r *source) { n++; r.int(0) })
		if err == nil || !strings.Contains(err.Error(), part) || n > 1 {
			t.Errorf("%s: %v after %d rows", query, err, n)
		}
	}
	if err := b.each("select 1::bigint where false", func(*source) { t.Error("a row of none") }); err != nil {
		t.Error(err)
	}
}
