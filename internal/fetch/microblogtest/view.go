package microblogtest

import (
	"strconv"
	"time"
)

func (in *Instance) accountID(a *Account) string { return strconv.Itoa(100 + 7*a.serial) }

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// view is a status as this instance shows it.
func (in *Instance) view(s *Status) map[string]any {
	v := map[string]any{
		"id": in.ID(s), "uri": s.URI(), "url": "https://" + s.Account.Host + "/@" + s.Account.Name + "/" + snowflake(s.Account.Host, s),
		"created_at": stamp(s.Published), "edited_at": nil, "in_reply_to_id": nil, "in_reply_to_account_id": nil,
		"sensitive": s.Sensitive, "spoiler_text": s.Spoiler, "visibility": string(s.Visibility), "language": nil,
		"content": s.HTML, "replies_count": in.replies(s), "reblogs_count": s.serial % 5, "favourites_count": s.serial % 9,
		"reblog": nil, "application": nil, "account": in.account(s.Account), "media_attachments": []any{}, "mentions": []any{},
		"tags": in.tags(s), "emojis": []any{}, "card": nil, "poll": nil,
	}
	if s.Language != "" {
		v["language"] = s.Language
	}
	switch {
	case !s.Edited.IsZero():
		v["edited_at"] = stamp(s.Edited)
	case in.mode.software == "friendica":
		v["edited_at"] = stamp(s.Published)
	}
	if s.Parent != nil && !s.Parent.Deleted && !in.hidden[s.Parent] {
		v["in_reply_to_id"], v["in_reply_to_account_id"] = in.ID(s.Parent), in.accountID(s.Parent.Account)
	}
	if s.ReblogOf != nil {
		v["reblog"], v["content"] = in.view(s.ReblogOf), s.ReblogOf.HTML
	}
	if len(s.Poll) > 0 {
		options := []any{}
		for _, title := range s.Poll {
			options = append(options, map[string]any{"title": title, "votes_count": 1})
		}
		v["poll"] = map[string]any{"id": "1", "options": options, "multiple": false, "expired": true}
	}
	in.quote(s, v)
	return v
}

// quote: Mastodon wraps the quoted status from 4.4 on; Pleroma and Friendica give
// it bare; others know nothing of quotes.
func (in *Instance) quote(s *Status, v map[string]any) {
	switch {
	case in.mode.software == "pleroma" || in.mode.software == "friendica":
		v["quote"] = nil
		if in.sees(s.Quote, false) {
			v["quote"] = in.view(s.Quote)
		}
	case in.mode.api >= 4:
		v["quote"] = nil
		if s.Quote != nil {
			q := map[string]any{"state": "accepted", "quoted_status": nil}
			if in.sees(s.Quote, false) {
				q["quoted_status"] = in.view(s.Quote)
			} else {
				q["state"] = "deleted"
			}
			v["quote"] = q
		}
	}
}

// replies counts what got here, whoever may see it.
func (in *Instance) replies(s *Status) int {
	n := 0
	for _, c := range s.children {
		if !in.hidden[c] && !c.Deleted {
			n++
		}
	}
	if in.lies(WrongCounts) {
		n++
	}
	return n
}

func (in *Instance) tags(s *Status) []any {
	tags := []any{}
	for _, t := range s.Tags {
		tags = append(tags, map[string]any{"name": t, "url": "https://" + in.Host + "/tags/" + t})
	}
	return tags
}

// account: indexable is shown from 4.3 on, noindex for local people only, and
// GoToSocial gives no uri.
func (in *Instance) account(a *Account) map[string]any {
	acct := a.Name
	if a.Host != in.Host {
		acct += "@" + a.Host
	}
	fields := []any{}
	for _, f := range a.Fields {
		fields = append(fields, map[string]any{"name": f[0], "value": f[1], "verified_at": nil})
	}
	v := map[string]any{
		"id": in.accountID(a), "username": a.Name, "acct": acct, "display_name": a.Name, "locked": a.Locked, "bot": a.Bot, "group": false,
		"created_at": "2022-11-05T00:00:00.000Z", "note": a.Bio, "url": "https://" + a.Host + "/@" + a.Name, "uri": a.URI(),
		"followers_count": 1, "following_count": 1, "statuses_count": 1, "emojis": []any{}, "fields": fields,
	}
	if in.mode.software == "gotosocial" {
		delete(v, "uri")
	}
	if a.Limited {
		v["limited"] = true
	}
	if a.Host == in.Host && in.mode.software == "mastodon" {
		v["noindex"] = a.NoIndex
	}
	if in.mode.api >= 2 && a.Indexable != nil {
		v["indexable"] = *a.Indexable
	}
	return v
}
