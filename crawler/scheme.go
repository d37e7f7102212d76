package crawler

import (
	"context"
	"net/url"
	"strings"
)

// get asks for an address, and if no connection comes about, once by the other scheme: many sites have a working server
// behind one of the two alone. What answered is remembered for the visit. Each attempt is a capture under the address
// that was asked. Where neither scheme gives an answer, the first one's failure stands. robots.txt is of one scheme.
//
// Errors: a *refusal if nothing was asked, the context's, the archive's.
func (t *transport) get(ctx context.Context, a ask) (*Capture, error) {
	other := otherScheme(a.url)
	if a.role == RoleRobots || other == nil {
		return t.persist(ctx, a)
	}
	origin := a.url.Scheme + "://" + a.url.Host
	scheme, tried := t.instead[origin]
	if scheme != "" {
		a.url = other
		return t.persist(ctx, a)
	}
	c, err := t.persist(ctx, a)
	if tried || !t.failedToConnect(a.url, c, err) {
		return c, err
	}
	t.remember(origin, "")
	t.crawler.opt.Log.Info("other scheme", "site", t.site.Key, "url", a.url.String(), "other", other.Scheme)
	a.url = other
	second, secondErr := t.persist(ctx, a)
	if _, refused := asRefusal(secondErr); secondErr != nil && !refused {
		return nil, secondErr
	}
	if second == nil || second.Status == 0 {
		return c, err
	}
	t.remember(origin, other.Scheme)
	return second, nil
}

// failedToConnect says whether an address got no answer because no connection came about, of its own or for the
// robots.txt that stands before it.
func (t *transport) failedToConnect(u *url.URL, c *Capture, err error) bool {
	if _, refused := asRefusal(err); err != nil && !refused {
		return false
	}
	if c != nil && (c.Status != 0 || len(c.Redirects) > 0) {
		return false
	}
	return t.crawler.hosts.of(u).outOfReach(u.Scheme)
}

func (t *transport) remember(origin, scheme string) {
	if t.instead == nil {
		t.instead = map[string]string{}
	}
	t.instead[origin] = scheme
}

// otherScheme is the address by http for https and the other way round; nil on a port of its own, where only one of the
// two can be.
func otherScheme(u *url.URL) *url.URL {
	if u.Port() != "" && u.Port() != defaultPort(u.Scheme) {
		return nil
	}
	other := *u
	other.Host = strings.TrimSuffix(u.Host, ":"+u.Port())
	switch u.Scheme {
	case "http":
		other.Scheme = "https"
	case "https":
		other.Scheme = "http"
	default:
		return nil
	}
	return &other
}

func defaultPort(scheme string) string {
	if scheme == "https" {
		return "443"
	}
	return "80"
}
