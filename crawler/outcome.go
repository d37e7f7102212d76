package crawler

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// OutcomeHTTP is the outcome of an answer whose status is neither 2xx nor has a word of its own: "http:404".
func OutcomeHTTP(status int) string { return fmt.Sprintf("http:%d", status) }

// OutcomeBlocked is the outcome of an answer that a firewall gave in the site's place: "blocked:412". Such an answer is
// recorded and reported; it is never solved, evaded or asked again.
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

// answered says whether the outcome is that of a whole answer with status 2xx, before or after the archive filed it.
func answered(outcome string) bool {
	switch outcome {
	case OutcomeOK, OutcomeNew, OutcomeChanged, OutcomeUnchanged:
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
