package archive

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"nianbao/crawler"
)

// AddressHistory is everything that an address ever answered.
type AddressHistory struct {
	Captures []AddressCapture // in the order of time
	Absences []Absence        // likewise
}

// AddressCapture is one row of the public relation captures, with the report that was read in its bytes.
type AddressCapture struct {
	CaptureID int64
	CrawlID   int64
	URL       string // with the scheme that was asked
	Method    string
	Role      string
	FetchedAt time.Time
	Status    int // 0 when no answer came
	Outcome   string
	Bytes     int64  // -1 when no body began
	SHA256    string // "" then
	Err       string
	ReportKey string // "" when these bytes are no report
	Version   int    // of the report, 0 then

	request string // digest of the request's body, "" for none
}

// Absence is a time in which an address said that there is no such page.
type Absence struct {
	URL    string
	From   time.Time // first miss
	BackAt time.Time // first whole answer after it; zero while it lasts
	Misses int
	Gone   bool // two runs missed it
}

// History returns every capture of an address, by http and by https, and its absences. A fragment is ignored. Errors wrap
// ErrNotFound when the address was never asked.
func (a *Archive) History(ctx context.Context, url string) (AddressHistory, error) {
	captures, err := selectRows(ctx, a.read, scanAddressCapture, `SELECT c.capture_id, c.crawl_id, c.url, c.method, c.role,
			c.fetched_at, ifnull(c.http_status, 0), c.outcome, ifnull(c.bytes, -1), ifnull(c.sha256, ''), ifnull(c.error, ''),
			ifnull(p.key, ''), ifnull((SELECT s.version FROM sources s
				WHERE s.report_id = p.report_id AND s.capture_id = k.answer_id), 0), a.request_sha256
		FROM captures c JOIN capture k USING (capture_id) JOIN address a USING (address_id) LEFT JOIN reading r ON r.capture_id = k.answer_id
			LEFT JOIN report p ON p.report_id = r.report_id
		WHERE c.url IN (?, ?) ORDER BY c.fetched_at, c.capture_id`, bothSchemes(clean(withoutFragment(url)))...)
	if err == nil && len(captures) == 0 {
		err = fmt.Errorf("the address was never asked: %w", ErrNotFound)
	}
	if err != nil {
		return AddressHistory{}, fmt.Errorf("history of %s: %w", url, err)
	}
	return AddressHistory{captures, absences(captures)}, nil
}

func scanAddressCapture(row scanner) (c AddressCapture, err error) {
	var at sql.NullString
	if err = row.Scan(&c.CaptureID, &c.CrawlID, &c.URL, &c.Method, &c.Role, &at, &c.Status, &c.Outcome, &c.Bytes,
		&c.SHA256, &c.Err, &c.ReportKey, &c.Version, &c.request); err != nil {
		return c, err
	}
	c.FetchedAt, err = unstamp(at)
	return c, err
}

// absences finds the misses between whole answers, of each request apart. Captures must be in the order of time.
func absences(captures []AddressCapture) []Absence {
	var out []Absence
	type request struct{ url, method, body string }
	type absent struct {
		at    int
		crawl int64
	} // index in out, run of the first miss
	now := map[request]absent{}
	for _, c := range captures {
		r := request{c.URL, c.Method, c.request}
		open, missing := now[r]
		switch {
		case crawler.Missed(c.Outcome) && !missing:
			now[r] = absent{len(out), c.CrawlID}
			out = append(out, Absence{URL: c.URL, From: c.FetchedAt, Misses: 1})
		case crawler.Missed(c.Outcome):
			out[open.at].Misses++
			out[open.at].Gone = out[open.at].Gone || c.CrawlID != open.crawl
		case missing && wholeAnswer(c.Outcome):
			out[open.at].BackAt = c.FetchedAt
			delete(now, r)
		}
	}
	return out
}

// wholeAnswer says whether the relation captures calls something so that was a whole answer.
func wholeAnswer(outcome string) bool {
	switch outcome {
	case crawler.OutcomeNew, crawler.OutcomeChanged, crawler.OutcomeUnchanged, crawler.OutcomeNotModified:
		return true
	}
	return strings.HasPrefix(outcome, notReport)
}

// notReport begins the outcome, in the relation captures, of a whole answer that is no report.
const notReport = "not_report:"
