package crawler

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// backOff is how long we wait before a request that was reset, timed out or was cut is sent again.
var backOff = [...]time.Duration{time.Second, 2 * time.Second, 4 * time.Second}

const (
	// patience is the longest Retry-After that is waited for within a run.
	patience = time.Minute
	// rateRetries is how often an address is asked again after such a wait.
	rateRetries = 3
)

// retryAfter reads a Retry-After header (RFC 9110 section 10.2.3): seconds, or an HTTP date, which is compared with
// now. A date that has passed is a wait of zero. ok is false without a header that makes sense.
func retryAfter(h http.Header, now time.Time) (wait time.Duration, ok bool) {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second, true
	}
	if at, err := http.ParseTime(value); err == nil {
		return max(0, at.Sub(now)), true
	}
	return 0, false
}
