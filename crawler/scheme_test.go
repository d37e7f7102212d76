package crawler

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"nianbao/crawler/cms"
)

// twoPorts is a crawler for which www.example.gov.cn:80 and :443 are the servers given; where "" stands nobody listens,
// and "?" never takes a connection.
func twoPorts(store *memory, plain, secure string) *Crawler {
	crawler := New(quick(newStepClock()), store, nil)
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		target := map[string]string{"www.example.gov.cn:80": plain, "www.example.gov.cn:443": secure}[address]
		switch {
		case target == "?":
			return nil, &net.OpError{Op: "dial", Net: network, Err: context.DeadlineExceeded}
		case target == "" && strings.HasPrefix(address, "www.example.gov.cn:"):
			return nil, &net.OpError{Op: "dial", Net: network, Err: errors.New("connection refused")}
		case target == "":
			return nil, &net.OpError{Op: "dial", Net: network, Err: &net.DNSError{Err: "no such host", Name: address}}
		}
		_, target, _ = strings.Cut(target, "://")
		return new(net.Dialer).DialContext(ctx, network, target)
	}
	crawler.strict.DialContext, crawler.relaxed.DialContext = dial, dial
	crawler.relaxed.TLSClientConfig = relaxedTLS()
	return crawler
}

// log gives the attempts in the order of their saving: address, transport, outcome.
func (m *memory) log() (lines []string) {
	for _, c := range m.captures {
		lines = append(lines, c.URL+" "+c.Transport+" "+c.Outcome)
	}
	return lines
}

const exampleHost = "://www.example.gov.cn"

func TestOtherSchemeIsTriedWhenConnectingFails(t *testing.T) {
	plain := serve(t, map[string]http.HandlerFunc{"/p": says("page"), "/q": says("page")})
	sends := serve(t, map[string]http.HandlerFunc{"/*": status(301, "Location: https"+exampleHost+"/p")})
	fails := serve(t, map[string]http.HandlerFunc{"/*": status(502)})
	secure := serveTLS(t, &tls.Config{})
	for name, c := range map[string]struct {
		plain, secure string
		row           Site
		scheme        string
		outcome       string
		want          []string
	}{
		"https refused": {plain: plain.URL, scheme: "https", outcome: OutcomeNew, want: []string{
			"https://H/robots.txt https network", "http://H/robots.txt http http:404", "http://H/p http new"}},
		"https has a TLS fault": {plain: plain.URL, secure: secure.URL, scheme: "https", outcome: OutcomeNew,
			want: []string{"https://H/robots.txt https tls", "http://H/robots.txt http http:404", "http://H/p http new"}},
		"https times out": {plain: plain.URL, secure: "?", scheme: "https", outcome: OutcomeNew, want: []string{
			"https://H/robots.txt https timeout", "https://H/robots.txt https timeout",
			"https://H/robots.txt https timeout", "https://H/robots.txt https timeout", "http://H/robots.txt http http:404", "http://H/p http new"}},
		"http refused, relaxed row": {secure: secure.URL, row: Site{URL: "https" + exampleHost + "/", TLS: TLSRelaxed},
			scheme: "http", outcome: OutcomeNew, want: []string{"http://H/robots.txt http network",
				"https://H/robots.txt https tls", "https://H/robots.txt https-relaxed new",
				"https://H/p https-relaxed new"}},
		"neither": {scheme: "https", outcome: OutcomeNetwork,
			want: []string{"https://H/robots.txt https network", "http://H/robots.txt http network"}},
		"the other sends back": {plain: sends.URL, scheme: "https", outcome: OutcomeNetwork,
			want: []string{"https://H/robots.txt https network", "http://H/robots.txt http http:404",
				"http://H/p https network"}},
		"an answer is an answer": {plain: fails.URL, secure: secure.URL, scheme: "http", outcome: "http:502",
			want: []string{"http://H/robots.txt http http:404", "http://H/p http http:502"}},
	} {
		t.Run(name, func(t *testing.T) {
			store := &memory{}
			got, err := fetchWith(t, twoPorts(store, c.plain, c.secure), c.row, c.scheme+exampleHost+"/p")
			if err != nil || got.outcome != c.outcome {
				t.Errorf("%s (%s) %v", got.outcome, got.why, err)
			}
			var want []string
			for _, line := range c.want {
				want = append(want, strings.Replace(line, "://H", exampleHost, 1))
			}
			if log := store.log(); !slices.Equal(log, want) {
				t.Errorf("asked\n%s\nwant\n%s", strings.Join(log, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

// The scheme that worked is kept for the visit; the next visit of the run knows from the host that the other did not.
func TestOtherSchemeIsRemembered(t *testing.T) {
	plain := serve(t, map[string]http.HandlerFunc{"/p": says("page"), "/q": says("page")})
	store := &memory{}
	crawler := twoPorts(store, plain.URL, "")
	for range 2 {
		v, err := crawler.newVisitor(t.Context(), Site{URL: "https" + exampleHost + "/"})
		if err != nil {
			t.Fatal(err)
		}
		defer v.transport.held.drop()
		for _, path := range []string{"/p", "/q"} {
			got, err := v.fetch(t.Context(), RolePage, cms.Request{URL: "https" + exampleHost + path})
			if err != nil || got.why != "" {
				t.Fatalf("%s: %s (%s) %v", path, got.outcome, got.why, err)
			}
		}
	}
	if https := len(store.of("/robots.txt")); https != 2 || len(store.captures) != 6 {
		t.Errorf("%d robots.txt, in all\n%s", https, strings.Join(store.log(), "\n"))
	}
}

// A name that does not resolve, and a port of its own, have no other scheme.
func TestNoOtherScheme(t *testing.T) {
	for _, address := range []string{"https://gone.example.gov.cn/p", "https" + exampleHost + ":8443/p"} {
		store := &memory{}
		got, err := fetchWith(t, twoPorts(store, "", ""), Site{}, address)
		if err != nil || got.outcome != OutcomeNetwork || len(store.captures) != 1 {
			t.Errorf("%s: %s (%s) %v after\n%s", address, got.outcome, got.why, err, strings.Join(store.log(), "\n"))
		}
	}
	for address, want := range map[string]string{"http://a.cn/x?y=1": "https://a.cn/x?y=1",
		"https://a.cn:443/": "http://a.cn/", "http://[::1]:80/": "https://[::1]/", "http://a.cn:443/": "", "https://a.cn:8443/": "", "ftp://a.cn/": ""} {
		got := otherScheme(parse(t, address))
		if got == nil && want != "" || got != nil && got.String() != want {
			t.Errorf("%s: %v, want %s", address, got, want)
		}
	}
}

// Our own end is no reason to try the other scheme.
func TestOtherSchemeEndsWithTheContext(t *testing.T) {
	crawler := twoPorts(&memory{}, "", "?")
	crawler.opt.Clock = systemClock{}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	v, err := crawler.newVisitor(ctx, Site{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.transport.held.drop()
	_, err = v.fetch(ctx, RolePage, cms.Request{URL: "https" + exampleHost + "/p"})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if crawler.hosts.of(parse(t, "http"+exampleHost)).outOfReach("http") {
		t.Error("the other scheme was tried")
	}
}
