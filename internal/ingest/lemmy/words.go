package lemmy

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/fetch"
)

// Bounds of a search for the rest of a thread. The server's limit on searches
// makes them slow, so that they are the last resort.
const (
	mostSearches = 250 // requests for one thread
	rarest       = 3   // comments that must have a word, so that it is worth a search
)

// findWords searches a thread's community for words that its comments have, each
// in as many as one search shows and not in those of the words before: together
// they find comments that no list shows (query-based sampling, as of the hidden
// web: Ntoulas, Zerfos and Cho, JCDL 2005).
func (a *api) findWords(ctx context.Context, t *tree, asked map[int64]bool) error {
	d, ok := a.dialect.(v3)
	if !ok {
		return nil
	}
	left := mostSearches
	for tried := map[string]bool{}; left > 0 && t.live() < t.claimed; {
		word := t.telling(tried, 2*d.lastPage*listed)
		if word == "" {
			return nil
		}
		found := &hitList{known: map[int64]bool{}}
		for _, sort := range []string{"New", "Old"} {
			if err := a.findWord(ctx, t, d, word, sort, min(left, d.lastPage), found); err != nil {
				return err
			}
			if left -= found.spent; found.whole || left <= 0 {
				break // there is no other end
			}
		}
		tried[word] = found.whole
		// What hangs on the hits is had without a search.
		if err := a.repair(ctx, t, asked); err != nil {
			return err
		}
	}
	return nil
}

// hitList is what the searches for one word have shown.
type hitList struct {
	known map[int64]bool // comments, of whatever thread
	whole bool           // there are no more
	spent int            // requests for this order
}

func (a *api) findWord(ctx context.Context, t *tree, d v3, word, sort string, most int, found *hitList) error {
	found.spent = 0
	for after := ""; found.spent < most; {
		c := d.search(word, inComments, after)
		c.query.Set("sort", sort)
		if name, ok := strings.CutSuffix(t.root.Community, "@"+a.host); ok || name != "" {
			c.query.Set("community_name", name)
		}
		e, err := a.ask(ctx, c)
		found.spent++
		var status *fetch.StatusError
		if errors.As(err, &status) && status.Status == http.StatusBadRequest {
			found.whole = true // a word that this server does not search for
			return nil
		}
		if err != nil {
			return err
		}
		rows, err := e.rows("comments", e.Comments)
		if err != nil {
			return err
		}
		met := false
		for _, raw := range rows {
			v, err := parse(raw)
			if err != nil || v.Comment == nil {
				continue
			}
			met = met || found.known[v.Comment.ID]
			found.known[v.Comment.ID] = true
			if v.Comment.PostID == t.id {
				a.add(t, []jsontext.Value{raw})
			}
		}
		if after = d.nextHits(e, after, len(rows)); after == "" || met {
			found.whole = true
			return nil
		}
	}
	return nil
}

// telling picks the word that stands in most of the held comments which have
// none of those tried with all they have, among words that are not likely to be in more comments of
// the whole thread than one search can show; "" where none is left.
func (t *tree) telling(tried map[string]bool, shown int) string {
	in, fresh := map[string]int{}, map[string]int{}
	held := 0
	for _, n := range t.nodes {
		if n.post.State.Gone() {
			continue
		}
		held++
		words := searchable(n.post.Content)
		covered := slices.ContainsFunc(words, func(w string) bool { return tried[w] })
		for _, w := range words {
			in[w]++
			if !covered {
				fresh[w]++
			}
		}
	}
	best := ""
	for w, n := range fresh {
		if _, again := tried[w]; again || n < rarest || int64(in[w])*t.claimed > int64(shown)*int64(held)*9/10 {
			continue
		}
		if best == "" || n > fresh[best] || n == fresh[best] && w < best {
			best = w
		}
	}
	return best
}

// searchable are the words of a text that a search finds again, each once.
func searchable(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) })
	words = slices.DeleteFunc(words, func(w string) bool { return len(w) < 3 })
	slices.Sort(words)
	return slices.Compact(words)
}
