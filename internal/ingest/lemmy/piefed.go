package lemmy

import "strconv"

// piefed is PieFed's own API, a likeness of v3 with other names. It gives less
// than it is asked for without a word, so next_page alone says where a list ends.
type piefed struct{}

const piefedPage = 100

func (piefed) site() call     { return call{path: "/api/alpha/site"} }
func (piefed) byChange() bool { return false }

func (piefed) post(id int64) call {
	return call{path: "/api/alpha/post", query: values("id", number(id))}
}
func (piefed) postOf(comment int64) call {
	return call{path: "/api/alpha/post", query: values("comment_id", number(comment))}
}
func (piefed) comment(id int64) call {
	return call{path: "/api/alpha/comment", query: values("id", number(id))}
}

// posts are always listed by age: there is no order by the newest comment.
func (piefed) posts(community, after string) call {
	return call{path: "/api/alpha/post/list", query: values("community_name", community, "type_", "All", "sort", "New",
		"limit", strconv.Itoa(listed), "page", after)}
}

func (piefed) search(words string, what hits, after string) call {
	kind := "Posts"
	if what == inComments {
		kind = "Comments"
	}
	return call{path: "/api/alpha/search", bucket: searching, query: values(
		"q", words, "type_", kind, "sort", "New", "listing_type", "All", "limit", strconv.Itoa(listed), "page", after)}
}

func (piefed) resolve(uri string) call {
	return call{path: "/api/alpha/resolve_object", query: values("q", uri), bucket: searching}
}

// comments counts depth from 0 at the top level, one less than Lemmy does.
func (piefed) comments(post, parent int64, after string) call {
	return call{path: "/api/alpha/comment/list", query: values("post_id", number(post), "parent_id", number(parent),
		"type_", "All", "sort", "Old", "max_depth", "200", "limit", strconv.Itoa(piefedPage), "page", after)}
}

func (piefed) next(e *envelope, _ string, _ int) string { return e.cursor() }

func (piefed) nextHits(_ *envelope, after string, rows int) string { return nextPage(after, rows) }
