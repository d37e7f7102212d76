package crawler

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// authority signs the certificates of a test.
type authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

// issue makes a certificate for 127.0.0.1, changed as told, signed by the authority; by itself if that is nil.
func issue(t *testing.T, by *authority, change func(*x509.Certificate)) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "made up"},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(48 * time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, BasicConstraintsValid: true,
	}
	if change != nil {
		change(template)
	}
	if by == nil {
		by = &authority{key, template}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.cert, key.Public(), by.key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{key, cert}
}

func called(name string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.Subject.CommonName, c.IsCA = name, true }
}

// serveTLS starts a server on loopback that shows the certificates, its own first.
func serveTLS(t *testing.T, config *tls.Config, chain ...*authority) *httptest.Server {
	t.Helper()
	if len(chain) > 0 {
		shown := tls.Certificate{PrivateKey: chain[0].key}
		for _, c := range chain {
			shown.Certificate = append(shown.Certificate, c.cert.Raw)
		}
		config.Certificates = []tls.Certificate{shown}
	}
	s := httptest.NewUnstartedServer(says("secret"))
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = config
	s.StartTLS()
	t.Cleanup(s.Close)
	return s
}

// Each fault is named in the capture, with what the register can do about it; and it can, or cannot, as it says.
func TestTLSFaultsAreNamed(t *testing.T) {
	root := issue(t, nil, called("root"))
	middle := issue(t, root, called("middle"))
	for name, c := range map[string]struct {
		config  *tls.Config
		chain   []*authority
		why     string
		relaxes bool
	}{
		"expired": {chain: []*authority{issue(t, root, func(c *x509.Certificate) {
			c.NotAfter = time.Date(2024, 1, 31, 0, 0, 0, 0, time.UTC)
			c.NotBefore = c.NotAfter.AddDate(-1, 0, 0)
		}), root}, why: "the certificate expired on 2024-01-31", relaxes: true},
		"not valid yet": {chain: []*authority{issue(t, root, func(c *x509.Certificate) {
			c.NotBefore = time.Now().AddDate(10, 0, 0)
			c.NotAfter = c.NotBefore.AddDate(1, 0, 0)
		}), root}, why: "is valid only from", relaxes: true},
		"another name": {chain: []*authority{issue(t, root, func(c *x509.Certificate) {
			c.IPAddresses, c.DNSNames = nil, []string{"www.example.gov.cn"}
		}), root}, why: "the certificate is for www.example.gov.cn and not for 127.0.0.1", relaxes: true},
		"no name at all": {chain: []*authority{issue(t, root, func(c *x509.Certificate) { c.IPAddresses = nil }), root},
			why: "is for no name that counts (CN=made up)", relaxes: true},
		"self-signed": {chain: []*authority{issue(t, nil, nil)}, why: "is self-signed", relaxes: true},
		"unknown authority": {chain: []*authority{issue(t, middle, nil), middle, root},
			why: "unknown to this machine, CN=root", relaxes: true},
		"incomplete chain": {chain: []*authority{issue(t, middle, nil)},
			why: "did not send the certificate of CN=middle", relaxes: true},
		"TLS 1.0 alone": {config: &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10},
			why: "does not speak TLS 1.2 or newer", relaxes: true},
		"RSA key exchange alone": {config: &tls.Config{MaxVersion: tls.VersionTLS12,
			CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}}, why: "common cipher", relaxes: true},
		"a certificate of the visitor": {config: &tls.Config{MaxVersion: tls.VersionTLS12,
			ClientAuth: tls.RequireAnyClientCert}},
	} {
		t.Run(name, func(t *testing.T) {
			s := serveTLS(t, cmp.Or(c.config, &tls.Config{}), c.chain...)
			crawler := New(quick(newStepClock()), &memory{}, nil)
			if len(c.chain) == 0 { // the fault is in the handshake, not in the certificate
				crawler.strict.TLSClientConfig = &tls.Config{RootCAs: s.Client().Transport.(*http.Transport).
					TLSClientConfig.RootCAs}
			}
			got, err := fetchWith(t, crawler, Site{URL: s.URL + "/"}, s.URL+"/p")
			if err != nil || got.outcome != OutcomeTLS || !strings.Contains(got.why, c.why) ||
				c.relaxes && !strings.Contains(got.why, "tls = relaxed in the register row accepts this") {
				t.Errorf("strict: %s (%s) %v", got.outcome, got.why, err)
			}
			got, store := fetchOne(t, quick(newStepClock()), Site{URL: s.URL + "/", TLS: TLSRelaxed}, s.URL+"/p")
			if (got.why == "") != c.relaxes {
				t.Errorf("relaxed: %s (%s)", got.outcome, got.why)
			}
			if last := store.captures[len(store.captures)-1]; last.Transport != "https-relaxed" {
				t.Errorf("relaxed: recorded as %s", last.Transport)
			}
			if !c.relaxes && !strings.Contains(got.why, "did not help") {
				t.Errorf("relaxed in vain: %s", got.why)
			}
		})
	}
}

// A row that says relaxed asks once only where relaxed settings cannot change anything.
func TestRelaxedIsNotTriedInVain(t *testing.T) {
	s := serve(t, map[string]http.HandlerFunc{"/p": says("plain")})
	address := strings.Replace(s.URL, "http:", "https:", 1)
	got, store := fetchOne(t, quick(newStepClock()), Site{URL: address + "/", TLS: TLSRelaxed}, address+"/p")
	if got.outcome != OutcomeTLS || !strings.Contains(got.why, "does not speak TLS on this port") ||
		!strings.Contains(got.why, "would not help") {
		t.Errorf("%s (%s)", got.outcome, got.why)
	}
	if len(store.captures) != 1 || store.captures[0].Transport != "https" {
		t.Errorf("%d attempts, the first %s", len(store.captures), store.captures[0].Transport)
	}
}

// A redirect into a host whose robots.txt cannot be had ends in its fault, whatever the row accepts.
func TestRedirectIntoATLSFault(t *testing.T) {
	plain := serve(t, map[string]http.HandlerFunc{})
	secure := strings.Replace(plain.URL, "http:", "https:", 1) + "/q"
	s := serve(t, map[string]http.HandlerFunc{"/p": status(302, "Location: "+secure)})
	got, _ := fetchOne(t, quick(newStepClock()), Site{URL: s.URL + "/", TLS: TLSRelaxed}, s.URL+"/p")
	if got.outcome != OutcomeTLS || got.capture.FinalURL != secure || len(got.capture.Redirects) != 1 {
		t.Errorf("%s (%s)", got.outcome, got.why)
	}
}

// Faults that a server of Go cannot be made to have are judged by the words of crypto/tls.
func TestHandshakeFaultsByTheirWords(t *testing.T) {
	for message, want := range map[string]tlsFault{
		"local error: tls: no renegotiation":           {"the server negotiates anew inside the connection (legacy renegotiation)", true},
		"remote error: tls: handshake failure":         {"the server refused the handshake, most often for want of a common cipher", true},
		"remote error: tls: unrecognized name":         {"the server knows no certificate for this name", false},
		"tls: failed to parse certificate from server": {"the certificate cannot be read", false},
		"EOF":                     {"the server closed the connection inside the handshake", true},
		"remote error: tls: what": {"the TLS handshake failed", true},
	} {
		if got := tlsFaultOf(errors.New(message)); got != want {
			t.Errorf("%s: %+v", message, got)
		}
	}
	const elsewhere = "as it holds for the host of the row's own address alone"
	if got := (tlsFault{relaxed: true}).advice(false, false); !strings.Contains(got, elsewhere) {
		t.Errorf("another host: %s", got)
	}
}
