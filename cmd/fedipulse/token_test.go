package main

import (
	"bytes"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/fedipulse/fedipulse/internal/fetch"
	"github.com/fedipulse/fedipulse/internal/fetch/fetchtest"
	"github.com/fedipulse/fedipulse/internal/fetch/microblogtest"
)

// TestTokenCanary: a token goes to its own instance, and no byte of it into any
// file or message, whatever the instance does.
func TestTokenCanary(t *testing.T) {
	const token = "canary-0123456789"
	dir := t.TempDir()
	t.Setenv(tokenVariable+"TOOTERS_EXAMPLE", token)
	w := microblogtest.NewWorld(3)
	w.Thread("tooters.example", 20, 4)
	own, other := w.Instance("tooters.example", "mastodon-4.5"), w.Instance("other.example", "mastodon-4.5")
	own.Token = token
	f := &faulty{t: t, now: w.Now, dir: dir}
	own.Clock, other.Clock = f.clock, f.clock
	at := map[string]string{}
	for _, in := range []*microblogtest.Instance{own, other} {
		f.serve(in)
		at[in.Host] = f.at
	}
	text := "[study]\ntitle = \"t\"\nquestion = \"q?\"\ncontact = \"me@ngo.example\"\n"
	for _, host := range []string{"tooters.example", "other.example"} {
		text += "[[source]]\nkind = \"mastodon\"\ninstance = \"" + host + "\"\nhashtags = [\"noai\"]\n"
	}
	if err := os.WriteFile(filepath.Join(dir, "study.toml"), []byte(text+"search = [\"reply\"]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	run := func() {
		a := &app{stdin: strings.NewReader(""), stdout: &said, stderr: &said, fake: func(o *fetch.Options) {
			o.Loopback, o.Now, o.Sleep = at, f.clock, f.sleep
		}}
		a.execute(t.Context(), []string{"run", "-v", "--log-format", "json", "--study", filepath.Join(dir, "study.toml"), "--db", filepath.Join(dir, "x.duckdb"), "--out", filepath.Join(dir, "report")})
	}
	run()
	for _, fault := range fetchtest.Faults {
		if strings.HasPrefix(fault.Name, "redirect") || strings.HasPrefix(fault.Name, "4") {
			f.truth = own.Truth()
			f.fault = func(fault func(int, http.ResponseWriter, *http.Request) bool) { own.Fault = fault }
			f.spoil(fault, func(path string) bool { return strings.Contains(path, "/context") })
			f.pass(100 * time.Hour)
			run()
		}
	}
	sent, foreign := 0, 0
	for _, a := range own.Requests() {
		if a.Token == "Bearer "+token {
			sent++
		}
	}
	for _, a := range other.Requests() {
		if a.Token != "" {
			foreign++
		}
	}
	if sent == 0 || foreign != 0 {
		t.Errorf("%d requests with the token to its instance, %d with any to the other", sent, foreign)
	}
	if strings.Contains(said.String(), "canary") {
		t.Error("it is in what the program says")
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte("canary")) { // also what followers alone may see
			t.Errorf("it is in %s", d.Name())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestTokenFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "tokens")
	write := func(text string, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(tokenFile, name)
	write("# mine\n\nTooters.example  secret\n", 0o600)
	get, err := tokens()
	if err != nil || get("tooters.example") != "secret" || get("other.example") != "" {
		t.Errorf("tokens() = %v", err)
	}
	t.Setenv(tokenVariable+"TOOTERS_EXAMPLE", "another")
	if get("tooters.example") != "another" {
		t.Error("the environment does not come first")
	}
	for text, mode := range map[string]os.FileMode{"tooters.example secret\n": 0o640, "tooters.example se cret\n": 0o600, "secret\n": 0o600} {
		write(text, mode)
		if _, err := tokens(); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q, mode %o: %v", text, mode, err)
		}
	}
	t.Setenv(tokenFile, name+".none")
	if _, err := tokens(); err == nil {
		t.Error("a file that is not there is taken")
	}
}
