package report_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/fedipulse/fedipulse/internal/report"
	"github.com/fedipulse/fedipulse/internal/store"
)

// database opens a new database that holds nothing but its schema.
func database(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "test.duckdb"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func execute(t testing.TB, q report.Querier, query string, args ...any) {
	t.Helper()
	rows, err := q.Query(context.Background(), query, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
}

// entry is an invented post as the tests need it. Zero values are what most
// posts have.
type entry struct {
	id, thread, parent int // of the post, of its thread's first post, of the post replied to
	author             int
	platform, instance string
	community, title   string
	created            time.Time // zero: not known
	approximate, bot   bool
	state, kind        string // "": live, status
	claimed            any    // descendants that the server claims; nil: nothing
	warning            string
	language           string // "": en
	text, tone         string // tone "": not scored
	surety             float64
	irony              float64
	votes              int
	themes             map[string][2]string // name to its tone and the word that shows it
	target             string               // whom it is most about, in its own tone
}

func id(n int) string {
	return fmt.Sprintf("00000000-0000-4000-8000-%012d", n)
}

// add writes entries as the store and the annotator would.
func add(t testing.TB, q report.Querier, entries ...entry) {
	t.Helper()
	for _, e := range entries {
		e = e.filled()
		var created, day, parent any
		if !e.created.IsZero() {
			created, day = e.created, e.created.UTC().Format(time.DateOnly)
		}
		depth := 0
		if e.parent != 0 {
			parent, depth = id(e.parent), 1
		}
		execute(t, q, `insert into posts (id, platform, kind, thread, parent, depth, author, instance, community, created, approximate,
			state, bot, title, content, format, warning, content_hash, score, replies, descendants, first_seen, last_seen, stored, expired)
			values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'plain', ?, 1, ?, null, ?, '2025-04-01 00:00:00+00', '2025-04-01 00:00:00+00', '2025-04-01 00:00:00+00', false)`,
			id(e.id), e.platform, e.kind, id(e.thread), parent, depth, id(900000+e.author), e.instance, known(e.community), created, e.approximate,
			e.state, e.bot, known(e.title), e.text, known(e.warning), e.votes, e.claimed)
		execute(t, q, `insert into sightings (post, instance, first_seen, last_seen) values (?, ?, '2025-04-01 00:00:00+00', '2025-04-01 00:00:00+00')`,
			id(e.id), e.instance)
		e.annotate(t, q, day)
	}
}

// known is null for what is not known.
func known(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (e entry) filled() entry {
	if e.state == "" {
		e.state = "live"
	}
	if e.kind == "" {
		e.kind = "status"
	}
	if e.language == "" {
		e.language = "en"
	}
	if e.surety == 0 {
		e.surety = 0.7
	}
	if e.thread == 0 {
		e.thread = e.id
	}
	return e
}

func (e entry) annotate(t testing.TB, q report.Querier, day any) {
	t.Helper()
	var tone, reason any
	p := map[string]float64{"negative": (1 - e.surety) / 2, "neutral": (1 - e.surety) / 2, "positive": (1 - e.surety) / 2}
	if e.tone != "" {
		tone = e.tone
		p[e.tone] = e.surety
	} else {
		reason = "language"
	}
	execute(t, q, `insert into annotations (post, content_hash, model, day, platform, instance, language, confidence, plain, words, scored, reason,
		sentiment, score, p_negative, p_neutral, p_positive, irony)
		values (?, 1, 'test-model/1', ?::date, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id(e.id), day, e.platform, e.instance, e.language, e.text, len(strings.Fields(e.text)), e.tone != "", reason,
		tone, p["positive"]-p["negative"], p["negative"], p["neutral"], p["positive"], e.irony)
	if e.target != "" {
		execute(t, q, "insert into target_tags (post, target, main, sentiment, confidence) values (?, ?, true, ?, 0.5)", id(e.id), e.target, tone)
	}
	for name, tag := range e.themes {
		start := strings.Index(e.text, tag[1])
		if start < 0 {
			t.Fatalf("%q does not have %q", e.text, tag[1])
		}
		start = len([]rune(e.text[:start]))
		execute(t, q, fmt.Sprintf(`insert into theme_tags (post, theme, sentiment, score, confidence, evidence)
			values (?, ?, ?, 0, 1, [{'start': %d, 'stop': %d}])`, start, start+len([]rune(tag[1]))), id(e.id), name, tag[0])
	}
	execute(t, q, "update annotations set themes = (select list(theme order by theme) from theme_tags where post = ?) where post = ?", id(e.id), id(e.id))
}

// folder holds the database of small, which is filled once for all tests.
var folder string

func TestMain(m *testing.M) {
	var err error
	if folder, err = os.MkdirTemp("", "report"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(folder)
	os.Exit(code)
}

var fillOnce sync.Once

// small opens, for reading, the database of the golden report.
func small(t *testing.T) *store.Store {
	t.Helper()
	path := filepath.Join(folder, "small.duckdb")
	fillOnce.Do(func() {
		s, err := store.Open(t.Context(), path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		fill(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
	s, err := store.Open(t.Context(), path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// fill fills a database with a month of an invented discussion: two platforms,
// four threads, two events, and one of everything that is left out.
func fill(t testing.TB, q report.Querier) {
	t.Helper()
	texts := map[string]string{
		"negative": "I never agreed to this and I am leaving. They switched it on by default, without a word to anybody who uses the site.",
		"neutral":  "The setting is under privacy, it was on by default when I looked on Monday morning at work.",
		"positive": "The regulator did a good job here, I am glad that somebody asked for consent by default at last.",
	}
	cycle := []string{"negative", "negative", "neutral", "negative", "positive", "neutral", "negative"}
	places := []entry{
		{platform: "lemmy", instance: "agora.example", community: "technology@agora.example", kind: "comment"},
		{platform: "lemmy", instance: "agora.example", community: "privacy@agora.example", kind: "comment"},
		{platform: "mastodon", instance: "tooters.example"},
		{platform: "mastodon", instance: "nordlicht.example"},
	}
	for i, e := range places {
		e.id, e.author, e.created = 1000*(i+1), i+1, at(1, 9)
		e.text, e.tone, e.claimed = texts["neutral"], "neutral", nil
		if e.platform == "lemmy" {
			e.kind, e.title, e.claimed = "post", fmt.Sprintf("Worklane switched it on, part %d", i+1), 30+3*i
		}
		add(t, q, e)
	}
	for i := range 96 {
		e := places[[]int{0, 0, 2, 1, 0, 3}[i%6]]
		e.thread = 1000 * ([]int{0, 0, 2, 1, 0, 3}[i%6] + 1)
		e.id, e.parent, e.author, e.votes = 1+i, e.thread, 5+i*7%40, i*13%50
		e.created = at(2+i*i*11%26, i%24)
		e.tone = cycle[(i+i/29)%len(cycle)]
		e.text, e.surety = texts[e.tone], 0.5+float64(i%40)/100
		e.themes = map[string][2]string{}
		e.target = ""
		if i%2 == 0 {
			e.themes["consent"] = [2]string{e.tone, "default"}
			e.target = "worklane"
		}
		if e.tone == "negative" && i%3 == 0 {
			e.themes["leaving"] = [2]string{e.tone, "leaving"}
		}
		if e.tone == "positive" && i%5 == 0 {
			e.themes["law"] = [2]string{"positive", "regulator"}
			e.target = "regulator"
		}
		add(t, q, e)
	}
	lemmy := places[0]
	lemmy.thread, lemmy.parent, lemmy.created = 1000, 1000, at(3, 3)
	special := func(n int, change func(*entry)) {
		e := lemmy
		e.id, e.author, e.text, e.tone = n, 60+n%50, texts["negative"], "negative"
		change(&e)
		add(t, q, e)
	}
	special(501, func(e *entry) { e.bot = true })
	special(502, func(e *entry) { e.state, e.text, e.tone = "deleted", "", "" })
	special(503, func(e *entry) { e.language, e.text, e.tone = "fi", "En ole samaa mieltä tästä asiasta.", "" })
	special(504, func(e *entry) { e.created = at(3, 3).AddDate(0, -3, 0) })
	special(505, func(e *entry) { e.approximate = true })
	special(506, func(e *entry) { e.warning, e.surety = "anger", 0.99 })
	provenance(t, q)
}

func provenance(t testing.TB, q report.Querier) {
	t.Helper()
	execute(t, q, `insert into study (title, question, since, until, languages, sha256) values
		('t', 'q', '2025-03-01 00:00:00+00', '2025-03-31 00:00:00+00', ['en', 'de'], 'ab12ab12ab12ab12')`)
	execute(t, q, `insert into runs (id, command, version, started) values (uuid(), 'ingest', 'v0.0.1', now()), (uuid(), 'annotate', 'v0.0.1', now())`)
	execute(t, q, `insert into pages (run, source, stream, name, instance, seen, posts, fresh, rejected, excluded) values
		(uuid(), 'agora', 's', 'p1', 'agora.example', '2025-04-01 08:00:00+00', 70, 70, 1, 2),
		(uuid(), 'agora', 's', 'p2', 'agora.example', '2025-04-02 08:00:00+00', 12, 8, 0, 0),
		(uuid(), 'tooters', 's', 'p1', 'tooters.example', '2025-04-01 09:00:00+00', 30, 28, 0, 1)`)
	execute(t, q, `insert into exclusions (source, stream, page, reason, posts) values
		('agora', 's', 'p1', 'author opted out', 2), ('tooters', 's', 'p1', 'not public', 1)`)
	execute(t, q, `insert into quarantine (source, stream, page, item, reason) values ('agora', 's', 'p1', 'comment 7', 'no id')`)
	execute(t, q, `insert into permissions (host, basis, given_by, given, note) values
		('agora.example', 'admin-consent', 'the admins', '2025-02-20', null)`)
}

func at(day, hour int) time.Time { return time.Date(2025, 3, day, hour, 30, 0, 0, time.UTC) }

// options are those of the golden report.
func options() report.Options {
	return report.Options{
		Title:    "Worklane’s AI switch",
		Question: "How did the fediverse react to Worklane’s AI training switch?",
		Since:    time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC),
		Until:    time.Date(2025, 3, 31, 0, 0, 0, 0, time.UTC),
		Events: []report.Event{
			{Date: time.Date(2025, 3, 19, 0, 0, 0, 0, time.UTC), Label: "The regulator opens an inquiry"},
			{Date: time.Date(2025, 3, 6, 0, 0, 0, 0, time.UTC), Label: "The switch is found"},
		},
		Languages: []string{"en", "de"},
		Quotes:    "unattributed",
		Version:   "v0.0.1",
		Themes: map[string]report.Theme{
			"consent": {"Consent and defaults", "Whether people were asked, and what is on unless they object."},
			"leaving": {"Leaving", "Closing an account, or moving elsewhere."},
			"law":     {"Law and regulators", "Courts, regulators, statutes."},
			"art":     {"Art", "Work of artists."},
		},
		Targets: map[string]report.Theme{"worklane": {"Worklane", "The firm."}},
		AsOf:    time.Date(2025, 4, 3, 0, 0, 0, 0, time.UTC),
	}
}
