package mastodon

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

var now = time.Date(2025, 3, 31, 12, 0, 0, 0, time.UTC)

var decoder = Decoder{Instance: "tooters.example", Now: now}

// full is a status as Mastodon 4.5 serves it, with every member that is read.
func full(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "full.json"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func ptr[T any](v T) *T { return &v }

func TestStatus(t *testing.T) {
	got, err := decoder.Status(full(t))
	if err != nil {
		t.Fatal(err)
	}
	want := discussion.Post{
		URI: "https://nordlicht.example/users/jette/statuses/114115",
		URL: "https://nordlicht.example/@jette/114115", LocalID: "114116000000000123",
		Platform: discussion.Mastodon, Kind: discussion.KindStatus,
		Parent: "local://tooters.example/117020582251615632", Depth: -1,
		Author: discussion.Author{
			URI: "https://nordlicht.example/users/jette", Bot: true,
			Bio:     "<p>Boats and ballots</p>\nPronouns she/her\nNote <a href=\"#\">#nobot</a>",
			NoIndex: true, Indexable: ptr(false), Limited: true, Locked: true,
		},
		Instance: "nordlicht.example",
		Created:  time.Date(2025, 3, 6, 14, 2, 7, 120e6, time.UTC),
		Edited:   time.Date(2025, 3, 6, 15, 0, 0, 0, time.UTC),
		State:    discussion.Edited, Language: "zh-TW",
		Content: "<p>Which one?</p><p>opt out</p><p>stay &amp; &lt;sigh&gt;</p>", Format: discussion.HTML,
		Warning: "work, AI", Upvotes: ptr[int64](12), Replies: ptr[int64](0),
		Tags: []string{"worklane", "köln"}, LinkDomain: "daily-ledger.example",
		Quotes: "https://plaza.example/users/rosa/statuses/9", Visibility: "unlisted",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// small is a status with only what it must have, and more members put in.
func small(more string) string {
	return `{"id":"7","uri":"https://tooters.example/users/ada/statuses/7","content":"<p>hi</p>",` +
		`"created_at":"2025-03-06T14:02:07Z","account":{"acct":"ada","url":"https://tooters.example/@ada"}` + more + `}`
}

func TestStatusFields(t *testing.T) {
	tests := []struct {
		name, record string
		get          func(discussion.Post) any
		want         any
	}{
		{"a status without parent opens a thread", small(""), func(p discussion.Post) any {
			return strings.TrimSpace(fmt.Sprint(p.Depth, p.Thread == p.URI, p.Parent))
		}, "0 true"},
		{"numbers keep their digits", small(`,"in_reply_to_id":117020582251615632`), func(p discussion.Post) any { return p.Parent },
			"local://tooters.example/117020582251615632"},
		{"a reply's thread is not known", small(`,"in_reply_to_id":"8"`), func(p discussion.Post) any { return p.Thread }, ""},
		{"no counts", small(""), func(p discussion.Post) any { return p.Upvotes == nil && p.Boosts == nil && p.Replies == nil }, true},
		{"hidden count", small(`,"favourites_count":-1`), func(p discussion.Post) any { return p.Upvotes == nil }, true},
		{"never edited", small(`,"edited_at":null`), func(p discussion.Post) any { return p.State }, discussion.Live},
		{"Friendica's edit that is none", small(`,"edited_at":"2025-03-06T14:02:07.000Z"`), func(p discussion.Post) any { return p.State }, discussion.Live},
		{"from before the fediverse", small(`,"created_at":"1970-01-01T00:00:00Z"`), func(p discussion.Post) any { return p.Created.IsZero() }, true},
		{"from the future", small(`,"created_at":"2025-04-01T12:00:01Z"`), func(p discussion.Post) any { return p.Created.IsZero() }, true},
		{"a clock that is a little fast", small(`,"created_at":"2025-04-01T11:59:59Z"`), func(p discussion.Post) any { return p.Created.IsZero() }, false},
		{"Pleroma's bare quote", small(`,"quote":{"id":"5","uri":"https://plaza.example/objects/5","content":"never"}`),
			func(p discussion.Post) any { return p.Quotes }, "https://plaza.example/objects/5"},
		{"a revoked quote", small(`,"quote":{"state":"revoked","quoted_status":null}`), func(p discussion.Post) any { return p.Quotes }, ""},
		{"a quote of which only the id is served", small(`,"quote":{"state":"accepted","quoted_status_id":"5"}`), func(p discussion.Post) any { return p.Quotes }, ""},
		{"GoToSocial's actor", small(""), func(p discussion.Post) any { return p.Author.URI }, "https://tooters.example/@ada"},
		{"an actor without addresses", strings.Replace(small(""), `,"url":"https://tooters.example/@ada"`, "", 1), func(p discussion.Post) any { return p.Author.URI }, "ada@tooters.example"},
		{"indexable is not known", small(""), func(p discussion.Post) any { return p.Author.Indexable == nil }, true},
		{"a Lemmy thread", small(`,"uri":"https://agora.example/post/42"`), func(p discussion.Post) any { return []any{p.Platform, p.Kind, p.Instance} },
			[]any{discussion.Lemmy, discussion.KindPost, "agora.example"}},
		{"a Lemmy comment", small(`,"uri":"https://agora.example/comment/42"`), func(p discussion.Post) any { return []any{p.Platform, p.Kind} },
			[]any{discussion.Lemmy, discussion.KindComment}},
		{"an id from before ActivityPub", small(`,"uri":"tag:Old.example,2017-04-01:objectId=1:objectType=Status"`),
			func(p discussion.Post) any { return p.Instance }, "old.example"},
		{"a boost", `{"id":"1","uri":"https://x.example/boost","content":"","account":{"acct":"x"},"reblog":` + small(`,"visibility":"private"`) + `}`,
			func(p discussion.Post) any { return []any{p.URI, p.Visibility} }, []any{"https://tooters.example/users/ada/statuses/7", "private"}},
		{"url equal to uri", small(`,"url":"https://tooters.example/users/ada/statuses/7"`), func(p discussion.Post) any { return p.URL }, ""},
		{"members that other servers fill differently", small(`,"application":[],"media_attachments":[{"meta":[]}],"emojis":{},"card":{"width":1.5}`),
			func(p discussion.Post) any { return p.Content }, "<p>hi</p>"},
		{"no content", small(`,"content":null`), func(p discussion.Post) any { return p.Content }, ""},
		{"broken UTF-8", small(`,"spoiler_text":"` + "\xff" + `"`), func(p discussion.Post) any { return p.Warning }, "\uFFFD"},
	}
	for _, tt := range tests {
		p, err := decoder.Status([]byte(tt.record))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if d := cmp.Diff(tt.want, tt.get(p)); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
	}
}

func TestStatusWithoutInstance(t *testing.T) {
	p, err := Decoder{Now: now}.Status([]byte(small(`,"in_reply_to_id":"8"`)))
	if err != nil || p.Parent != "" || p.Depth != -1 || p.Thread != "" {
		t.Errorf("Status = %q, %d, %q, %v; an id of an unknown server must not become a parent", p.Parent, p.Depth, p.Thread, err)
	}
}

func TestStatusErrors(t *testing.T) {
	tests := []struct{ record, want string }{
		{`null`, "null in place of a status"},
		{`[]`, "a JSON array in place of a status"},
		{`{"error":"Record not found"}`, "uri: missing"},
		{`{"id":"7","uri":null}`, "uri: missing"},
		{`{"uri":"nonsense"}`, "uri: names no host"},
		{small(`,"created_at":""`), ""},
		{small(`,"created_at":"yesterday"`), "created_at: not an RFC 3339 time"},
		{small(`,"edited_at":"2025-03-06"`), "edited_at: not an RFC 3339 time"},
		{small(`,"created_at":5`), "created_at: a JSON number does not fit"},
		{small(`,"replies_count":"3"`), "replies_count: a JSON string does not fit"},
		{small(`,"account":{"bot":"yes"}`), "account.bot: a JSON string does not fit"},
		{small(`,"id":"../instance"`), "id: not an id"},
		{small(`,"in_reply_to_id":"a/b"`), "in_reply_to_id: not an id"},
		{small(`,"in_reply_to_id":1.5`), "in_reply_to_id"},
		{small(`,"content":"cut`), "not JSON at byte"},
		{`{"uri":"https://x.example/1","reblog":{"id":"1"}}`, "uri: missing"},
	}
	for _, tt := range tests {
		_, err := decoder.Status([]byte(tt.record))
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("Status(%s): %v", tt.record, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("Status(%s) = %v, want … %s …", tt.record, err, tt.want)
		}
	}
}

func TestInstance(t *testing.T) {
	tests := []struct{ record, want string }{
		{small(""), "tooters.example"},
		{`{"account":{"acct":"ada","uri":"https://Tooters.example:8443/users/ada"}}`, "tooters.example"},
		{`{"account":{"acct":"ada@far.example","url":"https://far.example/@ada"}}`, ""},
		{`{"account":{"acct":"ada@far.example"},"reblog":` + small("") + `}`, "tooters.example"},
		{`{"account":{}}`, ""}, {`null`, ""}, {`[1`, ""},
	}
	for _, tt := range tests {
		if got := Instance([]byte(tt.record)); got != tt.want {
			t.Errorf("Instance(%s) = %q, want %q", tt.record, got, tt.want)
		}
	}
}

func FuzzStatus(f *testing.F) {
	b, err := os.ReadFile(filepath.Join("testdata", "full.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	for _, more := range []string{"", `,"in_reply_to_id":8`, `,"quote":{"uri":"https://a.example/1"}`, `,"reblog":{}`, `,"poll":{"options":[{"title":"<"}]}`} {
		f.Add([]byte(small(more)))
	}
	f.Fuzz(func(t *testing.T, record []byte) {
		Instance(record)
		p, err := decoder.Status(record)
		if err != nil {
			return
		}
		if p.URI == "" || p.Instance == "" || p.Depth == 0 != (p.Thread == p.URI) {
			t.Errorf("Status(%q) = %+v", record, p)
		}
		if !p.Created.IsZero() && (p.Created.Year() < 2007 || p.Created.After(now.Add(24*time.Hour))) {
			t.Errorf("Status(%q): created %v", record, p.Created)
		}
		if len(p.Content) > 8*len(record)+64 {
			t.Errorf("Status(%q): %d bytes of content", record, len(p.Content))
		}
	})
}
