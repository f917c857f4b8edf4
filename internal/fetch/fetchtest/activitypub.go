package fetchtest

import (
	"html"
	"net/http"
	"strconv"
	"strings"
)

const (
	activityType = "application/activity+json"
	profileType  = `application/ld+json; profile="https://www.w3.org/ns/activitystreams"`
	everybody    = "https://www.w3.org/ns/activitystreams#Public"
)

// activity answers for an ActivityPub id. The proxy in front compares Accept for
// equality: anything but one of the two types gets the page for people.
func (in *Instance) activity(r *http.Request) answer {
	if accept := r.Header.Get("Accept"); accept != activityType && accept != profileType {
		return in.front()
	}
	if o := in.object("https://" + in.Host + r.URL.Path); o != nil {
		return in.activityOf(o)
	}
	kind, digits, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	id, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return in.nowhere()
	}
	// a number of this host for what lives elsewhere leads there
	if p := in.postByID(id); kind == "post" && p != nil {
		return redirect(in.world.URI(p))
	}
	if c := in.commentByID(id); kind == "comment" && c != nil {
		return redirect(c.URI())
	}
	return in.nowhere()
}

func redirect(to string) answer {
	return answer{http.StatusFound, http.Header{"Location": {to}}, nil}
}

func (in *Instance) activityOf(o any) answer {
	a := in.json(nil)
	switch o := o.(type) {
	case *Post:
		a = in.json(in.activityPost(o))
		if o.Deleted || o.Removed {
			a = tombstone(in.world.URI(o))
		}
	case *row:
		a = in.json(in.activityComment(o))
		if !o.Live() {
			a = tombstone(o.URI())
		}
	case *Person:
		a = in.json(activityPerson(o))
		if o.Deleted {
			a = tombstone(o.URI())
		}
	case *Community:
		a = in.json(map[string]any{"id": o.URI(), "type": "Group", "preferredUsername": o.Name, "name": o.Title, "sensitive": o.NSFW})
	}
	a.header.Set("Content-Type", activityType)
	return a
}

func tombstone(uri string) answer {
	return jsonAnswer(http.StatusGone, map[string]string{"id": uri, "type": "Tombstone"})
}

func (in *Instance) activityPost(p *Post) map[string]any {
	v := map[string]any{
		"id": in.world.URI(p), "type": "Page", "attributedTo": p.Author.URI(), "to": []string{p.community.URI(), everybody},
		"audience": p.community.URI(), "name": p.Title, "sensitive": p.NSFW, "published": in.stamp(p.Published),
	}
	if p.URL != "" {
		v["attachment"] = []map[string]string{{"type": "Link", "href": p.URL}}
	}
	set(v, "updated", in.stamp(p.Updated))
	source(v, p.Body)
	return v
}

func (in *Instance) activityComment(r *row) map[string]any {
	above := in.world.URI(r.post)
	if r.parent != nil {
		above = r.parent.URI()
	}
	v := map[string]any{
		"id": r.URI(), "type": "Note", "attributedTo": r.Author.URI(), "to": []string{everybody},
		"cc": []string{r.post.community.URI()}, "audience": r.post.community.URI(), "inReplyTo": above,
		"distinguished": r.Distinguished, "published": in.stamp(r.Published), "tag": []any{},
	}
	set(v, "updated", in.stamp(r.Updated))
	source(v, r.Content)
	return v
}

// source adds the text twice, as HTML and as it was written.
func source(v map[string]any, markdown string) {
	if markdown != "" {
		v["content"], v["mediaType"] = "<p>"+html.EscapeString(markdown)+"</p>\n", "text/html"
		v["source"] = map[string]string{"content": markdown, "mediaType": "text/markdown"}
	}
}

func activityPerson(p *Person) map[string]any {
	v := map[string]any{
		"id": p.URI(), "type": "Person", "preferredUsername": p.Name, "indexable": !p.Unindexable, "discoverable": !p.Unindexable,
	}
	if p.Bot {
		v["type"] = "Service"
	}
	set(v, "name", p.DisplayName)
	if p.Bio != "" {
		v["summary"] = "<p>" + html.EscapeString(p.Bio) + "</p>\n"
	}
	return v
}
