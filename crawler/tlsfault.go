package crawler

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"
)

// tlsFault is what is wrong with a host's TLS.
type tlsFault struct {
	why     string // one sentence
	relaxed bool   // relaxed settings accept it, or may
}

// tlsFaultOf names the fault behind an error of a TLS connection.
func tlsFaultOf(err error) tlsFault {
	if fault, ok := certificateFault(err); ok {
		return fault
	}
	return handshakeFault(err)
}

// advice says what can be done about the fault. own: the host is that of the register row, for which alone relaxed
// settings hold; tried: they were in use.
func (f tlsFault) advice(own, tried bool) string {
	switch {
	case !f.relaxed:
		return "tls = relaxed in the register would not help"
	case tried:
		return "tls = relaxed in the register did not help"
	case !own:
		return "tls = relaxed in the register would not help, as it holds for the host of the row's own address alone"
	}
	return "tls = relaxed in the register row accepts this, once somebody has looked at it"
}

// certificateFault tells the faults of a certificate that came and was not believed. Relaxed settings accept them all.
func certificateFault(err error) (tlsFault, bool) {
	var (
		invalid   x509.CertificateInvalidError
		name      x509.HostnameError
		unknown   x509.UnknownAuthorityError
		unchecked *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired && time.Now().Before(invalid.Cert.NotBefore):
		why := fmt.Sprintf("the certificate is valid only from %s on", day(invalid.Cert.NotBefore))
		return tlsFault{why, true}, true
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return tlsFault{fmt.Sprintf("the certificate expired on %s", day(invalid.Cert.NotAfter)), true}, true
	case errors.As(err, &name):
		why := fmt.Sprintf("the certificate is for %s and not for %s", names(name.Certificate), name.Host)
		return tlsFault{why, true}, true
	case errors.As(err, &unknown):
		var chain []*x509.Certificate
		if errors.As(err, &unchecked) {
			chain = unchecked.UnverifiedCertificates
		}
		return tlsFault{untrusted(chain), true}, true
	case errors.As(err, &unchecked):
		return tlsFault{fmt.Sprintf("the certificate is not valid: %v", unchecked.Err), true}, true
	}
	return tlsFault{}, false
}

// untrusted says why a chain of certificates, the server's own first, leads to no authority that this machine knows.
func untrusted(chain []*x509.Certificate) string {
	switch {
	case len(chain) == 0:
		return "the certificate is signed by an unknown authority"
	case len(chain) == 1 && selfSigned(chain[0]):
		return "the certificate is self-signed"
	}
	last := chain[len(chain)-1]
	if selfSigned(last) {
		return fmt.Sprintf("the certificate is signed by an authority unknown to this machine, %s", last.Subject)
	}
	return fmt.Sprintf("the certificate's chain is incomplete or leads to an unknown authority: the server did not send "+
		"the certificate of %s", last.Issuer)
}

func selfSigned(c *x509.Certificate) bool {
	return bytes.Equal(c.RawSubject, c.RawIssuer) &&
		c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature) == nil
}

// names are those that a certificate is for, the first few of them.
func names(c *x509.Certificate) string {
	all := c.DNSNames
	for _, ip := range c.IPAddresses {
		all = append(all, ip.String())
	}
	switch {
	case len(all) == 0:
		return "no name that counts (" + c.Subject.String() + ")"
	case len(all) > 5:
		return strings.Join(all[:5], ", ") + " …"
	}
	return strings.Join(all, ", ")
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// handshakes tells faults of the handshake by the words of crypto/tls, which has no types for them. The first that
// stands in the error counts.
var handshakes = []struct {
	mark  string
	fault tlsFault
}{
	{"first record does not look like a TLS handshake", tlsFault{"the server does not speak TLS on this port", false}},
	{"unsupported protocol version", tlsFault{"the server wants a protocol version older than TLS 1.2", true}},
	{"protocol version not supported", tlsFault{"the server does not speak TLS 1.2 or newer", true}},
	{"no supported versions", tlsFault{"the server does not speak TLS 1.2 or newer", true}},
	{"no renegotiation", tlsFault{"the server negotiates anew inside the connection (legacy renegotiation)", true}},
	{"unconfigured cipher suite", tlsFault{"the server chose a cipher that is off by default", true}},
	{"insufficient security level", tlsFault{"the server has no cipher in common with us", true}},
	{"unrecognized name", tlsFault{"the server knows no certificate for this name", false}},
	{"failed to parse certificate", tlsFault{"the certificate cannot be read", false}},
	{"keys are insecure", tlsFault{"the key of the certificate is too short", false}},
	{"unsupported type of public key", tlsFault{"the certificate has a key of a kind that Go does not know", false}},
	{"certificate required", tlsFault{"the server wants a certificate from the visitor", false}},
	{"handshake failure", tlsFault{"the server refused the handshake, most often for want of a common cipher", true}},
	{"EOF", tlsFault{"the server closed the connection inside the handshake", true}},
	{"connection reset", tlsFault{"the server reset the connection inside the handshake", true}},
}

// isRenegotiation says whether the server wants to negotiate anew, of which the error comes after the handshake.
func isRenegotiation(err error) bool { return strings.Contains(err.Error(), "tls: no renegotiation") }

func handshakeFault(err error) tlsFault {
	for _, h := range handshakes {
		if strings.Contains(err.Error(), h.mark) {
			return h.fault
		}
	}
	return tlsFault{"the TLS handshake failed", true}
}
