//go:build ignore

package main

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// The entities of Mastodon's API, less pictures.
type (
	status struct {
		ID          string        `json:"id"`
		CreatedAt   string        `json:"created_at"`
		InReplyTo   *string       `json:"in_reply_to_id"`
		InReplyToBy *string       `json:"in_reply_to_account_id"`
		Sensitive   bool          `json:"sensitive"`
		SpoilerText string        `json:"spoiler_text"`
		Visibility  string        `json:"visibility"`
		Language    *string       `json:"language"`
		URI         string        `json:"uri"`
		URL         string        `json:"url"`
		Replies     int           `json:"replies_count"`
		Reblogs     int           `json:"reblogs_count"`
		Favourites  int           `json:"favourites_count"`
		EditedAt    *string       `json:"edited_at"`
		Content     string        `json:"content"`
		Reblog      *status       `json:"reblog"`
		Account     account       `json:"account"`
		Media       []struct{}    `json:"media_attachments"`
		Mentions    []mention     `json:"mentions"`
		Tags        []tag         `json:"tags"`
		Emojis      []customEmoji `json:"emojis"`
		Card        *struct{}     `json:"card"`
		Poll        *struct{}     `json:"poll"`
		Quote       *quote        `json:"quote"`
	}
	account struct {
		ID             string     `json:"id"`
		Username       string     `json:"username"`
		Acct           string     `json:"acct"`
		DisplayName    string     `json:"display_name"`
		Locked         bool       `json:"locked"`
		Bot            bool       `json:"bot"`
		Discoverable   bool       `json:"discoverable"`
		Indexable      bool       `json:"indexable"`
		Group          bool       `json:"group"`
		CreatedAt      string     `json:"created_at"`
		Note           string     `json:"note"`
		URL            string     `json:"url"`
		URI            string     `json:"uri"`
		FollowersCount uint32     `json:"followers_count"`
		FollowingCount uint32     `json:"following_count"`
		StatusesCount  uint32     `json:"statuses_count"`
		NoIndex        *bool      `json:"noindex,omitempty"` // of the host's own people only
		Emojis         []struct{} `json:"emojis"`
		Fields         []struct{} `json:"fields"`
	}
	mention struct {
		ID       string `json:"id"`
		Username string `json:"username"`
		URL      string `json:"url"`
		Acct     string `json:"acct"`
	}
	tag struct {
		Name string `json:"name"`
		URL  string `json:"url"`
	}
	customEmoji struct {
		Shortcode string `json:"shortcode"`
		URL       string `json:"url"`
		StaticURL string `json:"static_url"`
		Visible   bool   `json:"visible_in_picker"`
	}
	quote struct {
		State  string  `json:"state"`
		Status *status `json:"quoted_status"`
	}
)

// snowflake is the id of a status on a host: milliseconds since 1970, and 16
// bits that differ from host to host.
func snowflake(host string, p *post) string {
	return strconv.FormatInt(p.created.UnixMilli()<<16|int64(p.hash(host)&0xffff), 10)
}

// mastodon adds the answers about a Mastodon thread.
func (v view) mastodon(name string, answers map[string][]byte) error {
	root, err := v.status(v.posts[0], true)
	if err != nil {
		return err
	}
	data, err := encode(root, " ")
	if err != nil {
		return err
	}
	answers[name+".status.json"] = append(data, '\n')
	var descendants []status
	for _, p := range v.posts[1:] {
		if p.gone() || !v.shows(p) {
			continue
		}
		s, err := v.status(p, true)
		if err != nil {
			return err
		}
		descendants = append(descendants, s)
	}
	answers[name+".context.json"], err = records(`{"ancestors":[],"descendants":[`, descendants, "]}")
	return err
}

