package store

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strconv"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// forgotten is the hash of a post without words, as text: database/sql does not
// pass on the upper half of such numbers.
var forgotten = strconv.FormatUint(contentHash(&discussion.Post{}), 10)

// forget takes words and scores from what is held of a page's unwilling authors,
// and from what the page withdraws, and says from how many posts.
func (s *Store) forget(ctx context.Context, p discussion.Page) (int, error) {
	uris := slices.Concat(p.Unwilling, p.Withdrawn)
	if len(uris) == 0 {
		return 0, nil
	}
	if err := s.refuse(ctx, p); err != nil {
		return 0, err
	}
	if err := s.exec(ctx, "delete from unwilling; delete from withdrawn"); err != nil {
		return 0, err
	}
	err := s.appendRows(ctx, "temp", "unwilling", func(add func(...driver.Value) error) error {
		for _, uri := range uris {
			if id, ok := s.key.id(uri); ok {
				if err := add(id); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	err = s.exec(ctx, `
		insert into withdrawn select p.id from posts p
		where p.state <> 'forgotten' and (p.id in (from unwilling) or p.author in (from unwilling))`)
	if err != nil {
		return 0, fmt.Errorf("find what to forget: %w", err)
	}
	var n int
	if err := s.conn.QueryRowContext(ctx, "select count(*) from withdrawn").Scan(&n); err != nil || n == 0 {
		return 0, err
	}
	if err := s.exec(ctx, "delete from theme_tags where post in (from withdrawn); delete from target_tags where post in (from withdrawn); delete from annotations where post in (from withdrawn); delete from labels where post in (from withdrawn); delete from label_sample where post in (from withdrawn)"); err != nil {
		return 0, fmt.Errorf("forget annotations: %w", err)
	}
	err = s.exec(ctx, `
		update posts set state = 'forgotten', title = null, content = null, warning = null, tags = null, link_domain = null, content_hash = ?::ubigint
		where id in (from withdrawn)`, forgotten)
	if err != nil {
		return 0, fmt.Errorf("forget posts: %w", err)
	}
	return n, nil
}
