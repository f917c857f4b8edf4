package study

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// hostNames maps what people write to the name that DNS knows, and refuses
// what cannot be one.
var hostNames = idna.New(
	idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(true),
	idna.BidiRule(), idna.VerifyDNSLength(true),
)

// hostName returns a host as lower-case ASCII, or says what is wrong with it.
// Only public names pass: no addresses, ports, or names without a dot.
func hostName(s string) (host, problem string) {
	const only = "write only the host name, such as lemmy.example"
	switch {
	case strings.Contains(s, "://"):
		return "", "has a scheme: " + only
	case strings.ContainsAny(s, "/?#"):
		return "", "has a path: " + only
	case strings.Contains(s, "@"):
		return "", "has a user name: " + only
	}
	if _, err := netip.ParseAddr(strings.Trim(s, "[]")); err == nil {
		return "", "is an address: write the instance's host name"
	}
	if strings.Contains(s, ":") {
		return "", "has a port: " + only
	}
	host, err := hostNames.ToASCII(s)
	if err != nil {
		return "", "is not a host name: " + only
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	switch {
	case last == host || last == "":
		return "", "is not a full host name: " + only
	case last[0] >= '0' && last[0] <= '9':
		return "", "is an address, or ends in a number: write the instance's host name"
	}
	return host, ""
}

// Host returns the host of an instance as Source.Instance has it, or says what is
// wrong with it.
func Host(s string) (string, error) {
	host, problem := hostName(s)
	if problem != "" {
		return "", fmt.Errorf("%q %s", short(s), problem)
	}
	return host, nil
}

// threadURL returns a thread's address in its normal form, or says what is wrong
// with it.
func threadURL(s string) (address, problem string) {
	const want = "write an https address, such as https://lemmy.example/post/42"
	u, err := url.Parse(s)
	switch {
	case err != nil || u.Host == "":
		return "", "is not an address: " + want
	case u.Scheme != "https":
		return "", "is not https: " + want
	case u.User != nil:
		return "", "has a user name or password: " + want
	case strings.Trim(u.Path, "/") == "":
		return "", "names an instance, not a thread: " + want
	}
	host, problem := hostName(u.Host)
	if problem != "" {
		return "", "host " + problem
	}
	u.Host, u.Fragment, u.RawFragment = host, "", ""
	return u.String(), ""
}
