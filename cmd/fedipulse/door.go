package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/fedipulse/fedipulse/internal/fetch"
	"github.com/fedipulse/fedipulse/internal/study"
)

// loopback is the test switch, and the only way to an address that is not
// public: "lemmy.example=127.0.0.1:8080 gap=1ms" sends what is for that host to
// that port of this machine, in plain HTTP, with a gap of its own.
const loopback = "FEDIPULSE_LOOPBACK"

// door opens the way to instances; nil where no source of the study is live.
func (a *app) door(q question) (*fetch.Client, error) {
	if !q.live() {
		return nil, nil
	}
	return a.doorFor(q.Contact, func(host string) bool {
		return slices.ContainsFunc(q.Permissions, func(p study.Permission) bool { return p.Host == host && outweighs(p.Basis) })
	})
}

// live reports whether a study asks an instance for anything.
func (q question) live() bool {
	return slices.ContainsFunc(q.Sources, func(s study.Source) bool { return s.Kind != study.File })
}

// outweighs reports whether a ground allows what robots.txt forbids to
// everybody. That nobody objected is none: the file does.
func outweighs(b study.Basis) bool { return b == study.AdminConsent || b == study.TermsAllow }

func (a *app) doorFor(contact string, permitted func(host string) bool) (*fetch.Client, error) {
	o := fetch.Options{Version: version(), Contact: contact, Permitted: permitted}
	if a.verbose {
		o.Log = slog.New(a.handler(&slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if err := a.loopback(&o, os.Getenv(loopback)); err != nil {
		return nil, usagef("%s: %w", loopback, err)
	}
	if a.fake != nil {
		a.fake(&o)
	}
	c, err := fetch.New(o)
	if err != nil {
		return nil, usageError{err}
	}
	return c, nil
}

func (a *app) handler(o *slog.HandlerOptions) slog.Handler {
	if a.logFormat == "json" {
		return slog.NewJSONHandler(a.stderr, o)
	}
	return slog.NewTextHandler(a.stderr, o)
}

func (a *app) loopback(o *fetch.Options, setting string) error {
	if setting == "" {
		return nil
	}
	o.Loopback = map[string]string{}
	for _, part := range strings.Fields(setting) {
		name, value, ok := strings.Cut(part, "=")
		switch {
		case !ok:
			return fmt.Errorf("%q is not host=address:port", part)
		case name == "gap":
			gap, err := time.ParseDuration(value)
			if err != nil {
				return err
			}
			o.LoopbackGap = gap
		default:
			o.Loopback[name] = value
		}
	}
	if !a.quiet {
		if _, err := io.WriteString(a.stderr, "fedipulse: "+loopback+" is set: this is a test, some hosts are asked on this machine\n"); err != nil {
			return err
		}
	}
	return nil
}
