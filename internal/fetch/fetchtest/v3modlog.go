package fetchtest

import (
	"slices"
	"strings"
	"time"
)

var v3Actions = []string{
	"All", "ModRemovePost", "ModLockPost", "ModFeaturePost", "ModRemoveComment", "ModRemoveCommunity", "ModBanFromCommunity",
	"ModAddCommunity", "ModTransferCommunity", "ModAdd", "ModBan", "ModHideCommunity",
	"AdminPurgePerson", "AdminPurgeCommunity", "AdminPurgePost", "AdminPurgeComment",
}

// action is one entry of the log of moderation. Self-deletions are in none.
type action struct {
	id      int64
	kind    string // v3's name
	at      time.Time
	comment *row
	post    *Post
	person  *Person // who was banned
	reason  string
	revert  bool
	bulk    bool
}

// actions is the whole log, newest first.
func (in *Instance) actions() []action {
	var log []action
	for _, p := range in.world.posts {
		if !in.knowsPost(p) {
			continue
		}
		if p.Removed {
			log = append(log, action{kind: "ModRemovePost", at: p.Published.Add(time.Hour), post: p})
		}
		for _, c := range p.comments {
			log = append(log, in.actionsOn(c)...)
		}
	}
	for _, p := range in.world.people {
		if p.Banned {
			log = append(log, action{kind: "ModBan", at: in.world.Now, person: p, reason: "spam"})
		}
	}
	slices.SortStableFunc(log, func(a, b action) int { return a.at.Compare(b.at) })
	for i := range log {
		log[i].id = int64(i + 1)
	}
	slices.Reverse(log)
	return log
}

func (in *Instance) actionsOn(c *Comment) []action {
	r := in.thread(c.post).places[c]
	switch {
	case in.purged[c]: // the entry does not say which comment it was
		return []action{{kind: "AdminPurgeComment", at: c.Published.Add(time.Hour), post: c.post}}
	case r == nil:
		return nil
	}
	gone := action{kind: "ModRemoveComment", at: c.Published.Add(time.Hour), comment: r, post: c.post, reason: c.Reason, bulk: c.Bulk}
	back := gone
	back.at, back.revert = gone.at.Add(time.Hour), true
	switch {
	case c.Removed:
		return []action{gone}
	case c.Restored:
		return []action{gone, back}
	}
	return nil
}

// about is whether a is within the filters that all lists of the log share.
func (in *Instance) about(a action, q query) bool {
	c, asked := in.community(q)
	if asked && (a.post == nil || a.post.community != c || strings.HasPrefix(a.kind, "AdminPurge")) {
		return false
	}
	if id, ok := q.number("comment_id"); ok && (a.comment == nil || a.comment.id != id) {
		return false
	}
	if id, ok := q.number("other_person_id"); ok {
		return a.comment != nil && in.PersonID(a.comment.Author) == id || a.person != nil && in.PersonID(a.person) == id
	}
	return true
}

// v3Modlog has the raw text of removed comments, on every version. With post_id
// it returns before it comes to the comments.
func (in *Instance) v3Modlog(q query) (any, *refusal) {
	kind := q.Get("type_")
	lists := map[string][]any{}
	for _, name := range []string{
		"removed_posts", "locked_posts", "featured_posts", "removed_comments", "removed_communities", "banned_from_community",
		"banned", "added_to_community", "transferred_to_community", "added", "admin_purged_persons",
		"admin_purged_communities", "admin_purged_posts", "admin_purged_comments", "hidden_communities",
	} {
		lists[name] = []any{}
	}
	post, byPost := q.number("post_id")
	for _, a := range in.actions() {
		if kind != "" && kind != "All" && kind != a.kind || !in.about(a, q) {
			continue
		}
		if byPost && (a.kind != "ModRemovePost" || in.ID(a.post) != post) {
			continue
		}
		name, entry := in.v3Action(a)
		lists[name] = append(lists[name], entry)
	}
	for name, entries := range lists {
		from, to, refused := in.window(q, len(entries), &refusal{400, "unknown", "Fetch limit is > 50", ""})
		if refused != nil {
			return nil, refused
		}
		lists[name] = entries[from:to]
	}
	return lists, nil
}

func (in *Instance) v3Action(a action) (list string, entry map[string]any) {
	head := map[string]any{"id": a.id, "when_": in.stamp(a.at)}
	set(head, "reason", a.reason)
	switch a.kind {
	case "ModRemoveComment":
		head["comment_id"], head["removed"] = a.comment.id, !a.revert
		return "removed_comments", map[string]any{
			"mod_remove_comment": head, "comment": in.v3Comment(a.comment, true),
			"commenter": in.v3Person(a.comment.Author), "post": in.v3Post(a.post), "community": in.v3Community(a.post.community),
		}
	case "ModRemovePost":
		head["post_id"], head["removed"] = in.ID(a.post), true
		return "removed_posts", map[string]any{
			"mod_remove_post": head, "post": in.v3Post(a.post), "community": in.v3Community(a.post.community),
		}
	case "AdminPurgeComment":
		head["post_id"] = in.ID(a.post)
		return "admin_purged_comments", map[string]any{"admin_purge_comment": head, "post": in.v3Post(a.post)}
	default:
		head["other_person_id"], head["banned"] = in.PersonID(a.person), true
		return "banned", map[string]any{"mod_ban": head, "banned_person": in.v3Person(a.person)}
	}
}
