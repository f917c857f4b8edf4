package fetchtest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// author picks who writes in c by default: somebody of a crowd from four hosts,
// one of them not a Lemmy, every thirteenth a bot.
func (w *World) author(c *Community) *Person {
	crowd, ok := w.crowd[c.Home]
	if !ok {
		hosts := []string{c.Home, "north.example", "south.example", "microblog.example"}
		for i := range 40 {
			p := w.Person(fmt.Sprintf("person%d_%d", len(w.people), i), hosts[i%len(hosts)])
			p.Bot = i%13 == 12
			if i%17 == 16 {
				p.Bio = "Gardener. #nobot"
			}
			crowd = append(crowd, p)
		}
		w.crowd[c.Home] = crowd
	}
	return crowd[w.random.IntN(len(crowd))]
}

// Thread adds a post with the given number of comments, the deepest exactly at
// depth (1: all answer the post). It is bushy at the top with some long chains,
// as threads are, and holds what threads hold: tombstones, bots, edits, a few
// distinguished comments, bursts with equal times, some of them to the second.
// It panics if comments are fewer than depth, or depth is 0 with comments left.
func (w *World) Thread(c *Community, comments, depth int) *Post {
	if comments < depth || (depth < 1 && comments > 0) {
		panic(fmt.Sprintf("fetchtest: thread of %d comments cannot be exactly %d deep", comments, depth))
	}
	var p *Post
	w.Edit(func() {
		p = w.Post(c, PostSpec{Body: w.sentence() + "\n\n" + w.sentence()})
		parents := shape(w.random, comments, depth)
		at := p.Published
		for _, parent := range parents {
			var above *Comment
			if parent >= 0 {
				above = p.comments[parent]
			}
			at = w.later(at)
			w.furnish(w.Comment(p, above, w.sentence()), at)
		}
	})
	return p
}

// shape gives, for each comment, the place of the one it answers, -1 for the
// post. One chain, grown between the others, reaches depth; none goes deeper.
func shape(random *rand.Rand, comments, depth int) []int {
	parents := make([]int, 0, comments)
	depths := make([]int, 0, comments)
	tip, tipDepth := -1, 0
	add := func(parent, d int) {
		parents, depths = append(parents, parent), append(depths, d)
	}
	for len(parents) < comments {
		left, need := comments-len(parents), depth-tipDepth
		switch {
		case need > 0 && (left == need || random.IntN(left) < 2*need):
			add(tip, tipDepth+1)
			tip, tipDepth = len(parents)-1, tipDepth+1
		case len(parents) == 0 || random.IntN(10) < 3:
			add(-1, 1)
		default:
			// mostly one of the latest: that is how long chains come about
			back := len(parents)
			if random.IntN(3) > 0 {
				back = min(back, 25)
			}
			i := len(parents) - 1 - random.IntN(back)
			if depths[i] >= depth {
				i = -1
			}
			if i < 0 {
				add(-1, 1)
			} else {
				add(i, depths[i]+1)
			}
		}
	}
	return parents
}

// later is when the next comment comes: some come at the same moment, some from
// servers that know whole seconds only.
func (w *World) later(at time.Time) time.Time {
	switch n := w.random.IntN(20); {
	case n == 0:
		return at
	case n < 3:
		return at.Add(time.Second).Truncate(time.Second)
	default:
		return at.Add(time.Duration(1+w.random.IntN(80_000_000)) * time.Microsecond)
	}
}

func (w *World) furnish(c *Comment, at time.Time) {
	c.Published = at
	c.Up, c.Down = w.random.IntN(6)*w.random.IntN(8), w.random.IntN(8)/6
	switch n := w.random.IntN(100); {
	case n < 20:
		c.Language = "en"
	case n < 26:
		c.Language = "de"
	}
	switch n := w.random.IntN(200); {
	case n < 7:
		c.Deleted, c.Updated = true, at.Add(time.Hour)
	case n < 12:
		c.Removed, c.Reason = true, "rule 1"
	case n < 13:
		c.Removed, c.Reason, c.Bulk = true, "spam", true
	case n < 14:
		c.Restored, c.Reason = true, "rule 2"
	case n < 16:
		c.Distinguished = true
	case n < 30:
		c.Updated = at.Add(7 * time.Minute)
	}
}

var (
	openers = []string{"I think", "Honestly,", "Maybe", "No:", "> a quote\n\nWell,", "Sure, but", "Es scheint,", "**Yes**,", "As I said,"}
	topics  = []string{"the new release", "the old garden", "this \"album\"", "a long bridge", "das Wetter", "its weather 🌧", "rust & iron", "the <b>tool</b>"}
	verdict = []string{"is great", "is worse than before", "hat sich verändert", "works for me", "needs time", "costs too much", "is what [they](https://shop.example/?a=1&b=2) said"}
	ends    = []string{".", "!", "?", "…", " :)", ", I fear."}
)

func (w *World) sentence() string {
	pick := func(words []string) string { return words[w.random.IntN(len(words))] }
	return strings.Join([]string{pick(openers), pick(topics), pick(verdict)}, " ") + pick(ends)
}
