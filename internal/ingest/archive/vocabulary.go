package archive

import (
	"path"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// mostNames is how many addressees, links or hashtags of an object are looked at.
const mostNames = 1000

// names lists what a property refers to. ActivityStreams allows an id, an
// object with an id or a link, or a list of these in nearly every place.
func names(v jsontext.Value) []string {
	switch v.Kind() {
	case '"':
		var s string
		if json.Unmarshal(v, &s, lenient) == nil && s != "" {
			return []string{s}
		}
	case '{':
		var o struct {
			ID   string `json:"id"`
			Href string `json:"href"`
			URL  string `json:"url"`
		}
		if json.Unmarshal(v, &o, lenient) == nil {
			for _, s := range []string{o.ID, o.Href, o.URL} {
				if s != "" {
					return []string{s}
				}
			}
		}
	case '[':
		var list []jsontext.Value
		if json.Unmarshal(v, &list, lenient) != nil {
			return nil
		}
		var out []string
		for _, e := range list[:min(len(list), mostNames)] {
			if e.Kind() != '[' {
				out = append(out, names(e)...)
			}
		}
		return out
	}
	return nil
}

// first is the first name of a property, "" for none or one that is too long.
func first(v jsontext.Value) string {
	if n := names(v); len(n) > 0 && len(n[0]) <= discussion.LongestURI {
		return n[0]
	}
	return ""
}

// total is the number of items of a collection, where it is included and not
// only named.
func total(v jsontext.Value) *int64 {
	var c struct {
		Total *int64 `json:"totalItems"`
	}
	if v.Kind() != '{' || json.Unmarshal(v, &c, lenient) != nil || c.Total == nil || *c.Total < 0 {
		return nil
	}
	return c.Total
}

func hashtags(v jsontext.Value) []string {
	var tags []struct {
		Type string `json:"type"`
		Name string `json:"name"`
	}
	if v.Kind() != '[' || json.Unmarshal(v, &tags, lenient) != nil {
		return nil
	}
	var out []string
	seen := map[string]bool{}
	for _, t := range tags[:min(len(tags), mostNames)] {
		name := strings.ToLower(strings.TrimPrefix(t.Name, "#"))
		if t.Type == "Hashtag" && name != "" && !seen[name] {
			seen[name] = true
			out = append(out, name)
		}
	}
	return out
}

// language is the only key of contentMap, or what Lemmy declares.
func language(o *activity) string {
	if len(o.ContentMap) == 1 {
		for code := range o.ContentMap {
			return code[:min(len(code), 35)]
		}
	}
	var l struct {
		Identifier string `json:"identifier"`
	}
	if o.Language.Kind() != '{' || json.Unmarshal(o.Language, &l, lenient) != nil || l.Identifier == "und" {
		return ""
	}
	return l.Identifier[:min(len(l.Identifier), 35)]
}

// community writes the address of a Lemmy community as name@host.
func community(uri string) string {
	host := discussion.Host(uri)
	dir, name := path.Split(strings.TrimSuffix(uri, "/"))
	if host == "" || name == "" || !strings.HasSuffix(dir, "/c/") {
		return ""
	}
	return name + "@" + host
}

// profile is the actor whose account an archive is of.
type profile struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	Summary    string `json:"summary"`
	Indexable  *bool  `json:"indexable"`
	Locked     bool   `json:"manuallyApprovesFollowers"`
	Suspended  bool   `json:"suspended"`
	Attachment []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"attachment"`
}

// readProfile is nil for an actor.json that is missing or cannot be read.
func readProfile(raw []byte) *profile {
	var p profile
	if len(raw) == 0 || json.Unmarshal(raw, &p, lenient) != nil || p.ID == "" {
		return nil
	}
	return &p
}

// author is what is known of an actor.
func (p *profile) author(uri string) discussion.Author {
	a := discussion.Author{URI: uri}
	if p == nil || p.ID != uri {
		return a
	}
	a.Bio = p.Summary
	for _, f := range p.Attachment {
		a.Bio += "\n" + f.Name + " " + f.Value
	}
	a.Bot = p.Type == "Service" || p.Type == "Application"
	a.Indexable, a.Limited, a.Locked = p.Indexable, p.Suspended, p.Locked
	return a
}
