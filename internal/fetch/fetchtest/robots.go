package fetchtest

import "strings"

// StockRobots is the robots.txt that the software is shipped with: 0.19 says
// nothing of /api and indents its rules, 1.0 closes /api, PieFed its pages.
func StockRobots(version string) string {
	closed := []string{"/login", "/login_reset", "/settings", "/create_community", "/create_post", "/create_private_message", "/inbox", "/setup", "/admin", "/password_change"}
	r := parseRelease(version)
	if r.piefed() {
		return piefedRobots
	}
	if r.v4() {
		closed = append(closed, "/signup", "/notifications", "/api", "/search", "/modlog")
	} else {
		closed = append(closed, "/search/", "/modlog")
	}
	var b strings.Builder
	b.WriteString("User-Agent: *\n")
	for _, path := range closed {
		b.WriteString("  Disallow: " + path + "\n")
	}
	b.WriteString("  Crawl-delay: 60\n")
	return b.String()
}

const piefedRobots = `User-agent: *
Content-Signal: ai-train=no, search=yes, ai-input=no
Disallow: /search/
Disallow: /modlog
Disallow: /u/
Disallow: /comment/
Disallow: /auth/

User-agent: GPTBot
User-agent: CCBot
Disallow: /
`

func withoutDelay(robots string) string {
	lines := strings.SplitAfter(robots, "\n")
	kept := lines[:0]
	for _, l := range lines {
		if !strings.Contains(l, "Crawl-delay") {
			kept = append(kept, l)
		}
	}
	return strings.Join(kept, "")
}
