package store

import (
	"context"
	"fmt"
	"strings"
)

// Digest is a fingerprint of a table's content: it does not depend on the order
// of rows, on when they were written, or on how often a run was cut off.
type Digest struct {
	Table string
	Rows  int64
	Sum   string // hex: the low halves of the MD5 of every row, summed
}

// digested lists what belongs to a table's content. Times of sighting and of
// runs do not.
var digested = []struct{ table, columns string }{
	{"posts", `id, platform, kind, thread, parent, depth, author, instance, community, created, approximate, edited, state, bot,
		language, title, content, format, warning, content_hash, score, upvotes, downvotes, boosts, replies, descendants,
		tags, link_domain, quotes`},
	{"identity.posts", "id, uri, url"},
	{"identity.locals", "ref, post, instance, local_id"},
	{"sightings", "post, instance, score, upvotes, downvotes, boosts, replies, descendants"},
	{"coverage", "thread, instance, claimed, shown, listed, lacking, orphans, left_out, reason"},
	{"quarantine", "source, stream, page, item, reason, sha256"},
	{"exclusions", "source, stream, page, reason, posts"},
	{"annotations", `post, content_hash, model, day, language, confidence, plain, words, scored, reason, sentiment, score,
		p_negative, p_neutral, p_positive, irony, evidence, themes, answers`},
	{"theme_tags", "post, theme, sentiment, score, confidence, evidence"},
	{"target_tags", "post, target, main, sentiment, score, confidence, evidence"},
	{"taggers", "name, version"},
	{"label_sample", "post, content_hash, stratum, size, place, seed"},
	{"labels", "post, content_hash, coder, sentiment"},
}

// Digests returns the fingerprints of the tables that hold content. Two files
// made with the same key from the same answers have the same ones.
func (s *Store) Digests(ctx context.Context) ([]Digest, error) {
	var parts []string
	for i, d := range digested {
		// 64-bit halves: their sum does not overflow 128 bits.
		parts = append(parts, fmt.Sprintf(
			"select %d as n, '%s', count(*), coalesce(format('{:x}', sum(md5_number_lower(row(%s)::varchar))), '0') from %s",
			i, d.table, d.columns, d.table))
	}
	rows, err := s.db.QueryContext(ctx, strings.Join(parts, " union all ")+" order by n")
	if err != nil {
		return nil, fmt.Errorf("compute digests: %w", err)
	}
	defer rows.Close()
	var out []Digest
	for rows.Next() {
		var n int
		var d Digest
		if err := rows.Scan(&n, &d.Table, &d.Rows, &d.Sum); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}
