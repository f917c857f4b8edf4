package fetch

import (
	"mime"
	"net/http"
	"strings"
)

// wall recognizes what stands between programs and an instance; "" if nothing
// does.
func wall(r reply, kind Kind) string {
	if r.header.Get("Cf-Mitigated") == "challenge" {
		return "Cloudflare"
	}
	if !html(r) {
		return ""
	}
	page := string(r.body[:min(len(r.body), shown)])
	switch {
	case anubis(r.header), strings.Contains(page, "/.within.website/"):
		return "Anubis"
	case r.status != http.StatusForbidden && r.status != http.StatusServiceUnavailable && r.status != http.StatusOK:
	case strings.Contains(page, "/cdn-cgi/challenge-platform/"), strings.Contains(page, "<title>Just a moment...</title>"):
		return "Cloudflare"
	case r.status == http.StatusOK && kind != Text:
		return "unknown: HTML in place of JSON"
	}
	return ""
}

func anubis(h http.Header) bool {
	for _, c := range h.Values("Set-Cookie") {
		if strings.Contains(strings.ToLower(c), "anubis") {
			return true
		}
	}
	return false
}

func html(r reply) bool {
	media, _, _ := mime.ParseMediaType(r.header.Get("Content-Type"))
	return media == "text/html" || media == "application/xhtml+xml" ||
		media == "" && strings.HasPrefix(strings.TrimSpace(string(r.body[:min(len(r.body), 512)])), "<")
}
