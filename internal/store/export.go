package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"github.com/duckdb/duckdb-go/v2"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// Posts yields every post as it may leave this file: pseudonyms instead of
// URIs, so that the export can be taken in again and finds the same posts, and
// nobody. Words are left out unless withText is set.
func (s *Store) Posts(ctx context.Context, withText bool) iter.Seq2[discussion.Post, error] {
	return func(yield func(discussion.Post, error) bool) {
		words := "'', '', ''"
		if withText {
			words = "coalesce(title, ''), coalesce(content, ''), coalesce(warning, '')"
		}
		var end sql.NullInt64
		if err := s.db.QueryRowContext(ctx, "select max(rowid) from posts").Scan(&end); err != nil {
			yield(discussion.Post{}, fmt.Errorf("export posts: %w", err))
			return
		}
		for from := int64(0); end.Valid && from <= end.Int64; from += batch {
			posts, err := s.exportRange(ctx, words, from)
			if err != nil {
				yield(discussion.Post{}, fmt.Errorf("export posts: %w", err))
				return
			}
			for _, p := range posts {
				if !yield(p, nil) {
					return
				}
			}
		}
	}
}

func (s *Store) exportRange(ctx context.Context, words string, from int64) ([]discussion.Post, error) {
	rows, err := s.db.QueryContext(ctx, `
		select id, platform, kind, thread, parent, coalesce(depth, -1), author, bot, instance, coalesce(community, ''), created, approximate,
		  edited, state, coalesce(language, ''), `+words+`, format, score, upvotes, downvotes, boosts, replies, descendants,
		  coalesce(tags, []::varchar[]), coalesce(link_domain, ''), quotes
		from posts where `+fmt.Sprintf("rowid >= %d and rowid < %d", from, from+batch)) // as in texts
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var posts []discussion.Post
	for rows.Next() {
		var p discussion.Post
		var id duckdb.UUID
		var thread, parent, author, quotes *duckdb.UUID
		var created, edited sql.NullTime
		var tags duckdb.Composite[[]string]
		err := rows.Scan(&id, &p.Platform, &p.Kind, &thread, &parent, &p.Depth, &author, &p.Author.Bot, &p.Instance, &p.Community, &created, &p.Approx,
			&edited, &p.State, &p.Language, &p.Title, &p.Content, &p.Warning, &p.Format, &p.Score, &p.Upvotes, &p.Downvotes, &p.Boosts, &p.Replies,
			&p.Descendants, &tags, &p.LinkDomain, &quotes)
		if err != nil {
			return nil, err
		}
		p.URI, p.Created, p.Edited, p.Tags = exported+id.String(), created.Time, edited.Time, tags.Get()
		p.Thread, p.Parent, p.Author.URI, p.Quotes = urn(thread), urn(parent), urn(author), urn(quotes)
		posts = append(posts, p)
	}
	return posts, rows.Err()
}

func urn(id *duckdb.UUID) string {
	if id == nil {
		return ""
	}
	return exported + id.String()
}
