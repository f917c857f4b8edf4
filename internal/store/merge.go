package store

import (
	"time"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// version is what decides which of two texts of one post stands.
type version struct {
	hash   uint64
	state  discussion.State
	edited time.Time
	seen   time.Time
	home   bool // shown by the instance that the post comes from
	author bool // the source says who wrote it
	dated  bool // the source says exactly when it was written
	absent bool // a tombstone only because an instance shows it no more
}

func (r *row) dated() bool { return !r.Created.IsZero() && !r.Approx }

func (r *row) version() version {
	return version{r.hash, r.State, r.Edited, r.seen, r.shown == "" || r.shown == r.Instance, r.Author.URI != "", r.dated(), r.Absent}
}

// supersedes reports whether b, which arrives after a, replaces a's words. The
// order of arrival does not matter unless the post's own instance shows two
// texts at the same time:
//
//   - a version that names its author beats one that a source shows only in
//     passing, without author or words;
//   - between a text and a tombstone, the instance where the post is at home
//     decides; a copy's tombstone counts only if it was seen after that;
//   - a later edit beats an earlier one;
//   - the post's own instance beats a copy;
//   - of two copies that differ without an edit, the smaller hash wins.
func supersedes(b, a version) bool {
	switch {
	case b.passing() != a.passing() && (b.author || a.author):
		return a.passing()
	case b.hash == a.hash && b.state == a.state:
		return false
	case b.state.Gone() && !a.state.Gone():
		return buries(b, a)
	case a.state.Gone() && !b.state.Gone():
		return b.home && !buries(a, b)
	case !b.edited.Equal(a.edited):
		return b.edited.After(a.edited)
	case b.home != a.home:
		return b.home
	default:
		return b.home || b.hash < a.hash || b.hash == a.hash && b.state < a.state
	}
}

// passing reports whether a source showed a post only as the root of others,
// without saying who wrote it. Tombstones often do not say either, and count.
func (v version) passing() bool { return !v.author && !v.state.Gone() }

// buries reports whether a tombstone counts against a text. That a copy is gone
// counts only where nothing is known from the post's own instance: a copy may be
// purged, or its server closed, while the post stands.
func buries(tombstone, text version) bool {
	if tombstone.absent && !tombstone.home && text.home {
		return false
	}
	return !text.home || tombstone.seen.After(text.seen) || tombstone.home && tombstone.seen.Equal(text.seen)
}
