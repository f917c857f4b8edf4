package mastodon

import (
	"cmp"
	"errors"
	"fmt"
	"html"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/mattn/go-mastodon"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// status is go-mastodon's Status with the members that it lacks. Members that
// one server or another fills with something else than Mastodon does are taken
// over here, so that they cannot spoil a status whose words can be read: of two
// fields with one name, the decoder takes the outer one.
type status struct {
	mastodon.Status

	Account    account        `json:"account"`
	InReplyTo  mastodon.ID    `json:"in_reply_to_id"` // go-mastodon's any turns a number into a float64, which loses digits
	Quote      jsontext.Value `json:"quote"`
	Reblog     jsontext.Value `json:"reblog"`
	CreatedAt  string         `json:"created_at"`
	EditedAt   string         `json:"edited_at"`
	Favourites *int64         `json:"favourites_count"`
	Reblogs    *int64         `json:"reblogs_count"`
	Replies    *int64         `json:"replies_count"`
	Tags       []tag          `json:"tags"`
	Card       card           `json:"card"`
	Poll       poll           `json:"poll"`

	Application ignored `json:"application"`
	Emojis      ignored `json:"emojis"`
	Filtered    ignored `json:"filtered"`
	Media       ignored `json:"media_attachments"`
	Mentions    ignored `json:"mentions"`
	Params      ignored `json:"params"`
	Sensitive   ignored `json:"sensitive"`
}

// account is go-mastodon's Account with the signs of consent that it lacks.
type account struct {
	mastodon.Account

	NoIndex   *bool   `json:"noindex"`
	Indexable *bool   `json:"indexable"`
	Limited   bool    `json:"limited"`
	Suspended bool    `json:"suspended"`
	Fields    []field `json:"fields"`

	CreatedAt    ignored `json:"created_at"` // a mere date on some servers
	Discoverable ignored `json:"discoverable"`
	Emojis       ignored `json:"emojis"`
	Followed     ignored `json:"followed_tags"`
	Followers    ignored `json:"followers_count"`
	Following    ignored `json:"following_count"`
	Moved        ignored `json:"moved"`
	Source       ignored `json:"source"`
	Statuses     ignored `json:"statuses_count"`
}

type (
	tag struct {
		Name string `json:"name"`
	}
	card struct {
		URL string `json:"url"`
	}
	poll struct {
		Options []struct {
			Title string `json:"title"`
		} `json:"options"`
	}
	field struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
)

// ignored is a member that is skipped, whatever is in it.
type ignored struct{}

// UnmarshalJSONFrom skips a value.
func (*ignored) UnmarshalJSONFrom(d *jsontext.Decoder) error { return d.SkipValue() }

const mostTags = 100

// count is nil where a server hides a number, as absent or as -1.
func count(n *int64) *int64 {
	if n == nil || *n < 0 {
		return nil
	}
	return n
}

// options are the choices of the author's poll, which are words of the author too.
func (s *status) options() string {
	var b strings.Builder
	for _, o := range s.Poll.Options {
		b.WriteString("<p>" + html.EscapeString(o.Title) + "</p>")
	}
	return b.String()
}

func (s *status) tags() []string {
	var out []string
	seen := map[string]bool{}
	for _, t := range s.Tags {
		name := strings.ToLower(strings.TrimPrefix(t.Name, "#"))
		if name == "" || seen[name] || len(out) == mostTags {
			continue
		}
		seen[name] = true
		out = append(out, name)
	}
	return out
}

// quoted is the uri of the quoted status. Mastodon wraps that status and says
// in what state the quote is; Pleroma's relatives give it bare. The text is
// never looked at.
func (s *status) quoted() string {
	if !isObject(s.Quote) {
		return ""
	}
	var q struct {
		URI    string `json:"uri"`
		Quoted struct {
			URI string `json:"uri"`
		} `json:"quoted_status"`
	}
	if json.Unmarshal(s.Quote, &q, lenient) != nil {
		return ""
	}
	uri := cmp.Or(q.Quoted.URI, q.URI)
	if _, _, _, err := origin(uri); err != nil {
		return ""
	}
	return uri
}

func isObject(raw jsontext.Value) bool { return len(raw) > 0 && raw[0] == '{' }

// home is the host of an account that goes by a bare name, or "".
func (a *account) home() string {
	if a.Acct == "" || strings.Contains(a.Acct, "@") {
		return ""
	}
	if host := discussion.Host(a.URL); host != "" {
		return host
	}
	return discussion.Host(a.URI)
}

// author is what the account tells. GoToSocial serves no actor URI, so that
// the profile's page stands in; failing both, the handle.
func (a *account) author(instance string) discussion.Author {
	bio := a.Note
	for _, f := range a.Fields {
		bio += "\n" + f.Name + " " + f.Value
	}
	uri := cmp.Or(a.URI, a.URL)
	if uri == "" && a.Acct != "" {
		uri = a.Acct
		if !strings.Contains(uri, "@") && instance != "" {
			uri += "@" + instance
		}
	}
	return discussion.Author{
		URI: uri, Bot: a.Bot, Bio: bio, NoIndex: a.NoIndex != nil && *a.NoIndex,
		Indexable: a.Indexable, Limited: a.Limited || a.Suspended, Locked: a.Locked,
	}
}

// plainer says a decoder's error without Go's types and without the status's
// words: "replies_count: a JSON string does not fit".
func plainer(err error) error {
	var wrong *json.SemanticError
	var syntax *jsontext.SyntacticError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("not JSON at byte %d", syntax.ByteOffset)
	case !errors.As(err, &wrong):
		return err
	}
	kind := wrong.JSONKind.String()
	switch kind {
	case "{":
		kind = "object"
	case "[":
		kind = "array"
	}
	name := strings.ReplaceAll(strings.TrimPrefix(string(wrong.JSONPointer), "/"), "/", ".")
	if name == "" {
		return fmt.Errorf("a JSON %s in place of a status", kind)
	}
	return fmt.Errorf("%.60s: a JSON %s does not fit", name, kind)
}
