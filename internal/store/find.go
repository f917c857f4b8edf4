package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/google/uuid"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Find returns what annotate gets to see of the post with an id, as in
// posts.id, or an address: its ActivityPub URI or its page for people. It
// reports false where no such post is held.
func (s *Store) Find(ctx context.Context, ref string) (discussion.Text, bool, error) {
	var id any
	if u, err := uuid.Parse(strings.TrimPrefix(ref, exported)); err == nil {
		id = u.String()
	}
	var t discussion.Text
	var found duckdb.UUID
	var created sql.NullTime
	err := s.db.QueryRowContext(ctx, `
		select p.id, p.content_hash, p.platform, p.kind, p.instance, p.created, p.state, p.bot,
		  coalesce(p.language, ''), coalesce(root.language, (select case when len(languages) = 1 then languages[1] end from study), ''),
		  coalesce(p.title, ''), coalesce(p.content, ''), p.format, coalesce(p.warning, '')
		from posts p left join posts root on root.id = p.thread
		where p.id = coalesce(?::uuid, (select min(i.id) from identity.posts i where ? in (i.uri, i.url)))`, id, ref).Scan(
		&found, &t.ContentHash, &t.Platform, &t.Kind, &t.Instance, &created, &t.State, &t.Bot,
		&t.Language, &t.Around, &t.Title, &t.Content, &t.Format, &t.Warning)
	if errors.Is(err, sql.ErrNoRows) {
		return t, false, nil
	}
	if err != nil {
		return t, false, fmt.Errorf("find post: %w", err)
	}
	t.Post, t.Created = found.String(), created.Time
	return t, true, nil
}
