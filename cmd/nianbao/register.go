package main

import (
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"
	"unicode"

	"nianbao/crawler"
)

// readRegister reads the register of that name, or the built-in one for "". A register that is not right is wrong
// usage: the error names file and line.
func readRegister(name string) ([]crawler.Site, error) {
	if name == "" {
		sites, err := crawler.BuiltinSites()
		if err != nil {
			return nil, fmt.Errorf("read the built-in register: %w", err)
		}
		return sites, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, usageError("open the register: %w", err)
	}
	defer f.Close()
	sites, err := crawler.ReadSites(name, f)
	if err != nil {
		return nil, usageError("the register is not right: %w", err)
	}
	return sites, nil
}

// chooseSites returns the sites with these keys whose rows hold today, all such sites if no key is given. A key that
// the register lacks is wrong usage.
func chooseSites(sites []crawler.Site, keys []string, now time.Time) ([]crawler.Site, error) {
	wanted := map[string]bool{}
	for _, key := range keys {
		wanted[key] = true
	}
	known := map[string]bool{}
	var chosen []crawler.Site
	for _, s := range sites {
		known[s.Key] = true
		if s.Active(now) && (len(keys) == 0 || wanted[s.Key]) {
			chosen = append(chosen, s)
		}
	}
	var missing []string
	for _, key := range keys {
		if !known[key] {
			missing = append(missing, key)
		}
	}
	switch {
	case len(missing) > 0:
		return nil, usageError("no such site in the register: %s", strings.Join(missing, ", "))
	case len(chosen) == 0:
		return nil, usageError("no site to visit: no row of the register holds today")
	}
	return chosen, nil
}

// checkContact refuses a contact that nobody could read, or that cannot stand in a header: each request would fail, and that
// would be put down to the sites.
func checkContact(contact string) error {
	if contact != "" && strings.TrimSpace(contact) == "" || strings.ContainsFunc(contact, unicode.IsControl) {
		return fmt.Errorf("--contact %q is blank or has control characters", contact)
	}
	return nil
}

// allLoopback tells whether every site is on this machine by its address, so that no stranger needs a contact.
func allLoopback(sites []crawler.Site) bool {
	for _, s := range sites {
		u, err := url.Parse(s.URL)
		if err != nil {
			return false
		}
		if u.Hostname() == "localhost" {
			continue
		}
		if addr, err := netip.ParseAddr(u.Hostname()); err != nil || !addr.IsLoopback() {
			return false
		}
	}
	return true
}
