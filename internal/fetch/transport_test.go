package fetch

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// private are addresses to which no name may lead a request.
var private = strings.Fields(`
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.255.0.1
169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.170 192.0.2.1 192.88.99.1
192.168.0.1 192.168.255.255 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250
240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1
64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1 100::1 2001::1 2001:10::1 2001:20::1 2001:db8::1
2002:7f00:1::1 2002:808:808::1 3fff::1 4000::1 5f00::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1`)

var public = strings.Fields(`
1.1.1.1 8.8.8.8 9.255.255.255 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 192.167.1.1 198.17.0.1 223.255.255.1
2606:4700::1111 2a01:4f8::1 2003::1`)

func TestPrivateAddresses(t *testing.T) {
	c, _ := client(t, "127.0.0.1:1", Options{})
	check := func(ip string, port uint16) error {
		a := netip.AddrPortFrom(netip.MustParseAddr(ip), port)
		network := "tcp4"
		if a.Addr().Is6() {
			network = "tcp6"
		}
		return c.dialer.ControlContext(context.Background(), network, a.String(), nil)
	}
	for _, ip := range private {
		if check(ip, 443) == nil {
			t.Errorf("%s may be dialled", ip)
		}
	}
	for _, ip := range public {
		if err := check(ip, 443); err != nil {
			t.Errorf("%s may not be dialled: %v", ip, err)
		}
	}
	if check("1.1.1.1", 80) == nil || check("1.1.1.1", 22) == nil {
		t.Error("a port that is not HTTPS may be dialled")
	}
}

// A name that leads to a private address is refused when it is dialled, and one
// that does not exist is not looked up again.
func TestNames(t *testing.T) {
	c, k := client(t, "127.0.0.1:1", Options{})
	var asked atomic.Int32
	c.dialer.Resolver = nameServer(t, &asked)
	for _, ip := range private {
		a := netip.MustParseAddr(ip)
		if a.Is4In6() || a.IsUnspecified() {
			continue // a resolver may turn these into others
		}
		name := strings.NewReplacer(".", "-", ":", "-").Replace("x" + ip + "x")
		if a.Is6() {
			name = "v6" + name
		}
		_, err := c.Get(t.Context(), Request{URL: "https://" + name + ".example/"})
		var refused *Refused
		if !errors.As(err, &refused) {
			t.Errorf("%s: Get = %v, want it refused", ip, err)
		}
	}
	_, err := c.Get(t.Context(), Request{URL: "https://nobody.example/"})
	if err == nil || err.Error() != "nobody.example/robots.txt: no such host" {
		t.Errorf("Get = %v, want no such host", err)
	}
	before := asked.Load()
	if _, again := c.Get(t.Context(), Request{URL: "https://nobody.example/"}); again != err || asked.Load() != before {
		t.Errorf("Get again = %v, want the same without a look-up", again)
	}
	if len(k.waits) > 0 {
		t.Errorf("waits = %v, want none", k.waits)
	}
}

// nameServer answers names such as x10-0-0-1x.example with the address in them.
func nameServer(t *testing.T, asked *atomic.Int32) *net.Resolver {
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			asked.Add(1)
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			respond(&m)
			if b, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(b, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func respond(m *dnsmessage.Message) {
	q := m.Questions[0]
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	label, _, _ := strings.Cut(q.Name.String(), ".")
	six := strings.HasPrefix(label, "v6")
	label, ok := strings.CutSuffix(strings.TrimPrefix(strings.TrimPrefix(label, "v6"), "x"), "x")
	if !ok {
		m.RCode = dnsmessage.RCodeNameError
		return
	}
	head := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}
	switch {
	case six && q.Type == dnsmessage.TypeAAAA:
		if a, err := netip.ParseAddr(v6(label)); err == nil {
			m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}}}
		}
	case !six && q.Type == dnsmessage.TypeA:
		if a, err := netip.ParseAddr(strings.ReplaceAll(label, "-", ".")); err == nil {
			m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: a.As4()}}}
		}
	}
}

// v6 turns dashes back; a dotted tail, as in ::127.0.0.1, is of four numbers.
func v6(label string) string {
	for _, ip := range private {
		if strings.NewReplacer(".", "-", ":", "-").Replace(ip) == label && strings.Contains(ip, ":") {
			return ip
		}
	}
	return ""
}
