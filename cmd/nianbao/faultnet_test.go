package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// Names that do not resolve for a while: the resolver says that there is none, that it cannot tell, or nothing.
func TestFaultsOfDNSPass(t *testing.T) {
	if testing.Short() {
		t.Skip("crawls several times")
	}
	dns := serveDNS(t)
	clock := newJumpClock()
	server := newFaultyServer(t, clock)
	server.Start()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	bed := newBed(t, clock, server.register(t, "http", "nianbao.test:"+port)) // RFC 6761, section 6.2
	bed.requests = server.count
	for _, f := range []struct {
		fault
		code dnsmessage.RCode
	}{
		{fault{name: "no such name", outcome: "network"}, dnsmessage.RCodeNameError},
		{fault{name: "the resolver fails", outcome: "network"}, dnsmessage.RCodeServerFailure},
		{fault{name: "the resolver is silent", outcome: "timeout", timeout: 200 * time.Millisecond}, noAnswer},
	} {
		t.Run(f.name, func(t *testing.T) {
			bed.show(t, f.fault, "DNS", func() {
				server.end() // to count anew
				dns.Store(uint32(f.code))
			}, func() {
				if n := server.count(); n > 0 {
					t.Errorf("%d requests reached the server", n)
				}
				server.end()
				dns.Store(0)
			})
		})
	}
	bed.log(t)
}

// noAnswer is no code of the DNS's: the server keeps silent.
const noAnswer = 99

// serveDNS lets a server on loopback answer what this process asks of the DNS, until the end of the test: 127.0.0.1, or with
// the error of that code.
func serveDNS(t *testing.T) (code *atomic.Uint32) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	code = new(atomic.Uint32)
	done := make(chan struct{})
	go func() {
		defer close(done)
		question := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(question)
			if err != nil {
				return
			}
			if answer := answerDNS(question[:n], dnsmessage.RCode(code.Load())); answer != nil {
				_, _ = conn.WriteTo(answer, from)
			}
		}
	}()
	resolver := net.DefaultResolver
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
	t.Cleanup(func() {
		net.DefaultResolver = resolver
		_ = conn.Close()
		<-done
	})
	return code
}

// answerDNS is the answer to a question; nil for none.
func answerDNS(question []byte, code dnsmessage.RCode) []byte {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) != 1 || code == noAnswer {
		return nil
	}
	m.Response, m.RCode, m.Additionals = true, code, nil
	if q := m.Questions[0]; code == dnsmessage.RCodeSuccess && q.Type == dnsmessage.TypeA {
		m.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1},
			Body:   &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
		}}
	}
	answer, err := m.Pack()
	if err != nil {
		return nil
	}
	return answer
}

// A server on the loopback address of IPv6 is a server like others.
func TestCrawlOverIPv6(t *testing.T) {
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skip("no IPv6 here:", err)
	}
	clock := newJumpClock()
	server := newFaultyServer(t, clock)
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	bed := newBed(t, clock, server.register(t, "http", listener.Addr().String()))
	got, err := queryArchive(bed.name, "select count(*) from captures where outcome = 'new' and url like 'http://[::1]:%'")
	if err != nil || !slices.Equal(got, []string{"14"}) {
		t.Errorf("captures: %v, %v", got, err)
	}
}

// Servers whose TLS is wrong for a while. Programs of their own do these crawls, which trust an authority of the test.
func TestFaultsOfTLSPass(t *testing.T) {
	if testing.Short() {
		t.Skip("crawls several times")
	}
	root := issue(t, nil, func(c *x509.Certificate) { c.IsCA = true })
	stranger := issue(t, nil, func(c *x509.Certificate) { c.IsCA = true })
	dir := t.TempDir()
	roots := filepath.Join(dir, "roots.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: root.cert.Raw})
	if err := os.WriteFile(roots, text, 0o666); err != nil {
		t.Fatal(err)
	}
	shows := func(c *certificate) *tls.Config {
		return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{c.cert.Raw}, PrivateKey: c.key}}}
	}
	good := shows(issue(t, root, nil))
	old := good.Clone()
	old.MinVersion, old.MaxVersion = tls.VersionTLS10, tls.VersionTLS10

	var current atomic.Pointer[tls.Config]
	current.Store(good)
	server := newFaultyServer(t, newJumpClock())
	server.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		if c := current.Load(); c != nil {
			return c, nil
		}
		return nil, fmt.Errorf("no TLS today")
	}}
	server.StartTLS()
	register := filepath.Join(dir, "sites.csv")
	if err := os.WriteFile(register, []byte(server.register(t, "https", server.Listener.Addr().String())), 0o666); err != nil {
		t.Fatal(err)
	}
	crawl := func(t *testing.T, name string) (stderr string, status int, rss int64, took time.Duration) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, "nianbao", crawlArgs(name, register)...)
		cmd.Env = append(os.Environ(), "SSL_CERT_FILE="+roots, "SSL_CERT_DIR="+dir)
		var b bytes.Buffer
		cmd.Stderr = &b
		began := time.Now()
		err := cmd.Run()
		usage, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		return b.String(), exitStatus(err), usage.Maxrss, time.Since(began)
	}
	undisturbed := filepath.Join(dir, "undisturbed.db")
	if stderr, status, _, _ := crawl(t, undisturbed); status != statusOK {
		t.Fatal(stderr)
	}
	want := content(t, undisturbed)
	for name, config := range map[string]*tls.Config{
		"self-signed":             shows(issue(t, nil, nil)),
		"of an unknown authority": shows(issue(t, stranger, nil)),
		"expired": shows(issue(t, root, func(c *x509.Certificate) {
			c.NotAfter = time.Now().Add(-time.Hour)
		})),
		"of another host":  shows(issue(t, root, func(c *x509.Certificate) { c.IPAddresses = []net.IP{net.IPv4(10, 0, 0, 1)} })),
		"TLS 1.0":          old,
		"handshake failed": nil,
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "test.db")
			server.end() // to count anew
			current.Store(config)
			stderr, status, rss, took := crawl(t, file)
			reached := server.count()
			current.Store(good)
			outcomes := outcomesOf(t, file)
			if status != statusPartly || len(outcomes) != 1 || outcomes[0].outcome != "tls" || reached != 0 {
				t.Errorf("exit status %d, captures %v, %d requests\n%s", status, outcomes, reached, stderr)
			}
			verified(t, file)
			if stderr, status, _, _ := crawl(t, file); status != statusOK {
				t.Error(stderr)
			}
			verified(t, file)
			got := content(t, file)
			if !slices.Equal(got, want) {
				t.Errorf("the archive differs from a healthy one:\n%s", difference(want, got))
			}
			t.Logf("%s: %s, %.2f seconds, %d MiB resident; equal after: %v", name, shown(outcomes), took.Seconds(), rss>>10,
				slices.Equal(got, want))
		})
	}
}

