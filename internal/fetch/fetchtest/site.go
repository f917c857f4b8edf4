package fetchtest

import "time"

func (in *Instance) v3Site(query) (any, *refusal) {
	posts, comments := in.totals()
	begun := in.stamp(in.world.begun.AddDate(-3, 0, 0))
	site := map[string]any{
		"id": 1, "name": in.Host, "published": begun, "actor_id": "https://" + in.Host + "/",
		"last_refreshed_at": begun, "inbox_url": "https://" + in.Host + "/inbox", "public_key": "", "instance_id": 1,
	}
	set(site, "sidebar", in.Sidebar)
	if in.ContentWarning {
		site["content_warning"] = "shows what is not safe for work"
	}
	local := map[string]any{
		"id": 1, "site_id": 1, "site_setup": true, "enable_downvotes": in.Downvotes || in.release.v4(), "enable_nsfw": true,
		"private_instance": in.Private, "default_post_listing_type": "Local", "default_sort_type": "Active",
		"hide_modlog_mod_names": true, "federation_enabled": true, "captcha_enabled": true,
		"registration_mode": "RequireApplication", "actor_name_max_length": 20, "published": begun,
	}
	set(local, "legal_information", in.Legal)
	return map[string]any{
		"site_view": map[string]any{
			"site": site, "local_site": local, "local_site_rate_limit": in.v3Limits(),
			"counts": map[string]any{
				"site_id": 1, "users": 100, "posts": posts, "comments": comments, "communities": len(in.world.communities),
				"users_active_day": 5, "users_active_week": 12, "users_active_month": 30, "users_active_half_year": 60,
			},
		},
		"admins": []any{}, "version": in.release.text, "all_languages": in.languages(),
		"discussion_languages": []int{0, in.language("en"), in.language("de")},
		"taglines":             []any{}, "custom_emojis": []any{}, "blocked_urls": []any{},
	}, nil
}

func set(m map[string]any, key, value string) {
	if value != "" {
		m[key] = value
	}
}

// v3Limits are all zero where 1.0 answers.
func (in *Instance) v3Limits() map[string]any {
	l := in.Limits
	if in.release.v4() {
		l = Limits{}
	}
	return map[string]any{
		"local_site_id": 1,
		"message":       l.Message.Requests, "message_per_second": seconds(l.Message.Per),
		"search": l.Search.Requests, "search_per_second": seconds(l.Search.Per),
		"post": 6, "post_per_second": 600, "comment": 6, "comment_per_second": 600,
		"register": 10, "register_per_second": 3600, "image": 6, "image_per_second": 3600,
		"import_user_settings": 1, "import_user_settings_per_second": 86400,
	}
}

func seconds(d time.Duration) int { return int(d / time.Second) }

func (in *Instance) v4Site(query) (any, *refusal) {
	posts, comments := in.totals()
	begun := in.stamp(in.world.begun.AddDate(-3, 0, 0))
	site := map[string]any{
		"id": 1, "name": in.Host, "published_at": begun, "ap_id": "https://" + in.Host + "/",
		"last_refreshed_at": begun, "inbox_url": "https://" + in.Host + "/site_inbox", "instance_id": 1,
	}
	set(site, "sidebar", in.Sidebar)
	if in.ContentWarning {
		site["content_warning"] = "shows what is not safe for work"
	}
	votes := map[bool]string{true: "all", false: "disable"}[in.Downvotes]
	local := map[string]any{
		"id": 1, "site_id": 1, "site_setup": true, "private_instance": in.Private,
		"default_post_listing_type": "local", "default_post_sort_type": "active", "default_comment_sort_type": "hot",
		"default_items_per_page": v4Items, "federation_enabled": true, "registration_mode": "open", "published_at": begun,
		"post_upvotes": "all", "post_downvotes": votes, "comment_upvotes": "all", "comment_downvotes": votes,
		"nsfw_content_disallowed": false, "posts": posts, "comments": comments, "communities": len(in.world.communities), "users": 100,
	}
	set(local, "legal_information", in.Legal)
	if in.DefaultTimeRange > 0 {
		local["default_post_time_range_seconds"] = seconds(in.DefaultTimeRange)
	}
	return map[string]any{
		"site_view": map[string]any{
			"site": site, "local_site": local, "local_site_rate_limit": in.v4Limits(),
			"instance": map[string]any{"id": 1, "domain": in.Host, "published_at": begun, "software": "lemmy", "version": in.release.text},
		},
		"admins": []any{}, "version": in.release.text, "all_languages": in.languages(), "discussion_languages": []int{},
		"oauth_providers": []any{}, "admin_oauth_providers": []any{}, "blocked_urls": []any{}, "active_plugins": []any{},
		"captcha_enabled": false,
	}, nil
}

func (in *Instance) v4Limits() map[string]any {
	return map[string]any{
		"local_site_id":        1,
		"message_max_requests": in.Limits.Message.Requests, "message_interval_seconds": seconds(in.Limits.Message.Per),
		"search_max_requests": in.Limits.Search.Requests, "search_interval_seconds": seconds(in.Limits.Search.Per),
		"post_max_requests": 6, "post_interval_seconds": 600, "comment_max_requests": 6, "comment_interval_seconds": 600,
		"register_max_requests": 3, "register_interval_seconds": 3600, "image_max_requests": 6, "image_interval_seconds": 3600,
		"import_user_settings_max_requests": 1, "import_user_settings_interval_seconds": 86400,
		"published_at": in.stamp(in.world.begun),
	}
}

func (in *Instance) piefedSite(query) (any, *refusal) {
	site := map[string]any{
		"actor_id": "https://" + in.Host + "/", "name": in.Host, "all_languages": in.languages(),
		"description": "", "enable_downvotes": in.Downvotes, "registration_mode": "RequireApplication", "user_count": 100,
	}
	set(site, "sidebar_md", in.Sidebar)
	return map[string]any{"admins": []any{}, "site": site, "version": in.release.text}, nil
}

// federatedInstances lists the hosts that the world's people are on.
func (in *Instance) federatedInstances(query) (any, *refusal) {
	linked, seen := []map[string]any{}, map[string]bool{in.Host: true}
	for _, p := range in.world.people {
		if !seen[p.Host] {
			seen[p.Host] = true
			linked = append(linked, map[string]any{
				"id": in.hostID(p.Host), "domain": p.Host, "published": in.stamp(in.world.begun), "software": "lemmy",
			})
		}
	}
	return map[string]any{"federated_instances": map[string]any{
		"linked": linked, "allowed": []any{}, "blocked": []any{},
	}}, nil
}
