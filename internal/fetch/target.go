package fetch

import (
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// target reads an address that may be asked, its host in ASCII and lower case.
func target(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil { // its message would quote the query
		return nil, &Refused{Reason: "not an address"}
	}
	host, err := idna.Lookup.ToASCII(u.Hostname())
	if err != nil {
		host = u.Hostname()
	}
	refused := &Refused{Host: printable(host), Path: path(u)}
	switch {
	case u.Scheme != "https":
		refused.Reason = "not https"
	case u.User != nil:
		refused.Reason = "user name in the address"
	case u.Port() != "" || strings.HasSuffix(u.Host, ":"):
		refused.Reason = "port in the address"
	case err != nil || !dnsName(host):
		refused.Reason = "its host is not a public DNS name"
	default:
		u.Host, u.Fragment, u.RawFragment = host, "", ""
		return u, nil
	}
	return nil, refused
}

// dnsName reports whether host has two labels or more and cannot be taken for
// an IP address in any of its spellings, such as 127.1 or 0x7f.0.0.1.
func dnsName(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil || len(host) > 253 {
		return false
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	return strings.Contains(host, ".") && last != "" && strings.Trim(last[:1], "abcdefghijklmnopqrstuvwxyz") == "" &&
		last != "localhost" && !strings.Contains(host, "..") && host[0] != '.'
}

// ascii is a host as this package keeps it.
func ascii(host string) string {
	if a, err := idna.Lookup.ToASCII(host); err == nil {
		return a
	}
	return strings.ToLower(host)
}

// path is what an error may say of an address besides its host.
func path(u *url.URL) string {
	if p := u.EscapedPath(); p != "" {
		return p
	}
	return "/"
}
