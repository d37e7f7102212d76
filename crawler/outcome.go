package crawler

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// OutcomeHTTP is the outcome of an answer whose status is neither 2xx nor has a word of its own: "http:404".
func OutcomeHTTP(status int) string { return fmt.Sprintf("http:%d", status) }

// OutcomeBlocked is the outcome of an answer that a firewall gave in the site's place: "blocked:412". Such an answer is
// recorded and reported with the sign it was told by; it is never solved, evaded or asked again.
func OutcomeBlocked(kind string) string { return "blocked:" + kind }

// firewallStatuses are answers that no web server gives to a plain unconditional GET; firewalls in front of Chinese
// government sites do.
var firewallStatuses = [...]int{412, 418, 461, 468, 493, 521}

// outcomeOfStatus names the answer by its status alone. A 503 counts as rate only if it says when to come back.
func outcomeOfStatus(status int, retryAfter bool) string {
	switch {
	case status >= 200 && status < 300:
		return OutcomeOK
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable && retryAfter:
		return OutcomeRate
	case slices.Contains(firewallStatuses[:], status):
		return OutcomeBlocked(fmt.Sprint(status))
	}
	return OutcomeHTTP(status)
}

// The outcomes of answers of status 2xx that are not the page which was asked for.
const (
	OutcomeSoft404 = "soft404" // the page says that there is no such page
	OutcomeMoved   = "moved"   // a redirect to a home page came in its place
)

// Missed says whether an outcome is the server's word that the page is not there: by its status (RFC 9110 sections
// 15.5.5, 15.5.11), by a page that says so, or by sending the reader home.
func Missed(outcome string) bool {
	switch outcome {
	case OutcomeGone, OutcomeSoft404, OutcomeMoved, OutcomeHTTP(http.StatusNotFound), OutcomeHTTP(http.StatusGone):
		return true
	}
	return false
}

// blocked says whether the outcome is that of a firewall's answer.
func blocked(outcome string) bool { return strings.HasPrefix(outcome, OutcomeBlocked("")) }

// judgePage looks at the page that answered: a firewall's, one that stands for a page which is not there, or the one
// that was asked for. final is the address that answered, rowAtHome that the register row's own address is a home page, name what
// a page calls the file that was asked for, "" if none was.
func judgePage(c *Capture, asked, final *url.URL, rowAtHome bool, name string) {
	judged := c.Outcome == OutcomeOK || c.Outcome == OutcomeHTTP(c.Status) || blocked(c.Outcome)
	if c.Status == 0 || !judged {
		return
	}
	page := glanceAt(c.Header, c.Body)
	if kind, evidence, ok := firewall(c.Status, c.Header, page); ok {
		c.Outcome, c.Err = OutcomeBlocked(kind), evidence
		return
	}
	if c.Outcome != OutcomeOK || c.Role == RoleRobots {
		return
	}
	if len(c.Body) == 0 && (c.Role == RolePage || c.Role == RoleAttachment) {
		c.Outcome, c.Err = OutcomeTruncated, "the answer has no body"
		return
	}
	if !rowAtHome && len(c.Redirects) > 0 && movedHome(asked, final) {
		c.Outcome, c.Err = OutcomeMoved, fmt.Sprintf("the request was sent on to the home page %s", final)
	} else if why, ok := soft404(c.Role, asked, final, page); ok {
		c.Outcome, c.Err = OutcomeSoft404, why
	} else if c.Header.Get("Content-Disposition") == "" && page.html && fileInName.MatchString(name) && !officeMarkup.MatchString(page.markup) {
		c.Outcome, c.Err = OutcomeSoft404, fmt.Sprintf("the file is called %q, the answer is an HTML page", name)
	}
}

// answered says whether the outcome is that of a whole answer with status 2xx, before or after the archive filed it, or
// the server's word that the last such answer still holds.
func answered(outcome string) bool {
	switch outcome {
	case OutcomeOK, OutcomeNew, OutcomeChanged, OutcomeUnchanged, OutcomeNotModified:
		return true
	}
	return false
}

// refusal is the reason why an address was not asked at all: its host rests, or its robots.txt could not be had.
// It is the site's doing, so it becomes an outcome and not an error of ours.
type refusal struct {
	outcome string
	why     string
}

func (r *refusal) Error() string { return r.outcome + ": " + r.why }

// asRefusal tells a refusal from an error of our machine.
func asRefusal(err error) (*refusal, bool) {
	var r *refusal
	ok := errors.As(err, &r)
	return r, ok
}
