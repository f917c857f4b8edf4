package mastodon

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// TestRealAnswers decodes every status in answers of real servers, which are not
// ours to publish: FEDIPULSE_FIXTURES names their folder. No member is lost for
// which a post has a place.
func TestRealAnswers(t *testing.T) {
	dir := os.Getenv("FEDIPULSE_FIXTURES")
	if dir == "" {
		t.Skip("FEDIPULSE_FIXTURES is not set")
	}
	statuses := 0
	err := filepath.WalkDir(filepath.Join(dir, "mastodon"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json") || strings.HasSuffix(path, ".meta.json") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var v any
		if json.Unmarshal(data, &v) != nil {
			return nil
		}
		each(v, func(s map[string]any) {
			statuses++
			compare(t, filepath.Base(path), s)
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if t.Logf("%d statuses", statuses); statuses < 100 {
		t.Errorf("only %d statuses found", statuses)
	}
}

// each calls f for every status in v, at any depth.
func each(v any, f func(map[string]any)) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			each(x, f)
		}
	case map[string]any:
		if _, ok := v["uri"].(string); ok && v["content"] != nil && v["account"] != nil {
			f(v)
		}
		for _, x := range v {
			each(x, f)
		}
	}
}

func compare(t *testing.T, name string, s map[string]any) {
	t.Helper()
	raw, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Decoder{Instance: "real.example"}.Status(raw)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if inner, ok := s["reblog"].(map[string]any); ok {
		s = inner
	}
	str := func(key string) string { v, _ := s[key].(string); return v }
	number := func(key string) int64 { v, _ := s[key].(float64); return int64(v) }
	is := func(what string, ok bool) {
		if !ok {
			t.Errorf("%s: status %s: %s is lost", name, str("id"), what)
		}
	}
	account := s["account"].(map[string]any)
	is("uri", p.URI == str("uri"))
	is("id", p.LocalID == str("id"))
	is("content", strings.HasPrefix(p.Content, str("content")))
	is("spoiler_text", p.Warning == str("spoiler_text"))
	is("visibility", p.Visibility == str("visibility"))
	is("language", p.Language == str("language"))
	is("created_at", !p.Created.IsZero())
	is("favourites_count", number("favourites_count") < 0 || *p.Upvotes == number("favourites_count"))
	is("reblogs_count", number("reblogs_count") < 0 || *p.Boosts == number("reblogs_count"))
	is("replies_count", number("replies_count") < 0 || *p.Replies == number("replies_count"))
	is("in_reply_to_id", (str("in_reply_to_id") == "") == (p.Parent == ""))
	is("edited_at", str("edited_at") == "" || str("edited_at") == str("created_at") || p.State == discussion.Edited)
	tags, _ := s["tags"].([]any)
	is("tags", (len(tags) > 0) == (len(p.Tags) > 0))
	is("account", p.Author.URI != "" && p.Author.Bot == account["bot"])
	note, _ := account["note"].(string)
	is("note", strings.Contains(p.Author.Bio, note))
	locked, _ := account["locked"].(bool)
	is("locked", p.Author.Locked == locked)
	if noindex, ok := account["noindex"].(bool); ok {
		is("noindex", p.Author.NoIndex == noindex)
	}
	if indexable, ok := account["indexable"].(bool); ok {
		is("indexable", p.Author.Indexable != nil && *p.Author.Indexable == indexable)
	}
	if card, ok := s["card"].(map[string]any); ok {
		url, _ := card["url"].(string)
		is("card", p.LinkDomain == discussion.Host(url))
	}
	if poll, ok := s["poll"].(map[string]any); ok {
		for _, o := range poll["options"].([]any) {
			title, _ := o.(map[string]any)["title"].(string)
			is("poll", strings.Contains(p.Content, title) || strings.ContainsAny(title, "&<>'\""))
		}
	}
	if quote, ok := s["quote"].(map[string]any); ok {
		if quoted, ok := quote["quoted_status"].(map[string]any); ok {
			is("quote", p.Quotes == quoted["uri"])
		}
	}
}
