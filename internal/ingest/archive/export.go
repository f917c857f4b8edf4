package archive

import (
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/fedipulse/fedipulse/internal/discussion"
)

// ExportHeader is the first line of an export.
const ExportHeader = `{"fedipulse":"export","version":1}`

// exportVersion is the version of the export format: posts by their JSON names,
// one a line, below a header.
const exportVersion = 1

// readHeader reads the first record of an export, which may be a header and not
// a post: {"fedipulse":"export","version":1}.
func readHeader(raw []byte) (bool, error) {
	var h struct {
		Name    string `json:"fedipulse"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(raw, &h, lenient); err != nil || h.Name == "" {
		return false, nil
	}
	if h.Name != "export" || h.Version < 1 || h.Version > exportVersion {
		return true, fmt.Errorf("%.20q of version %d, written by a later fedipulse; this one reads exports up to version %d: update it", h.Name, h.Version, exportVersion)
	}
	return true, nil
}

// readExport reads a post of this program's own export. The file may have been
// in other hands since, so its values are checked as any.
func readExport(raw []byte, p *discussion.Post, now time.Time) error {
	if err := json.Unmarshal(raw, p, lenient); err != nil {
		return plainer(err)
	}
	switch {
	case p.URI == "":
		return errors.New("uri: missing")
	case len(p.URI) > discussion.LongestURI || len(p.Thread) > discussion.LongestURI || len(p.Parent) > discussion.LongestURI:
		return errors.New("uri, thread or parent: too long")
	}
	switch p.Platform {
	case discussion.Lemmy, discussion.Mastodon, discussion.Other:
	default:
		return errors.New("platform: not one of lemmy, mastodon, other")
	}
	switch p.Kind {
	case discussion.KindPost, discussion.KindComment, discussion.KindStatus, discussion.KindArticle:
	default:
		return errors.New("kind: not one of post, comment, status, article")
	}
	switch p.Format {
	case discussion.HTML, discussion.Markdown, discussion.Plain:
	default:
		return errors.New("format: not one of html, markdown, plain")
	}
	switch p.State {
	case discussion.Live, discussion.Edited:
	case discussion.Deleted, discussion.Removed, discussion.Forgotten:
		p.Title, p.Content, p.Warning = "", "", ""
	default:
		return errors.New("state: not one of live, edited, deleted, removed, forgotten")
	}
	if p.Depth < -1 || p.Depth == 0 && p.Parent != "" {
		p.Depth = -1
	}
	p.Created, p.Edited = discussion.Believable(p.Created, now), discussion.Believable(p.Edited, now)
	return nil
}
