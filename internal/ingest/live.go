package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/ingest/lemmy"
	"github.com/fedipulse/fedipulse/internal/study"
)

// lemmySource keeps what matches of the threads that package lemmy reads.
type lemmySource struct {
	*lemmy.Source
	match []string
}

func openLemmy(at Place, st *study.Study, s study.Source) (Source, error) {
	l := &lemmy.Source{
		Called: s.Name, Instance: s.Instance, Communities: s.Communities, Search: s.Search, Threads: s.Threads,
		Since: st.Since, Until: st.Until, Keeps: keeps(st, s), Door: at.Door,
	}
	for _, peer := range st.Sources {
		if peer.Kind == study.Lemmy && peer.Instance != s.Instance {
			l.Peers = append(l.Peers, peer.Instance)
		}
	}
	if m := newMatcher(s.Match); m != nil {
		l.Wanted = m.matches
	}
	return lemmySource{l, s.Match}, nil
}

// keeps is a fingerprint of what decides, besides the window, which posts of a
// thread are kept.
func keeps(st *study.Study, s study.Source) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q", s.Match, st.Privacy.Consent))
	return hex.EncodeToString(sum[:4])
}

func (l lemmySource) Pages(ctx context.Context, cursor func(string) (string, error)) iter.Seq2[discussion.Page, error] {
	pages := l.Source.Pages(ctx, cursor)
	if len(l.match) == 0 {
		return pages
	}
	return func(yield func(discussion.Page, error) bool) {
		for page, err := range pages {
			// A matcher of its own: a thread comes whole, and is judged alone.
			if !yield(restrict(page, newMatcher(l.match)), err) {
				return
			}
		}
	}
}