// status is a post as the host shows it; deep, with the post that it quotes.
func (v view) status(p *post, deep bool) (status, error) {
	t := compose(p)
	favourites, boosts := v.seen(p)
	s := status{
		ID: snowflake(v.host, p), CreatedAt: mastodonTime(p.created), Visibility: "public",
		URI: v.uri(p), URL: "https://" + p.host + "/@" + p.user + "/" + snowflake(p.host, p),
		Replies: v.replies(p), Reblogs: boosts, Favourites: favourites,
		Content: t.html, Account: v.account(person{p.user, p.host}),
		SpoilerText: p.flags["cw"], Sensitive: p.has("cw"),
		Media: []struct{}{}, Mentions: v.mentions(t), Tags: []tag{}, Emojis: []customEmoji{},
	}
	for _, visibility := range []string{"unlisted", "private"} {
		if p.has(visibility) {
			s.Visibility = visibility
		}
	}
	if l := p.lang(); l != "und" {
		s.Language = &l
	}
	if p.has("edited") {
		edited := mastodonTime(p.edited)
		s.EditedAt = &edited
	}
	if q := p.parent; q != nil {
		id, by := snowflake(v.host, q), v.accountID(person{q.user, q.host})
		s.InReplyTo, s.InReplyToBy = &id, &by
	}
	for _, name := range unique(t.tags) {
		s.Tags = append(s.Tags, tag{name, "https://" + v.host + "/tags/" + name})
	}
	for _, code := range unique(t.emojis) {
		url := "https://" + v.host + "/system/custom_emojis/" + code + ".png"
		s.Emojis = append(s.Emojis, customEmoji{code, url, url, true})
	}
	if !deep || !p.has("quote") {
		return s, nil
	}
	return s, v.quote(&s, p)
}

func (v view) mentions(t toot) []mention {
	out := []mention{}
	for _, who := range unique(t.mentions) {
		a := v.account(who)
		out = append(out, mention{a.ID, a.Username, a.URL, a.Acct})
	}
	return out
}

// replies is the number of answers that the host counts: the ones that are
// public, with those that it does not show.
func (v view) replies(p *post) int {
	n := 0
	for _, q := range p.replies {
		if v.shows(q) && !q.gone() && !q.has("private") {
			n++
		}
	}
	if more, err := strconv.Atoi(p.flags["unseen"]); err == nil {
		n += more
	}
	if p.parent == nil && v.host == v.instance {
		n += v.unseen
	}
	return n
}

// quote puts the quoted post into s: quote=ID names one of the same script,
// quote=NAME/ID one of another.
func (v view) quote(s *status, p *post) error {
	t, id := v.thread, p.flags["quote"]
	if name, rest, ok := strings.Cut(id, "/"); ok {
		i := slices.IndexFunc(v.threads, func(t *thread) bool { return t.name == name })
		if i < 0 {
			return p.errorf("quotes %q: no script of that name", id)
		}
		t, id = v.threads[i], rest
	}
	q := t.ids[id]
	if q == nil || q.gone() || q.has("private") || v.runs[q.host] != "mastodon" {
		return p.errorf("quotes %q, which is not the id of a public status", p.flags["quote"])
	}
	shown, err := view{v.world, t, v.host}.status(q, false)
	if err != nil {
		return err
	}
	s.Quote = &quote{"accepted", &shown}
	s.Content = `<p class="quote-inline">RE: ` + anchor(shown.URL) + `</p>` + s.Content
	return nil
}

func (v view) accountID(who person) string {
	return strconv.FormatUint(109_000_000_000_000_000+uint64(hash(v.host+who.handle()))<<18, 10)
}

func (v view) account(who person) account {
	h, traits := hash("account"+who.handle()), v.people[who.handle()]
	a := account{
		ID: v.accountID(who), Username: who.user, Acct: who.handle(), DisplayName: who.user,
		Bot: traits["bot"], Discoverable: h%4 != 0, Indexable: !traits["noindex"],
		CreatedAt: mastodonTime(time.Date(2018, time.April, 1+int(h%2400), 0, 0, 0, 0, time.UTC)),
		URL:       "https://" + who.host + "/@" + who.user, URI: v.actor(who.user, who.host),
		FollowersCount: 11 + h%1900, FollowingCount: 23 + h/7%900, StatusesCount: 40 + h/11%20_000,
		Emojis: []struct{}{}, Fields: []struct{}{},
	}
	if v.runs[who.host] == "lemmy" {
		a.URL = a.URI
	}
	if who.host == v.host {
		noindex := traits["noindex"]
		a.Acct, a.NoIndex = who.user, &noindex
	}
	switch {
	case traits["nobot"]:
		var t toot
		a.Note = "<p>" + t.inline("Mostly garden, some grumbling. #nobot", who.host) + "</p>"
	case traits["bot"]:
		a.Note = "<p>I am a bot.</p>"
	}
	return a
}

func unique[T comparable](list []T) []T {
	var out []T
	for _, x := range list {
		if !slices.Contains(out, x) {
			out = append(out, x)
		}
	}
	return out
}

func mastodonTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
