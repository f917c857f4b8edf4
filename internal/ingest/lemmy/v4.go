package lemmy

import "strconv"

// v4 is the API of Lemmy 1.0. An instance may set a time range for all lists,
// of comments too; zero switches it off. Order is always by age: the cursors of
// the others skip rows that tie.
type v4 struct{}

func (v4) site() call     { return call{path: "/api/v4/site"} }
func (v4) byChange() bool { return true }

func (v4) post(id int64) call { return call{path: "/api/v4/post", query: values("id", number(id))} }
func (v4) postOf(comment int64) call {
	return call{path: "/api/v4/post", query: values("comment_id", number(comment))}
}
func (v4) comment(id int64) call {
	return call{path: "/api/v4/comment", query: values("id", number(id))}
}

func (v4) posts(community, after string) call {
	return call{path: "/api/v4/post/list", query: values("community_name", community, "type_", "all", "sort", "new_comments",
		"time_range_seconds", "0", "limit", strconv.Itoa(listed), "page_cursor", after)}
}

func (v4) search(words string, what hits, after string) call {
	kind := "posts"
	if what == inComments {
		kind = "comments"
	}
	return call{path: "/api/v4/search", bucket: searching, query: values(
		"search_term", words, "type_", kind, "time_range_seconds", "0", "limit", strconv.Itoa(listed), "page_cursor", after)}
}

func (v4) resolve(uri string) call {
	return call{path: "/api/v4/resolve_object", query: values("q", uri), bucket: searching}
}

func (v4) comments(post, parent int64, after string) call {
	return call{path: "/api/v4/comment/list/slim", query: values("post_id", number(post), "parent_id", number(parent),
		"type_", "all", "sort", "old", "max_depth", deepest, "time_range_seconds", "0", "page_cursor", after)}
}

func (v4) next(e *envelope, _ string, _ int) string { return e.cursor() }

func (v4) nextHits(e *envelope, _ string, _ int) string { return e.cursor() }
