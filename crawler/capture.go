package crawler

import (
	"context"
	"net/http"
	"time"
)

// Role says why an address was asked. The names are those of captures.role.
type Role string

// The roles of a capture.
const (
	RoleRobots     Role = "robots"
	RoleList       Role = "list"
	RolePage       Role = "page"
	RoleAttachment Role = "attachment"
	RoleProbe      Role = "probe"
)

// Outcomes of a capture and of a visit that are fixed words; the others are made by OutcomeHTTP and OutcomeBlocked.
// An answer that came whole with status 2xx has OutcomeOK here; the archive, which knows what it held before, files it
// as new, changed or unchanged.
const (
	OutcomeOK           = "ok"
	OutcomePartial      = "partial"
	OutcomeEmpty        = "empty"
	OutcomeNeedsAdapter = "needs_adapter"
	OutcomeRobots       = "robots"
	OutcomeRate         = "rate"
	OutcomeTLS          = "tls"
	OutcomeTimeout      = "timeout"
	OutcomeNetwork      = "network"
	OutcomeGone         = "gone"
	OutcomeTruncated    = "truncated"
	OutcomeTooLarge     = "too_large"
	OutcomeNew          = "new"
	OutcomeChanged      = "changed"
	OutcomeUnchanged    = "unchanged"
	OutcomeNotModified  = "not_modified"
)

// TransportImport is the Transport of a capture that nobody here fetched: its bytes were brought in from a file.
const TransportImport = "import"

// Capture is one attempt to get one address, redirects included: what was asked and what the server sent, byte for
// byte. An attempt that failed is a capture too, with an Outcome and an Err and perhaps part of a body.
type Capture struct {
	ID   int64  // set by the archive when the capture is durable
	Site string // register key, "" for none
	Role Role

	Method        string
	URL           string // as requested, without fragment
	RequestSHA256 string // hex digest of the request body, "" when there was none
	RequestHeader http.Header
	FinalURL      string // after redirects; equal to URL when there were none
	Redirects     []Redirect
	Transport     string // https, https-relaxed, http, import
	RemoteAddr    string // IP and port the last connection went to

	At         time.Time     // when the attempt began
	Elapsed    time.Duration // until the body ended
	Status     int           // 0 when no status line came
	StatusLine string        // "200 OK", as sent
	Proto      string        // HTTP/1.1, HTTP/2.0
	Header     http.Header   // as net/http gives it: canonical names, order of values kept
	Body       []byte        // payload after chunking, before any Content-Encoding was undone
	SHA256     string        // hex digest of Body; "" when no body began
	Complete   bool          // the body ended where the protocol says it ends
	Outcome    string
	Err        string // the error in words, "" for none
	Name       string // of the file, by Content-Disposition, link or address; "" for a page
	SameAs     int64  // the capture whose content this one repeats in other bytes; 0 for none

	still *stillHolds // of a 304 that somebody needs to read
}

// Redirect is one hop of a capture before its last: the answer that sent us on.
type Redirect struct {
	URL        string      `json:"url"`
	Status     int         `json:"status"`
	StatusLine string      `json:"status_line"`
	Header     http.Header `json:"headers"`
	Location   string      `json:"location"` // absolute
	RemoteAddr string      `json:"remote_addr"`
	At         time.Time   `json:"at"`
	SHA256     string      `json:"sha256"`
	Body       []byte      `json:"-"`
}

// Link is one entry of a list page with the decision that was taken on it.
type Link struct {
	URL           string // absolute, as the list page gives it
	Title         string
	ListedOn      string // YYYY-MM-DD, "" when the list prints no date
	ListCaptureID int64
	Decision      string // report, or which non-report (extract/title kinds)
	Reason        string // one sentence
}

// Visit is what one visit of one site came to; the columns of the public relation visits.
type Visit struct {
	Site      string
	System    string // list system that was recognised
	Outcome   string
	Detail    string
	Lists     int // list pages read
	Items     int // entries that are reports
	New       int
	Changed   int
	Unchanged int // asked again and the same, or known and not due to be asked
	Gone      int // answered before, and are not there now
	Errors    int
}

// Archive is what the crawler asks of the archive. All methods may be called from several goroutines.
type Archive interface {
	Wholes
	Rests
	// SaveCapture returns when the capture is on disk for good. It sets c.ID, and turns OutcomeOK into new, changed or
	// unchanged, by comparing with the last whole answer of the same address. An answer that is SameAs that one is
	// unchanged too, and its bytes need not be kept.
	SaveCapture(ctx context.Context, c *Capture) error
	// LastAnswer tells when the address last answered with a whole body; the zero time if never.
	LastAnswer(ctx context.Context, url string) (time.Time, error)
	// Missing tells whether the address, which answered before, was not there when it was asked last.
	Missing(ctx context.Context, url string) (bool, error)
	// Unlisted tells the addresses of reports that lists of the site showed in earlier runs, and none in this one; those
	// that two runs have missed only if they were not asked since then.
	Unlisted(ctx context.Context, site string, since time.Time) ([]string, error)
	// SaveFiles records the files that a page carries, whose capture has this number, in the order of the page.
	SaveFiles(ctx context.Context, page int64, files []File) error
	// FilesOf tells which files the page at an address carried when it last answered.
	FilesOf(ctx context.Context, url string) ([]File, error)
	// Unsettled gives the last whole answer of an address if the run that got it did nothing for its site after it, or was
	// ended then: its files may not have been saved. Else nil.
	Unsettled(ctx context.Context, url string) (*Capture, error)
	// SaveLinks records the entries of one list page.
	SaveLinks(ctx context.Context, site string, links []Link) error
}
