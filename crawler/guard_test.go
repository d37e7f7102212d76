package crawler

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gocolly/colly/v2"
)

func TestPrivateAddressesAreRefusedAfterDNS(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/*": says("internal")})
	port := s.URL[strings.LastIndex(s.URL, ":")+1:]
	for _, name := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"} {
		opt := quick(newStepClock())
		opt.AllowPrivate = false
		row := Site{URL: "http://" + name + ":" + port + "/"} // the row's own port is allowed, its address is not
		got, store := fetchOne(t, opt, row, row.URL+"p")
		if got.outcome != OutcomeNetwork || !strings.Contains(got.why, "not a public address") {
			t.Errorf("%s: %s (%s)", name, got.outcome, got.why)
		}
		if len(store.captures) != 1 || !strings.Contains(store.captures[0].Err, "not a public address") {
			t.Errorf("%s: recorded %d attempts", name, len(store.captures))
		}
		if s.asked("/p")+s.asked("/robots.txt") != 0 {
			t.Errorf("%s: the server was asked", name)
		}
	}
}

func TestAddressesThatAreNotPublic(t *testing.T) {
	control := guard{}.control()
	// RFC 6890 and what IANA's registries have added, with the ends of the blocks; multicast; what IPv6 hides of IPv4.
	for _, ip := range []string{"0.0.0.0", "0.255.255.255", "10.0.0.1", "10.255.255.255", "100.64.0.0", "100.127.255.255",
		"127.0.0.1", "127.255.255.255", "169.254.0.0", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.0",
		"192.0.0.255", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1",
		"224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "::ffff:10.0.0.1",
		"::ffff:1.1.1.1", "::ffff:0:a00:1", "64:ff9b::a00:1", "64:ff9b::101:101", "64:ff9b:1::a00:1", "100::1", "2001::1",
		"2001:1ff:ffff::1", "2001:db8::1", "2002:a00:1::1", "2002:101:101::1", "3fff::1", "5f00::1", "fc00::1", "fdff::1",
		"fe80::1", "fe80::1%lo", "2400:3200::1%lo", "febf::1", "fec0::1", "ff02::1"} {
		network := "tcp4"
		if strings.Contains(ip, ":") {
			network = "tcp6"
		}
		if err := control(network, net.JoinHostPort(ip, "80"), nil); !errors.Is(err, errRefused) {
			t.Errorf("%s: %v", ip, err)
		}
	}
	for _, ip := range []string{"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255",
		"172.32.0.0", "192.0.1.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2400:3200::1", "2001:4860::1"} {
		network := "tcp4"
		if strings.Contains(ip, ":") {
			network = "tcp6"
		}
		if err := control(network, net.JoinHostPort(ip, "80"), nil); err != nil {
			t.Errorf("%s: %v", ip, err)
		}
	}
	for _, network := range []string{"udp4", "unix", "ip4"} {
		if err := control(network, "1.1.1.1:80", nil); !errors.Is(err, errRefused) {
			t.Errorf("%s: %v", network, err)
		}
	}
	if (guard{allowPrivate: true}).control() != nil {
		t.Error("with leave given there is still a guard")
	}
}

func TestPortsAndSchemes(t *testing.T) {
	for address, want := range map[string]bool{
		"http://example.com/": true, "https://example.com:443/": true, "http://example.com:80/": true,
		"http://example.com:8088/": true, "http://example.com:22/": false, "ftp://example.com/": false,
		"file:///etc/passwd": false, "http:///x": false, "http://example.com:0080/": false,
		"http://example.com/" + strings.Repeat("x", maxAddress): false,
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if err := (guard{}).url(u, "8088"); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	u, _ := url.Parse("http://example.com:22/")
	if err := (guard{allowPrivate: true}).url(u, ""); err != nil {
		t.Error(err)
	}
}

func TestRedirectsToRefusedPorts(t *testing.T) {
	g := guard{}
	s := serve(t, map[string]http.HandlerFunc{"/p": status(302, "Location: http://example.com:22/")})
	crawler := New(quick(newStepClock()), &memory{}, nil)
	crawler.guard = g // loopback may be dialled, but ports are judged as in the wild
	got, err := fetchWith(t, crawler, Site{URL: s.URL + "/"}, s.URL+"/p")
	if err != nil || got.outcome != OutcomeNetwork || !strings.Contains(got.why, "port 22") ||
		len(got.capture.Redirects) != 1 {
		t.Errorf("%s (%s) %v", got.outcome, got.why, err)
	}
}

func TestAddress(t *testing.T) {
	for raw, want := range map[string]string{
		"HTTP://Example.COM:80/a/../b#frag": "http://example.com/b",
		"https://user:pw@example.com":       "https://example.com/",
		"http://example.com/年报?x=年":         "http://example.com/%E5%B9%B4%E6%8A%A5?x=%E5%B9%B4",
		"http://example.com/a|b^c?d|e":      "http://example.com/a%7Cb%5Ec?d|e",
		"http://example.com/100%":           "http://example.com/100%25",
		" http://example.com/a\tb\n":        "http://example.com/ab",
		"http://政府.example.com/":            "http://xn--mxtq1m.example.com/",
		"http://example.com/?b=2&a=1":       "http://example.com/?b=2&a=1",
		"javascript:void(0)":                "",
		"/relative":                         "",
		"mailto:someone@example.com":        "",
		"http://[::1":                       "",
	} {
		got, err := Address(raw)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, want %q (%v)", raw, got, want, err)
		}
		if again, err := Address(got); got != "" && (again != got || err != nil) {
			t.Errorf("%q: twice gives %q (%v)", raw, again, err)
		}
	}
}

// What a link is filed under must be what the capture of its page is filed under.
func FuzzCapturesAndLinksAgreeOnAddresses(f *testing.F) {
	for _, path := range []string{"", "/a b", "/年?x=年", "/%zz", "/a|b^[]{}\"<>", "/?", "/#x", "/..;/%2e/",
		"\\a", "/'()*!$&,;=:@"} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, path string) {
		raw := "http://example.com/" + path
		address, err := Address(raw)
		if err != nil {
			return
		}
		wire := &lastURL{}
		collector := new(colly.Collector)
		collector.Init()
		collector.AllowURLRevisit = true
		collector.WithTransport(wire)
		if err := collector.Visit(raw); wire.asked == "" {
			t.Skip(err)
		}
		if wire.asked != address {
			t.Errorf("%q is filed as %q, and asked as %q", raw, address, wire.asked)
		}
		if again, err := Address(address); err != nil || again != address {
			t.Errorf("%q: twice gives %q (%v)", raw, again, err)
		}
	})
}

// lastURL is a transport that answers nothing and remembers, without its fragment, what it was asked.
type lastURL struct{ asked string }

func (l *lastURL) RoundTrip(r *http.Request) (*http.Response, error) {
	u := *r.URL
	u.Fragment, u.RawFragment, u.User = "", "", nil
	l.asked = u.String()
	return nil, errors.New("no answer")
}
