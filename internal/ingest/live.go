package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"

	"github.com/fedipulse/fedipulse/internal/discussion"
	"github.com/fedipulse/fedipulse/internal/ingest/lemmy"
	"github.com/fedipulse/fedipulse/internal/ingest/mastodon"
	"github.com/fedipulse/fedipulse/internal/study"
)

// matching keeps what matches of the threads that a live source reads.
type matching struct {
	Live
	match []string
}

func openLemmy(at Place, st *study.Study, s study.Source) (Source, error) {
	l := &lemmy.Source{
		Called: s.Name, Instance: s.Instance, Communities: s.Communities, Search: s.Search, Threads: s.Threads,
		Since: st.Since, Until: st.Until, Keeps: keeps(st, s), Peers: peers(st, s), Door: at.Door,
	}
	if m := newMatcher(s.Match); m != nil {
		l.Wanted = m.matches
	}
	return matching{l, s.Match}, nil
}

func openMastodon(at Place, st *study.Study, s study.Source) (Source, error) {
	m := &mastodon.Source{
		Called: s.Name, Instance: s.Instance, Hashtags: s.Hashtags, All: s.HashtagsAll, None: s.HashtagsNone,
		Timelines: s.Timelines, Search: s.Search, Accounts: s.Accounts, Threads: s.Threads,
		Since: st.Since, Until: st.Until, Keeps: keeps(st, s), Peers: peers(st, s), Door: at.Door,
	}
	if at.Token != nil {
		m.Token = at.Token(s.Instance)
	}
	if words := newMatcher(s.Match); words != nil {
		m.Wanted = words.matches
	}
	return matching{m, s.Match}, nil
}

// peers are the other instances of the study that speak the same language.
func peers(st *study.Study, s study.Source) []string {
	var all []string
	for _, peer := range st.Sources {
		if peer.Kind == s.Kind && peer.Instance != s.Instance {
			all = append(all, peer.Instance)
		}
	}
	return all
}

// keeps is a fingerprint of what decides, besides the window, which posts of a
// thread are kept.
func keeps(st *study.Study, s study.Source) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q", s.Match, st.Privacy.Consent, s.HashtagsAll, s.HashtagsNone))
	return hex.EncodeToString(sum[:4])
}

func (m matching) Pages(ctx context.Context, cursor func(string) (string, error)) iter.Seq2[discussion.Page, error] {
	pages := m.Live.Pages(ctx, cursor)
	if len(m.match) == 0 {
		return pages
	}
	return func(yield func(discussion.Page, error) bool) {
		for page, err := range pages {
			// A matcher of its own: a thread comes whole, and is judged alone.
			if !yield(restrict(page, newMatcher(m.match)), err) {
				return
			}
		}
	}
}
