package fetchtest

// nodeinfoPath is where the software says what it is; it moved with 0.19.
func (in *Instance) nodeinfoPath() string {
	if in.release.legacy() {
		return "/nodeinfo/2.0.json"
	}
	return "/nodeinfo/2.1"
}

// wellKnown lists where nodeinfo is, with links among it that are none: proxies
// and plug-ins put them there.
func (in *Instance) wellKnown() any {
	const schema = "http://nodeinfo.diaspora.software/ns/schema/"
	version := "2.1"
	if in.release.legacy() {
		version = "2.0"
	}
	type link struct {
		Rel  any `json:"rel,omitempty"`
		Href any `json:"href,omitempty"`
	}
	return map[string]any{"links": []link{
		{Rel: schema + version},
		{Rel: "https://www.w3.org/ns/activitystreams#Application", Href: "https://" + in.Host + "/"},
		{Rel: schema + version, Href: "::not a url"},
		{Rel: schema + version, Href: "https://" + in.Host + in.nodeinfoPath()},
	}}
}

func (in *Instance) nodeinfo() any {
	posts, comments := in.totals()
	version := "2.1"
	if in.release.legacy() {
		version = "2.0"
	}
	return map[string]any{
		"version":   version,
		"software":  map[string]string{"name": in.release.software, "version": in.release.text},
		"protocols": []string{"activitypub"},
		"usage": map[string]any{
			"users":      map[string]int{"total": 100, "activeHalfyear": 60, "activeMonth": 30},
			"localPosts": posts, "localComments": comments,
		},
		"openRegistrations": true,
		"services":          map[string]any{"inbound": []string{}, "outbound": []string{}},
		"metadata":          map[string]any{},
	}
}

func (in *Instance) totals() (posts, comments int) {
	for _, p := range in.world.posts {
		if p.Author.Host == in.Host {
			posts++
		}
		comments += len(p.comments)
	}
	return posts, comments
}
