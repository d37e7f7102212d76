package crawler

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"syscall"

	"code.dny.dev/ssrf"

	"nianbao/crawler/cms"
)

// errRefused marks an address that we refuse to ask, whatever the site's answer would be.
var errRefused = errors.New("address refused")

// maxAddress is how many bytes an address may have.
const maxAddress = cms.MaxAddress

// guard decides which addresses may be asked at all. The port and scheme are judged from the URL, before anything is
// asked; the IP address when a connection is dialled, after DNS, so that a public name with a private address is seen
// through (IANA special-purpose registries, RFC 6890).
type guard struct {
	allowPrivate bool
}

// url refuses every scheme but http and https, every port but 80, 443 and the row's own, and addresses without end.
func (g guard) url(u *url.URL, own string) error {
	if u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%w: %s: only http and https are asked", errRefused, u.Scheme)
	}
	if u.Hostname() == "" {
		return fmt.Errorf("%w: %s names no host", errRefused, u)
	}
	if n := len(u.String()); n > maxAddress {
		return fmt.Errorf("%w: %d bytes long, %d are the most that is asked", errRefused, n, maxAddress)
	}
	port := u.Port()
	if g.allowPrivate || port == "" || port == "80" || port == "443" || port == own {
		return nil
	}
	return fmt.Errorf("%w: port %s of %s is neither 80 nor 443 nor the register row's own", errRefused, port, u.Host)
}

// control is a net.Dialer.Control that refuses addresses which are not public.
func (g guard) control() func(network, address string, c syscall.RawConn) error {
	if g.allowPrivate {
		return nil
	}
	guardian := ssrf.New(ssrf.WithAnyPort())
	return func(network, address string, c syscall.RawConn) error {
		err := guardian.Safe(network, address, c)
		if err == nil {
			return nil
		}
		host, _, splitErr := net.SplitHostPort(address)
		if _, parseErr := netip.ParseAddr(host); splitErr != nil || parseErr != nil {
			host = address
		}
		return fmt.Errorf("%w: %s is not a public address: %w", errRefused, host, err)
	}
}
