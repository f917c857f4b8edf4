package fetchtest

var v4Kinds = []string{
	"all", "admin_add", "admin_ban", "admin_allow_instance", "admin_block_instance", "admin_purge_comment", "admin_purge_community",
	"admin_purge_person", "admin_purge_post", "mod_add_to_community", "mod_ban_from_community", "admin_feature_post_site",
	"mod_feature_post_community", "mod_change_community_visibility", "mod_lock_post", "mod_remove_comment",
	"admin_remove_community", "mod_remove_post", "mod_transfer_community", "mod_lock_comment", "mod_warn_comment", "mod_warn_post",
}

// v4Kind is 1.0's word for an action.
var v4Kind = map[string]string{
	"ModRemoveComment": "mod_remove_comment", "ModRemovePost": "mod_remove_post",
	"AdminPurgeComment": "admin_purge_comment", "ModBan": "admin_ban",
}

// v4Modlog has the raw text too. post_id includes what was done to the comments
// of that post; what was removed in bulk is there only if asked for.
func (in *Instance) v4Modlog(q query) (any, *refusal) {
	kind := q.kind("all")
	post, byPost := q.number("post_id")
	var kept []action
	for _, a := range in.actions() {
		switch {
		case kind != "all" && kind != v4Kind[a.kind], !in.about(a, q):
		case byPost && (a.post == nil || in.ID(a.post) != post):
		case a.bulk && !q.yes("show_bulk"):
		default:
			kept = append(kept, a)
		}
	}
	return paged(q, kept, in.v4Action)
}

func (in *Instance) v4Action(a action) map[string]any {
	head := map[string]any{
		"id": a.id, "kind": v4Kind[a.kind], "is_revert": a.revert, "published_at": in.stamp(a.at), "child_count": 0,
	}
	set(head, "reason", a.reason)
	if a.bulk {
		head["bulk_action_parent_id"] = 1
	}
	view := map[string]any{"modlog": head}
	if a.comment != nil {
		view["target_comment"], view["target_person"] = in.v4Comment(a.comment, true), in.v4Person(a.comment.Author)
	}
	if a.post != nil {
		post := in.v4Post(a.post)
		post.Body = a.post.Body
		view["target_post"], view["target_community"] = post, in.v4Community(a.post.community)
	}
	if a.person != nil {
		view["target_person"] = in.v4Person(a.person)
	}
	return view
}
