package crawler

import (
	"net/url"
	"regexp"
)

// homePath is the path of a site's home page.
var homePath = regexp.MustCompile(`(?i)^/?(?:(?:index|default|home|main)\.[a-z]+)?$`)

// isHome says whether the address is that of a site's home page.
func isHome(u *url.URL) bool { return u.RawQuery == "" && homePath.MatchString(u.Path) }

// movedHome says whether an address below a site's home page was redirected to one, that site's or another's: the way
// in which sites that were rebuilt, closed or merged let go of their old addresses.
func movedHome(asked, final *url.URL) bool { return !isHome(asked) && isHome(final) }

// atHome says whether the row's own column is a site's home page.
func (s Site) atHome() bool {
	u, err := url.Parse(s.URL)
	return err == nil && isHome(u)
}
