package store

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// versions draws what instances may show of one post.
func versions(t *rapid.T, name string) version {
	return version{
		hash:   rapid.Uint64Range(1, 3).Draw(t, name+" hash"),
		state:  rapid.SampledFrom([]discussion.State{discussion.Live, discussion.Edited, discussion.Deleted, discussion.Removed}).Draw(t, name+" state"),
		edited: noon.Add(time.Duration(rapid.IntRange(0, 1).Draw(t, name+" edited")) * time.Hour),
		seen:   noon.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, name+" seen")) * time.Hour),
		home:   rapid.Bool().Draw(t, name+" home"),
		author: rapid.Bool().Draw(t, name+" author"),
	}
}

// TestOrderDoesNotMatter: of two versions the same one stands, whichever comes
// first; only two answers of the post's own instance are told apart by order.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := versions(t, "a"), versions(t, "b")
		if a.home && b.home || a.hash == b.hash && a.state == b.state {
			t.Skip("told apart by order, or not at all")
		}
		if supersedes(b, a) == supersedes(a, b) {
			t.Fatalf("both or neither of %+v and %+v supersedes the other", a, b)
		}
	})
}

func TestSupersedes(t *testing.T) {
	base := version{hash: 5, state: discussion.Live, seen: noon, author: true}
	with := func(change func(*version)) version { v := base; change(&v); return v }
	home := with(func(v *version) { v.home, v.hash = true, 9 })
	for name, c := range map[string]struct {
		held, comes version
		want        bool
	}{
		"the same":                              {base, base, false},
		"home over a copy with a smaller hash":  {base, home, true},
		"a copy with a smaller hash over home":  {home, base, false},
		"a later edit of a copy over home":      {home, with(func(v *version) { v.edited = noon.Add(time.Hour) }), true},
		"a copy's tombstone over a copy":        {base, with(func(v *version) { v.state = discussion.Deleted }), true},
		"a copy's early tombstone over home":    {home, with(func(v *version) { v.state, v.seen = discussion.Deleted, noon.Add(-time.Hour) }), false},
		"a copy's later tombstone over home":    {home, with(func(v *version) { v.state, v.seen = discussion.Deleted, noon.Add(time.Hour) }), true},
		"home again over a copy's tombstone":    {with(func(v *version) { v.state = discussion.Deleted }), home, true},
		"a copy over a tombstone":               {with(func(v *version) { v.state = discussion.Deleted }), base, false},
		"home in passing over a copy with name": {base, with(func(v *version) { v.home, v.author = true, false }), false},
		"a tombstone without a name":            {base, with(func(v *version) { v.state, v.author = discussion.Deleted, false }), true},
	} {
		if got := supersedes(c.comes, c.held); got != c.want {
			t.Errorf("%s: supersedes = %v, want %v", name, got, c.want)
		}
	}
}
