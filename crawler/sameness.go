package crawler

import (
	"net/netip"
	"regexp"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// sessions are the marks of a visitor that some servers write into every address: two addresses that differ in them alone
// are one.
var sessions = regexp.MustCompile(`(?i);jsessionid=[^?#/]*|/\(S\([0-9a-z]+\)\)|[?&](?:jsessionid|phpsessid|aspsessionid\w*)=[^&#]*`)

// withoutSession is an address without the marks of a visitor's session, to tell addresses apart; it is not asked.
func withoutSession(address string) string {
	if !strings.Contains(strings.ToLower(address), "sess") && !strings.Contains(address, "(S(") && !strings.Contains(address, "(s(") {
		return address
	}
	return sessions.ReplaceAllString(address, "")
}

// pageOf is what is the same for all addresses of one page: that of a session, or http for https, makes no other page.
func pageOf(address string) string {
	_, rest, _ := strings.Cut(withoutSession(address), ":")
	return rest
}

// registeredDomain is the part of a host's name that somebody registered (hangzhou.gov.cn of www.hangzhou.gov.cn), by the
// Public Suffix List; of an IP address, and of a name that is a suffix itself, the host as it is.
func registeredDomain(host string) string {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	domain, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host
	}
	return domain
}
