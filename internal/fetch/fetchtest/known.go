package fetchtest

import (
	"net/http"
	"strings"
)

// knows is whether a community got to this instance.
func (in *Instance) knows(c *Community) bool { return !in.hidden[c] }

// knowsPost is whether there is a row for p.
func (in *Instance) knowsPost(p *Post) bool { return !in.hidden[p] && in.knows(p.community) }

// showsComments is whether comment/list has the comments of p: 1.0 leaves out
// those below NSFW and in unlisted communities, even when asked for by post_id.
func (in *Instance) showsComments(p *Post) bool {
	if !in.release.v4() {
		return true
	}
	return in.showsNSFW(p) && p.community.Visibility != Unlisted
}

func (in *Instance) showsNSFW(p *Post) bool {
	return in.ContentWarning || !p.NSFW && !p.community.NSFW
}

// postByID returns nil where this instance has given no such number.
func (in *Instance) postByID(id int64) *Post {
	n, ok := serial(in.Host, "post", id, len(in.world.posts))
	if !ok || !in.knowsPost(in.world.posts[n]) {
		return nil
	}
	return in.world.posts[n]
}

func (in *Instance) commentByID(id int64) *row {
	n, ok := serial(in.Host, "comment", id, len(in.world.comments))
	if !ok {
		return nil
	}
	c := in.world.comments[n]
	if !in.knowsPost(c.post) {
		return nil
	}
	return in.thread(c.post).places[c]
}

func (in *Instance) communityByID(id int64) *Community {
	n, ok := serial(in.Host, "community", id, len(in.world.communities))
	if !ok || !in.knows(in.world.communities[n]) {
		return nil
	}
	return in.world.communities[n]
}

// communityByName finds name, which is local, or name@host.
func (in *Instance) communityByName(name string) *Community {
	name, host, _ := strings.Cut(name, "@")
	if host == "" {
		host = in.Host
	}
	for _, c := range in.world.communities {
		if strings.EqualFold(c.Name, name) && c.Home == host && in.knows(c) {
			return c
		}
	}
	return nil
}

// community is the one that the query names; asked is false if it names none.
func (in *Instance) community(q query) (c *Community, asked bool) {
	if id, ok := q.number("community_id"); ok {
		return in.communityByID(id), true
	}
	if name := q.Get("community_name"); name != "" {
		return in.communityByName(name), true
	}
	return nil, false
}

// missing is the refusal for what is not there: 404 up to 0.19.3, 400 after it,
// in 1.0 404 with a code that does not say what.
func (in *Instance) missing(what string) *refusal {
	switch {
	case in.release.piefed():
		return &refusal{http.StatusBadRequest, "", "No " + what + " found", ""}
	case in.release.v4():
		return &refusal{http.StatusNotFound, "not_found", "", "Record not found"}
	case in.release.atLeast(19, 4):
		return &refusal{http.StatusBadRequest, "couldnt_find_" + what, "", ""}
	default:
		return &refusal{http.StatusNotFound, "couldnt_find_" + what, "", ""}
	}
}

// object is what an ActivityPub id leads to: *row, *Post, *Community, *Person,
// or nil. Tombstones are found; what to do with them is the dialect's affair.
func (in *Instance) object(uri string) any {
	for _, p := range in.world.posts {
		if !in.knowsPost(p) {
			continue
		}
		if in.world.URI(p) == uri {
			return p
		}
	}
	if strings.Contains(uri, "/comment/") {
		for _, c := range in.world.comments {
			if c.URI() == uri && in.knowsPost(c.post) {
				if r := in.thread(c.post).places[c]; r != nil {
					return r
				}
			}
		}
	}
	for _, c := range in.world.communities {
		if c.URI() == uri && in.knows(c) {
			return c
		}
	}
	for _, p := range in.world.people {
		if p.URI() == uri {
			return p
		}
	}
	return nil
}
