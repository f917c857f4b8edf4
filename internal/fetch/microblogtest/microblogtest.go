// Package microblogtest is a fake microblogging fediverse: servers of Mastodon
// 4.2 to 4.6, GoToSocial, Pleroma, Pixelfed and Friendica that answer over real
// HTTP as the real ones do, with what they hide, cut off and get wrong. It is
// the sister of package fetchtest, which plays the threadiverse.
//
// A World holds what people wrote; an Instance is one server's view of it, with
// ids of its own, and is an http.Handler for httptest.NewServer. How the
// software differs is one table (modes.go); Lies are what goes wrong on top.
//
// Nothing here dials, and the same calls make the same world.
package microblogtest

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// World is what all instances know of together.
type World struct {
	Now time.Time // the present

	mu       sync.RWMutex // readers serve, the writer edits
	editing  atomic.Bool
	edits    int
	random   *rand.Rand
	accounts []*Account
	statuses []*Status
}

// NewWorld returns an empty world. Equal seeds and equal calls make equal worlds.
func NewWorld(seed uint64) *World {
	return &World{Now: time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC), random: rand.New(rand.NewPCG(seed, 0x746f6f74))}
}

// Edit calls f while no request is answered, and lets all instances see what f
// changed.
func (w *World) Edit(f func()) {
	if w.editing.Load() { // within another Edit, which holds the lock
		f()
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.editing.Store(true)
	defer w.editing.Store(false)
	w.edits++
	f()
}

// Account is a person. Its ActivityPub id is https://Host/users/Name.
type Account struct {
	Name, Host string
	Bio        string // HTML
	Fields     [][2]string
	Bot        bool
	Locked     bool
	Limited    bool
	NoIndex    bool  // local accounts show it
	Indexable  *bool // shown from 4.3 on
	serial     int
}

// URI is the ActivityPub id of a, the same on every instance.
func (a *Account) URI() string { return "https://" + a.Host + "/users/" + a.Name }

// Account adds a person.
func (w *World) Account(name, host string) *Account {
	a := &Account{Name: name, Host: host}
	w.Edit(func() {
		a.serial = len(w.accounts)
		w.accounts = append(w.accounts, a)
	})
	return a
}

// Visibility says who may see a status.
type Visibility string

// The visibilities.
const (
	Public   Visibility = "public"
	Unlisted Visibility = "unlisted"
	Private  Visibility = "private" // for followers: a logged-in client sees it here
	Direct   Visibility = "direct"  // nobody but its addressees, whom no client here is
)

// Status is a post. Its fields may be changed within Edit.
type Status struct {
	Account           *Account
	HTML, Spoiler     string
	Visibility        Visibility // default: public
	Tags              []string
	Language          string
	Published, Edited time.Time // Published: default: a minute after the last status
	Parent            *Status   // that it answers
	Quote, ReblogOf   *Status
	Poll              []string
	Sensitive         bool
	Deleted           bool

	serial   int
	children []*Status
}

// URI is the ActivityPub id of s, the same on every instance. The number in it is
// what its own instance calls s, if that is a Mastodon.
func (s *Status) URI() string {
	return fmt.Sprintf("%s/statuses/%s", s.Account.URI(), snowflake(s.Account.Host, s))
}

// Post adds a status.
func (w *World) Post(s Status) *Status {
	w.Edit(func() {
		s.serial = len(w.statuses)
		if s.Visibility == "" {
			s.Visibility = Public
		}
		if s.Published.IsZero() {
			s.Published = w.Now.AddDate(0, 0, -20)
			if s.serial > 0 {
				s.Published = w.statuses[s.serial-1].Published.Add(time.Minute)
			}
		}
		w.statuses = append(w.statuses, &s)
		if s.Parent != nil {
			s.Parent.children = append(s.Parent.children, &s)
		}
	})
	return &s
}

// Thread adds a status on host with replies by people of several hosts, the
// deepest exactly at depth. Most answer one of the latest; one in twenty is
// unlisted, one in thirty for followers only.
func (w *World) Thread(host string, replies, depth int) *Status {
	crowd := make([]*Account, 24)
	for i := range crowd {
		crowd[i] = w.Account(fmt.Sprintf("p%d_%d", len(w.accounts), i), []string{host, "north.example", "south.example"}[i%3])
		crowd[i].Bot = i%11 == 10
	}
	root := w.Post(Status{Account: crowd[0], HTML: "<p>They switched it on</p>", Tags: []string{"noai"}})
	all, depths, chain := []*Status{root}, []int{0}, root
	for i := range replies {
		up := max(0, len(all)-1-w.random.IntN(min(len(all), 12)))
		if left := replies - i; depth-depths[chain.serial-root.serial] >= left || i%3 == 0 && depths[chain.serial-root.serial] < depth {
			up = chain.serial - root.serial
		}
		if depths[up] >= depth {
			up = 0
		}
		s := Status{Account: crowd[w.random.IntN(len(crowd))], HTML: fmt.Sprintf("<p>reply %d</p>", i), Parent: all[up], Language: "en"}
		switch {
		case all[up] == chain && depths[up] < depth: // the chain stays whole
		case i%20 == 19:
			s.Visibility = Unlisted
		case i%30 == 17:
			s.Visibility, s.HTML = Private, "<p>canary of a follower</p>"
		}
		r := w.Post(s)
		if all[up] == chain {
			chain = r
		}
		all, depths = append(all, r), append(depths, depths[up]+1)
	}
	return root
}
