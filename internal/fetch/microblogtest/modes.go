package microblogtest

import (
	"fmt"
	"hash/fnv"
	"strconv"
)

// Modes are what an Instance can play.
var Modes = []string{"mastodon-4.2", "mastodon-4.3", "mastodon-4.5", "mastodon-4.6", "gotosocial", "pleroma", "pixelfed", "friendica"}

// mode is how a software differs from Mastodon.
type mode struct {
	software, version string
	ancestors         int // of a context that strangers see; 0: all
	descendants       int
	depth             int
	longest           int  // limit of a list
	modes             bool // any[], all[], none[]
	link              bool // Link headers
	strangers         bool // sees anything without a token
	batch             string
	api               int // api_versions.mastodon; 0: not shown
	v2                bool
	id                func(host string, s *Status) string
}

var modes = map[string]mode{
	"mastodon-4.2": {"mastodon", "4.2.10", 40, 60, 20, 40, true, true, true, "", 0, true, snowflake},
	"mastodon-4.3": {"mastodon", "4.3.4", 40, 60, 20, 40, true, true, true, "id[]", 2, true, snowflake},
	"mastodon-4.5": {"mastodon", "4.5.0", 40, 60, 20, 40, true, true, true, "id[]", 7, true, snowflake},
	"mastodon-4.6": {"mastodon", "4.6.4", 40, 60, 20, 40, true, true, true, "id[]", 11, true, snowflake},
	"gotosocial":   {"gotosocial", "0.20.0", 0, 0, 0, 40, false, true, false, "", 0, true, ulid},
	"pleroma":      {"pleroma", "2.6.0", 0, 0, 0, 40, true, true, true, "ids[]", 0, false, flake},
	"pixelfed":     {"pixelfed", "0.12.0", 1, 20, 1, 40, false, false, false, "", 0, false, snowflake},
	"friendica":    {"friendica", "2024.12", 40, 40, 0, 40, false, true, true, "", 0, true, small},
}

func hash(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return h.Sum64()
}

func (s *Status) text() string { return strconv.Itoa(s.serial) }

// snowflake holds the time of a status in its upper bits.
func snowflake(host string, s *Status) string {
	return strconv.FormatInt(s.Published.UnixMilli()<<16|int64(hash(host, s.text())&0x7fff)<<1|int64(s.serial&1), 10)
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// ulid is GoToSocial's.
func ulid(host string, s *Status) string {
	b := make([]byte, 26)
	ms := uint64(s.Published.UnixMilli())
	for i := 9; i >= 0; i-- {
		b[i], ms = crockford[ms&31], ms>>5
	}
	h := hash(host, s.text())
	for i := 25; i >= 10; i-- {
		b[i] = crockford[h&31]
		if h >>= 4; i == 18 {
			h = hash(s.text(), host)
		}
	}
	return string(b)
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// flake is Pleroma's.
func flake(host string, s *Status) string {
	b := make([]byte, 18)
	ms, h := uint64(s.Published.UnixMilli()), hash(host, s.text())
	for i := 9; i >= 0; i-- {
		b[i], ms = base62[ms%62], ms/62
	}
	for i := 17; i >= 10; i-- {
		b[i], h = base62[h%62], h/62
	}
	return string(b)
}

// small is Friendica's: numbers in the order of arrival.
func small(host string, s *Status) string {
	return fmt.Sprint(1000 + int(hash(host)%500) + 3*s.serial)
}

// less orders ids as the servers do.
func less(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}
