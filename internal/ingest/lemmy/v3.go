package lemmy

import (
	"strconv"
	"strings"
)

// v3 is the API of Lemmy 0.18 and 0.19. Its type_ has to be All: the default
// hides whatever comes from other instances.
type v3 struct{ lastPage int } // the last page that this version serves; 0: no limit

func (v3) site() call     { return call{path: "/api/v3/site"} }
func (v3) byChange() bool { return true }

func (v3) post(id int64) call { return call{path: "/api/v3/post", query: values("id", number(id))} }
func (v3) postOf(comment int64) call {
	return call{path: "/api/v3/post", query: values("comment_id", number(comment))}
}
func (v3) comment(id int64) call {
	return call{path: "/api/v3/comment", query: values("id", number(id))}
}

func (v3) posts(community, after string) call {
	q := values("community_name", community, "type_", "All", "sort", "NewComments", "limit", strconv.Itoa(listed))
	if page, ok := strings.CutPrefix(after, "page "); ok { // 0.18 has no cursors
		q.Set("page", page)
	} else if after != "" {
		q.Set("page_cursor", after)
	}
	return call{path: "/api/v3/post/list", query: q}
}

func (v3) search(words string, what hits, after string) call {
	kind := "Posts"
	if what == inComments {
		kind = "Comments"
	}
	return call{path: "/api/v3/search", bucket: searching, query: values(
		"q", words, "type_", kind, "sort", "New", "listing_type", "All", "limit", strconv.Itoa(listed), "page", after)}
}

func (v3) resolve(uri string) call {
	return call{path: "/api/v3/resolve_object", query: values("q", uri), bucket: searching}
}

// comments asks for all levels at once: up to 300 rows, and no second page.
func (v3) comments(post, parent int64, _ string) call {
	return v3{}.shallow(post, parent, "Old", deepest)
}

func (v3) shallow(post, parent int64, sort, depth string) call {
	return call{path: "/api/v3/comment/list", query: values(
		"post_id", number(post), "parent_id", number(parent), "type_", "All", "sort", sort, "max_depth", depth)}
}

// flat asks for one page of the thread in order of time.
func (v3) flat(post int64, sort string, page int) call {
	return call{path: "/api/v3/comment/list", query: values(
		"post_id", number(post), "type_", "All", "sort", sort, "limit", strconv.Itoa(listed), "page", strconv.Itoa(page))}
}

func (d v3) next(e *envelope, after string, rows int) string {
	if c := e.cursor(); c != "" && !strings.HasPrefix(after, "page ") {
		return c
	}
	if next := nextPage(after, rows); next != "" {
		return "page " + next
	}
	return ""
}

func (d v3) nextHits(_ *envelope, after string, rows int) string { return nextPage(after, rows) }

// nextPage is the number of the page after one that was asked for as "3" or
// "page 3"; "" where that one was not full.
func nextPage(after string, rows int) string {
	page, _ := strconv.Atoi(strings.TrimPrefix(after, "page "))
	if rows < listed {
		return ""
	}
	return strconv.Itoa(max(page, 1) + 1)
}
