package crawler

import (
	"errors"
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
// now and with the server's own clock, the longer wait counts. A date that has passed is a wait of zero, more seconds than can be
// counted are as long as anybody waits. ok is false without a header that makes sense.
func retryAfter(h http.Header, now time.Time) (wait time.Duration, ok bool) {
	value := strings.TrimSpace(h.Get("Retry-After"))
	seconds, err := strconv.ParseUint(value, 10, 31)
	switch {
	case err == nil:
		return time.Duration(seconds) * time.Second, true
	case errors.Is(err, strconv.ErrRange):
		return maxRetryAfter, true
	}
	if at, err := http.ParseTime(value); err == nil {
		wait = max(0, at.Sub(now))
		if sent, err := http.ParseTime(h.Get("Date")); err == nil {
			wait = max(wait, at.Sub(sent))
		}
		return wait, true
	}
	return 0, false
}
