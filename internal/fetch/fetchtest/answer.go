package fetchtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// answer is what goes back: computed whole under the world's lock, written
// after it is given up, so that a slow reader holds up nobody's Edit.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// refusal is an answer that is an error. Lemmy says code, with message or cause
// in some cases; PieFed says status and message.
type refusal struct {
	status               int
	code, message, cause string
}

// Truth answers without the Instance's Fault and without a record of it.
func (in *Instance) Truth() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in.world.mu.RLock()
		a := in.answer(r)
		in.world.mu.RUnlock()
		if in.Validators && a.status == http.StatusOK {
			tag := fmt.Sprintf("W/%q", fmt.Sprintf("%x", hash(string(a.body))))
			a.header.Set("Etag", tag)
			if r.Header.Get("If-None-Match") == tag {
				a.status, a.body = http.StatusNotModified, nil
			}
		}
		a.write(w)
	})
}

func (a answer) write(w http.ResponseWriter) {
	for k, v := range a.header {
		w.Header()[k] = v
	}
	if a.status != http.StatusNotModified {
		w.Header().Set("Content-Length", fmt.Sprint(len(a.body)))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // the client may have gone
}

func (in *Instance) answer(r *http.Request) answer {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return text(http.StatusMethodNotAllowed, "text/plain", "")
	}
	switch path := r.URL.Path; {
	case path == "/robots.txt" && in.Robots != "":
		return text(http.StatusOK, "text/plain; charset=utf-8", in.Robots)
	case path == "/.well-known/nodeinfo":
		return in.json(in.wellKnown())
	case path == in.nodeinfoPath():
		return in.json(in.nodeinfo())
	case strings.HasPrefix(path, "/api/"):
		return in.api(r)
	case strings.HasPrefix(path, "/post/"), strings.HasPrefix(path, "/comment/"),
		strings.HasPrefix(path, "/u/"), strings.HasPrefix(path, "/c/"):
		return in.activity(r)
	case path == "/":
		return in.front()
	}
	return in.nowhere()
}

// api finds what answers a path below /api/, after the rate limit.
func (in *Instance) api(r *http.Request) answer {
	version, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/api/"), "/")
	calls, spoken := in.calls(version)
	c, ok := calls[name]
	if !spoken || !ok {
		return in.nowhere()
	}
	header, refused := in.meter(name, c)
	a := answer{}
	if refused != nil {
		a = in.refuse(refused)
	} else {
		a = in.call(c, name, r)
	}
	for k, v := range header {
		a.header[k] = v
	}
	return a
}

func (in *Instance) call(c call, name string, r *http.Request) answer {
	open := name == "site" || name == "federated_instances"
	if in.Private && !open {
		return in.refuse(&refusal{http.StatusBadRequest, "instance_is_private", "", ""})
	}
	q, refused := in.read(c, r.URL.Query())
	if refused != nil {
		return in.refuse(refused)
	}
	v, refused := c.serve(in, q)
	if refused != nil {
		return in.refuse(refused)
	}
	a := in.json(v)
	a.header.Set("Cache-Control", "public, max-age=60")
	return a
}

// call is one entry of an API.
type call struct {
	serve  func(*Instance, query) (any, *refusal)
	sorts  []string // what sort may be; nil: anything
	kinds  []string // what type_ may be; nil: anything
	search bool     // counted against the limit on searches
}

// calls are the entries of one API version, false if it is not spoken here.
func (in *Instance) calls(version string) (map[string]call, bool) {
	switch {
	case version == "alpha" && in.release.piefed():
		return piefedCalls, true
	case version == "v4" && in.release.v4():
		return v4Calls, true
	case version == "v3" && in.release.v4():
		return compatCalls, true
	case version == "v3" && !in.release.piefed():
		return v3Calls, true
	}
	return nil, false
}

func (in *Instance) json(v any) answer { return jsonAnswer(http.StatusOK, v) }

func jsonAnswer(status int, v any) answer {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("fetchtest: encode answer: %v", err))
	}
	return answer{status, http.Header{"Content-Type": {"application/json"}}, bytes.TrimSpace(b.Bytes())}
}

func text(status int, kind, body string) answer {
	return answer{status, http.Header{"Content-Type": {kind}}, []byte(body)}
}

func (in *Instance) refuse(f *refusal) answer {
	if in.release.piefed() {
		return jsonAnswer(f.status, map[string]any{
			"code": f.status, "status": http.StatusText(f.status), "message": f.message,
		})
	}
	body := map[string]any{"error": f.code}
	if f.message != "" {
		body["message"] = f.message
	}
	if f.cause != "" {
		body["cause"] = f.cause
	}
	return jsonAnswer(f.status, body)
}

// nowhere is a path that the server does not have.
func (in *Instance) nowhere() answer {
	if in.release.piefed() {
		return text(http.StatusNotFound, "text/html; charset=utf-8", "<!doctype html><title>404 Not Found</title>")
	}
	return text(http.StatusNotFound, "text/plain", "")
}

func (in *Instance) front() answer {
	return text(http.StatusOK, "text/html; charset=utf-8", "<!DOCTYPE html><html><title>"+in.Host+"</title></html>")
}
