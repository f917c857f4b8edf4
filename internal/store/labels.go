package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Unclear is the label of a post whose tone a person cannot tell.
const Unclear discussion.Label = "unclear"

// Sample says what DrawSample drew.
type Sample struct {
	Seed     int64
	Posts    int // in the sample
	Counting int // that it was drawn from
}

// leastPerStratum is how many posts a stratum gives, if it has them.
const leastPerStratum = 10

// DrawSample draws n of the posts that count, or all where there are fewer, to be
// labelled by hand: half of them in proportion to the tones that the model found,
// half in equal parts, so that rare tones are not left out. The same seed draws the
// same posts from a file, and a larger n more beside them. What was drawn with
// another seed is replaced; if somebody has labelled posts of it, that is refused
// unless again is set, which drops the labels.
func (s *Store) DrawSample(ctx context.Context, n int, seed int64, again bool) (Sample, error) {
	type stratum struct {
		name string
		size int
	}
	var strata []stratum
	sample := Sample{Seed: seed}
	err := s.inTransaction(ctx, func() error {
		var other, labelled int
		if err := s.conn.QueryRowContext(ctx, "select (select count(*) from label_sample where seed <> ?), (select count(*) from labels)", seed).Scan(&other, &labelled); err != nil {
			return err
		}
		if other > 0 && labelled > 0 && !again {
			return ErrLabelled
		}
		if again {
			if err := s.exec(ctx, "delete from labels"); err != nil {
				return err
			}
		}
		rows, err := s.conn.QueryContext(ctx, "select sentiment, count(*) from reactions group by sentiment order by sentiment")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var x stratum
			if err := rows.Scan(&x.name, &x.size); err != nil {
				return err
			}
			strata = append(strata, x)
			sample.Counting += x.size
		}
		if err := rows.Err(); err != nil {
			return err
		}
		if err := s.exec(ctx, "delete from label_sample"); err != nil {
			return err
		}
		for _, x := range strata {
			part := float64(n) * (0.5/float64(len(strata)) + 0.5*float64(x.size)/float64(sample.Counting))
			take := min(x.size, max(leastPerStratum, int(math.Round(part))))
			sample.Posts += take
			// The order of the draw differs from that of labelling, or a larger sample would not begin with the smaller one.
			err := s.exec(ctx, `
				insert into label_sample
				select r.post, p.content_hash, r.sentiment, ?, 0, ?
				from reactions r join posts p on p.id = r.post where r.sentiment = ?
				order by md5(r.post::varchar || ?), r.post limit ?`, x.size, seed, x.name, fmt.Sprint(seed), take)
			if err != nil {
				return err
			}
		}
		return s.exec(ctx, `
			update label_sample set place = o.place
			from (select post, row_number() over (order by md5(post::varchar || ?), post) as place from label_sample) o where o.post = label_sample.post`, fmt.Sprint("order", seed))
	})
	if err != nil {
		return Sample{}, fmt.Errorf("draw sample: %w", err)
	}
	return sample, nil
}

// ErrLabelled says that posts of a sample have labels that another sample would
// make useless.
var ErrLabelled = errors.New("posts of another sample have been labelled")

// Task is a post of the sample, for one coder.
type Task struct {
	Post      string
	Platform  discussion.Platform
	Language  string
	Created   time.Time // zero where it is not known
	Text      string    // the author's own words
	Above     string    // those of the post that it answers; "" where there are none
	Sentiment discussion.Label
}

// Tasks returns the posts of the sample that still stand as they were drawn, in
// the order in which they are labelled, each with the coder's label of it, if any.
func (s *Store) Tasks(ctx context.Context, coder string) ([]Task, error) {
	rows, err := s.db.QueryContext(ctx, `
		select s.post::varchar, p.platform, a.language, p.created, a.plain, coalesce(above.plain, ''), coalesce(l.sentiment, '')
		from label_sample s
		join posts p on p.id = s.post and p.content_hash = s.content_hash and p.state in ('live', 'edited')
		join annotations a on a.post = s.post
		left join annotations above on above.post = p.parent
		left join labels l on l.post = s.post and l.content_hash = s.content_hash and l.coder = ?
		where a.plain is not null
		order by s.place`, coder)
	if err != nil {
		return nil, fmt.Errorf("read sample: %w", err)
	}
	defer rows.Close()
	var all []Task
	for rows.Next() {
		var t Task
		var created sql.NullTime
		if err := rows.Scan(&t.Post, &t.Platform, &t.Language, &created, &t.Text, &t.Above, &t.Sentiment); err != nil {
			return nil, fmt.Errorf("read sample: %w", err)
		}
		t.Created = created.Time
		all = append(all, t)
	}
	return all, rows.Err()
}

// Label keeps a coder's labels of posts of the sample, in place of those that the
// coder gave them before; an empty one takes a label back. All are kept or none.
func (s *Store) Label(ctx context.Context, coder string, labels map[string]discussion.Label) error {
	posts := make([]string, 0, len(labels))
	for post := range labels {
		posts = append(posts, post)
	}
	slices.SortFunc(posts, cmp.Compare[string])
	err := s.inTransaction(ctx, func() error {
		for _, post := range posts {
			id, err := uuid.Parse(post)
			if err != nil {
				return fmt.Errorf("post %q: %w", post, err)
			}
			if err := s.exec(ctx, "delete from labels where post = ?::uuid and coder = ?", id.String(), coder); err != nil {
				return err
			}
			if labels[post] == "" {
				continue
			}
			var n int
			if err := s.conn.QueryRowContext(ctx, "select count(*) from label_sample where post = ?::uuid", id.String()).Scan(&n); err != nil {
				return err
			}
			if n == 0 {
				return fmt.Errorf("post %s is not in the sample", post)
			}
			err = s.exec(ctx, "insert into labels select post, content_hash, ?, ?, now() from label_sample where post = ?::uuid", coder, string(labels[post]), id.String())
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep labels: %w", err)
	}
	return nil
}

// Coder is how far a coder is.
type Coder struct {
	Name            string
	Labels, Unclear int
}

// Coders returns how many posts the sample has, and who has labelled how many.
func (s *Store) Coders(ctx context.Context) (sample int, all []Coder, err error) {
	if err := s.db.QueryRowContext(ctx, "select count(*) from label_sample").Scan(&sample); err != nil {
		return 0, nil, fmt.Errorf("count labels: %w", err)
	}
	rows, err := s.db.QueryContext(ctx, "select coder, count(*), count(*) filter (sentiment = 'unclear') from labels group by coder order by coder")
	if err != nil {
		return 0, nil, fmt.Errorf("count labels: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var c Coder
		if err := rows.Scan(&c.Name, &c.Labels, &c.Unclear); err != nil {
			return 0, nil, fmt.Errorf("count labels: %w", err)
		}
		all = append(all, c)
	}
	return sample, all, rows.Err()
}