// certificate is a certificate with its key.
type certificate struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

// issue makes a certificate for 127.0.0.1, changed as told, signed by another; by itself if that is nil.
func issue(t *testing.T, by *certificate, change func(*x509.Certificate)) *certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: fmt.Sprint("made up ", time.Now().UnixNano())},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(48 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, BasicConstraintsValid: true,
	}
	if change != nil {
		change(template)
	}
	if by == nil {
		by = &certificate{key, template}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.cert, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &certificate{key, cert}
}

// A list of ten thousand entries is read whole, within its bounds: each entry is a link with a decision, and each report that
// it names is asked, though none of them is there.
func TestTenThousandLinks(t *testing.T) {
	if testing.Short() {
		t.Skip("makes thousands of requests")
	}
	const entries, reports = 10_000, 1_000
	var list strings.Builder
	list.WriteString("<title>政府信息公开年报</title><ul>")
	for i := range entries {
		if i%(entries/reports) == 0 {
			fmt.Fprintf(&list, `<li><a href="r/%d.html">茌平区第%d中学2023年政府信息公开工作年度报告</a><span>2024-01-31</span></li>`, i, i)
		} else {
			fmt.Fprintf(&list, `<li><a href="n/%d.html">茌平区召开第%d次政务公开工作会议</a><span>2024-01-31</span></li>`, i, i)
		}
	}
	clock := newJumpClock()
	server := newFaultyServer(t, clock)
	server.Start()
	bed := newBed(t, clock, server.register(t, "http", server.Listener.Addr().String()))
	bed.requests = server.count
	bed.links(t, server, list.String(), entries, reports)
	bed.log(t)
}

// links crawls while every list of the server has these entries.
func (b *bed) links(t *testing.T, server *faultyServer, list string, entries, reports int) {
	t.Helper()
	name := filepath.Join(t.TempDir(), "test.db")
	server.begin(listPart, func(x exchange) {
		x.header.Set("Content-Type", "text/html; charset=utf-8")
		x.body = []byte(list)
		x.healthy()
	})
	all := b.sites
	b.sites = all[:1]
	first := b.crawl(t, name, fault{})
	requests := b.requests()
	b.sites = all
	server.end()
	outcomes := outcomesOf(t, name)
	if statusOf(first.err) != statusPartly || !strings.Contains(fmt.Sprint(first.err), fmt.Sprintf("and %d more", reports-20)) {
		t.Errorf("the crawl says %.500s", fmt.Sprint(first.err))
	}
	for query, want := range map[string]int{
		"select count(*) from links":                                                  entries,
		"select count(*) from links where decision = 'report'":                        reports,
		"select count(*) from links where reason = ''":                                0,
		"select count(distinct url) from captures where outcome = 'http:404'":         reports,
		"select errors from visits":                                                   reports,
		"select count(*) from captures where role = 'page' and outcome <> 'http:404'": 0,
	} {
		got, err := queryArchive(name, query)
		if err != nil || !slices.Equal(got, []string{fmt.Sprint(want)}) {
			t.Errorf("%s: %v, %v; want %d", query, got, err, want)
		}
	}
	verified(t, name)
	b.clock.advance(nextNight)
	if second := b.crawl(t, name, fault{}); second.err != nil {
		t.Error(second.err)
	}
	gone := func(line string) bool { return strings.HasPrefix(line, "link|") && !strings.HasSuffix(line, "|NULL") }
	got := slices.DeleteFunc(said(t, name), gone)
	if !slices.Equal(got, b.healthy) {
		t.Errorf("the archive differs from a healthy one:\n%s", difference(b.healthy, got))
	}
	b.rows = append(b.rows, fmt.Sprintf("%d links\tlists\t%s\t%d\t%d\t%.2f\t%.1f\t%d\t%d\t%v", entries, shown(outcomes), requests,
		requests, first.took.Seconds(), float64(first.peak)/(1<<20), statusOf(first.err), b.requests(),
		slices.Equal(got, b.healthy)))
}
