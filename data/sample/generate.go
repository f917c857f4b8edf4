//go:build ignore

// Generate turns the scripts of the sample study (script/*.txt) into what the
// APIs of Lemmy 0.19 and Mastodon 4.3 would answer about their threads:
//
//	HOST/NAME.post.json, HOST/NAME.comments.json    GET /api/v3/post and /api/v3/comment/list
//	HOST/NAME.status.json, HOST/NAME.context.json   GET /api/v1/statuses/:id and …/context
//
// A thread that another host shows too gets a second pair, in that host's
// folder, with its own ids and counts. What a script leaves open (seconds, ids,
// account numbers) is drawn from hashes of what it says, so that the answers
// change only where a script does. script.go says how a script is written.
//
//	go run generate.go html.go lemmy.go mastodon.go script.go [-out DIR]
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	out := flag.String("out", "answers", "folder to write the answers to")
	flag.Parse()
	if err := run("script", *out); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(scripts, out string) error {
	w, err := read(scripts)
	if err != nil {
		return err
	}
	answers := map[string][]byte{}
	for _, t := range w.threads {
		hosts := []string{t.instance}
		if t.also != "" {
			hosts = append(hosts, t.also)
		}
		for _, host := range hosts {
			name := host + "/" + t.name
			v := view{w, t, host}
			if t.platform == "lemmy" {
				err = v.lemmy(name, answers)
			} else {
				err = v.mastodon(name, answers)
			}
			if err != nil {
				return err
			}
		}
	}
	return save(out, answers)
}

// save makes the folder hold these answers and no others.
func save(out string, answers map[string][]byte) error {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	old, err := filepath.Glob(filepath.Join(out, "*", "*.json"))
	if err != nil {
		return err
	}
	for _, path := range old {
		if _, ok := answers[filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path)]; !ok {
			if err := os.Remove(path); err != nil {
				return err
			}
		}
	}
	for name, data := range answers {
		path := filepath.Join(out, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, data, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// world is all scripts together: who is who, and which host runs what.
type world struct {
	threads []*thread
	people  map[string]map[string]bool // user@host to those of the author's flags that are set
	runs    map[string]string          // host to platform
}

// view is a thread as one host shows it.
type view struct {
	*world
	*thread
	host string
}

// traits are the flags that say something about the author, wherever they stand.
var traits = []string{"bot", "nobot", "noindex"}

func read(dir string) (*world, error) {
	paths, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("no scripts in %s", dir)
	}
	w := &world{people: map[string]map[string]bool{}, runs: map[string]string{}}
	bases := map[string]string{}
	for _, path := range paths {
		t, err := parse(path)
		if err != nil {
			return nil, err
		}
		if other, taken := bases[fmt.Sprint(t.base)]; taken && t.platform == "lemmy" {
			return nil, fmt.Errorf("%s: base %d is that of %s", path, t.base, other)
		}
		bases[fmt.Sprint(t.base)] = path
		w.threads = append(w.threads, t)
		w.runs[t.instance] = t.platform
	}
	for _, t := range w.threads {
		for _, p := range t.posts {
			if err := w.meet(p); err != nil {
				return nil, err
			}
		}
	}
	return w, nil
}

// meet notes the author of a post. A host that serves no thread of the sample
// runs the software of the first thread in which it occurs.
func (w *world) meet(p *post) error {
	if w.runs[p.host] == "" {
		w.runs[p.host] = p.thread.platform
	}
	if p.thread.platform == "mastodon" && w.runs[p.host] == "lemmy" {
		return p.errorf("%s runs Lemmy, from where nobody answers a status", p.host)
	}
	if w.people[p.handle()] == nil {
		w.people[p.handle()] = map[string]bool{}
	}
	for _, trait := range traits {
		if p.has(trait) {
			w.people[p.handle()][trait] = true
		}
	}
	return nil
}

// actor is the ActivityPub id of a person.
func (w *world) actor(user, host string) string {
	if w.runs[host] == "lemmy" {
		return "https://" + host + "/u/" + user
	}
	return "https://" + host + "/users/" + user
}

// uri is the ActivityPub id of a post: the same wherever it is seen.
func (w *world) uri(p *post) string {
	switch {
	case w.runs[p.host] == "mastodon":
		return w.actor(p.user, p.host) + "/statuses/" + snowflake(p.host, p)
	case p.parent == nil:
		return fmt.Sprintf("https://%s/post/%d", p.host, lemmyID(p.host, p))
	default:
		return fmt.Sprintf("https://%s/comment/%d", p.host, lemmyID(p.host, p))
	}
}

// records writes one record a line, so that a change shows as the lines of the
// posts that it touches.
func records[T any](open string, list []T, end string) ([]byte, error) {
	b := bytes.NewBufferString(open)
	for i, r := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		line, err := encode(r, "")
		if err != nil {
			return nil, err
		}
		b.Write(line)
	}
	b.WriteString("\n" + end + "\n")
	return b.Bytes(), nil
}

func encode(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	err := e.Encode(v)
	return slices.Clip(bytes.TrimRight(b.Bytes(), "\n")), err
}
