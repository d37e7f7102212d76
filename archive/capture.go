package archive

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"nianbao/crawler"
	"nianbao/extract/title"
)

// exchange is a capture in the form in which it is stored, made before any transaction begins.
type exchange struct {
	crawl          int64
	capture        crawler.Capture
	sha256         any // of the body; nil when none began
	requestHeaders string
	headers        any
	redirects      string
	blobs          []blob
	template       bool   // later bodies of the host are packed against this one
	media          string // of an attachment, or of what came under a file's name
	memberOf       int64  // the container's capture; 0 for what was fetched
}

// hop is a redirect in captures.redirects.
type hop struct {
	URL        string           `json:"url"`
	Status     int              `json:"status"`
	StatusLine string           `json:"status_line"`
	Header     map[string][]any `json:"headers"`
	Location   string           `json:"location"`
	RemoteAddr string           `json:"remote_addr"`
	At         string           `json:"at"`
	SHA256     string           `json:"sha256,omitempty"`
}

// SaveCapture stores one exchange: its bodies, its row, and what it says of its address. It returns when all of that is
// on disk for good, together with whatever else came in meanwhile. It sets c.ID, and turns OutcomeOK into new, changed
// or unchanged by comparing with the last whole answer to the same request (address, method, body). One that is older than
// that, as an import may be, is compared with the whole answers before and after it. Of an answer that is SameAs the last
// one the body is not stored: its row has the bytes of that one, and notes the digest of its own.
//
// What was fetched is kept: cancelling ctx does not stop a save. Errors: a body that does not have the stated SHA-256,
// ErrClosed, or the database's; the capture is then not stored and c is as it was.
func (c *Crawl) SaveCapture(ctx context.Context, capture *crawler.Capture) error {
	if c.archive.write == nil {
		return fmt.Errorf("save capture of %s: %w", capture.URL, ErrReadOnly)
	}
	x, err := c.archive.exchange(ctx, capture)
	if err != nil {
		return fmt.Errorf("save capture of %s: %w", capture.URL, err)
	}
	x.crawl = c.id
	a := &arrival{exchange: x, done: make(chan struct{})}
	if err := c.archive.commit.save(a); err != nil {
		return fmt.Errorf("save capture of %s: %w", capture.URL, err)
	}
	capture.ID, capture.Outcome = a.id, a.outcome
	if a.template {
		c.archive.templates.add(hostOf(x.capture.URL), digest(capture.Body), capture.Body)
	}
	return nil
}

// exchange packs bodies and headers. It copies the capture, so that the caller's may change.
func (a *Archive) exchange(ctx context.Context, c *crawler.Capture) (exchange, error) {
	x := exchange{capture: *c}
	if x.capture.At.IsZero() {
		x.capture.At = a.now()
	}
	if c.Method == "" {
		x.capture.Method = "GET"
	}
	x.capture.URL = withoutFragment(c.URL)
	if c.FinalURL == "" {
		x.capture.FinalURL = x.capture.URL
	}
	if c.SHA256 != "" || len(c.Body) > 0 || c.Outcome == crawler.OutcomeOK {
		b, fresh, err := a.templates.pack(context.WithoutCancel(ctx), &x.capture, c.Body, c.SHA256)
		if err != nil {
			return x, err
		}
		x.sha256, x.template = b.sha256, fresh
		x.blobs = append(x.blobs, b)
	}
	if len(c.Body) > 0 && (c.Role == crawler.RoleAttachment || c.Name != "") {
		x.media = c.Media()
	}
	hops := make([]hop, len(c.Redirects))
	for i, r := range c.Redirects {
		hops[i] = hop{r.URL, r.Status, r.StatusLine, headerJSON(r.Header), r.Location, r.RemoteAddr, stamp(r.At), ""}
		if r.SHA256 == "" && len(r.Body) == 0 {
			continue
		}
		b, err := a.codec.pack(r.Body, r.SHA256)
		if err != nil {
			return x, fmt.Errorf("redirect %d from %s: %w", i+1, r.URL, err)
		}
		hops[i].SHA256 = b.sha256
		x.blobs = append(x.blobs, b)
	}
	var err error
	if x.redirects, err = jsonText(hops); err != nil {
		return x, err
	}
	if x.requestHeaders, err = headerText(c.RequestHeader); err != nil {
		return x, err
	}
	if c.Header != nil {
		if x.headers, err = headerText(c.Header); err != nil {
			return x, err
		}
	}
	return x, nil
}

// save writes the exchange inside a transaction and tells the arrival its number and outcome.
func (x *exchange) save(ctx context.Context, tx execer, result *arrival) error {
	c := &x.capture
	at, err := findAddress(ctx, tx, c)
	if err != nil {
		return err
	}
	repeats := x.repeats(at)
	for _, b := range x.blobs {
		if repeats && b.sha256 == x.sha256 {
			continue
		}
		if err := b.save(ctx, tx); err != nil {
			return err
		}
	}
	if x.template = x.template && !repeats; x.template {
		if _, err := tx.ExecContext(ctx, `INSERT OR IGNORE INTO template(host, sha256) VALUES (?, ?)`, hostOf(c.URL),
			x.sha256); err != nil {
			return fmt.Errorf("keep the template: %w", err)
		}
	}
	sum, length, received := x.sha256, x.length(), any(nil)
	if repeats {
		sum, length, received = at.sha256.String, at.bytes.Int64, x.sha256
	}
	if err := tx.QueryRowContext(ctx, `SELECT ifnull(max(capture_id), 0) + 1 FROM capture`).
		Scan(&result.id); err != nil {
		return fmt.Errorf("number the capture: %w", err)
	}
	var answer any
	result.outcome = c.Outcome
	switch c.Outcome {
	case crawler.OutcomeOK:
		beside, err := x.answersBeside(ctx, tx, at)
		if err != nil {
			return err
		}
		if result.outcome, answer = compare(beside, sum); answer == nil {
			answer = result.id
			if len(beside) == 2 && beside[0].id == beside[1].id && x.memberOf == 0 {
				if result.parted, err = x.part(ctx, tx, beside[0].id); err != nil {
					return err
				}
			}
		}
	case crawler.OutcomeNotModified:
		answer = orNull(at.answer.Int64)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO capture(capture_id, crawl_id, site, address_id, role, transport,
		fetched_at, elapsed_ms, request_headers, final_url, redirects, remote_addr, proto, http_status, status_line,
		headers, content_type, bytes, sha256, complete, outcome, error, answer_id,
		member_of, received) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		result.id, x.crawl, orNull(c.Site), at.id, string(c.Role), orNull(c.Transport),
		stamp(c.At), c.Elapsed.Milliseconds(), x.requestHeaders, clean(c.FinalURL), x.redirects, orNull(c.RemoteAddr),
		orNull(c.Proto), orNull(c.Status), orNull(clean(c.StatusLine)), x.headers,
		orNull(clean(c.Header.Get("Content-Type"))), length, sum, c.Complete, result.outcome,
		orNull(clean(c.Err)), answer, orNull(x.memberOf), received)
	if err != nil {
		return fmt.Errorf("insert the capture: %w", err)
	}
	if c.Name != "" || x.media != "" {
		if _, err := tx.ExecContext(ctx, `INSERT INTO file(capture_id, name, media) VALUES (?, ?, ?)`, result.id,
			orNull(clean(c.Name)), orNull(x.media)); err != nil {
			return fmt.Errorf("insert the file: %w", err)
		}
	}
	return x.noteAnswer(ctx, tx, at.id, answer, result.outcome)
}

// length is captures.bytes: NULL when no body began.
func (x *exchange) length() any {
	if x.sha256 == nil {
		return nil
	}
	return len(x.capture.Body)
}

// repeats says whether the exchange is a whole answer with the content of the one that the address gave last, in other
// bytes.
func (x *exchange) repeats(at addressRow) bool {
	c := &x.capture
	return c.Outcome == crawler.OutcomeOK && c.SameAs != 0 && at.answer.Valid && at.answer.Int64 == c.SameAs &&
		at.sha256.Valid && at.sha256.String != x.sha256
}

// addressRow is what is known of an address before a capture of it.
type addressRow struct {
	id       int64
	answer   sql.NullInt64
	sha256   sql.NullString // of the last whole answer
	bytes    sql.NullInt64  // of it
	lastSeen sql.NullString // when that was
}

// findAddress returns the row of the capture's address, made if it is not there.
func findAddress(ctx context.Context, tx execer, c *crawler.Capture) (addressRow, error) {
	var at addressRow
	ok, err := found(tx.QueryRowContext(ctx, `SELECT a.address_id, a.answer_id, c.sha256, c.bytes, a.last_seen_at
		FROM address a LEFT JOIN capture c ON c.capture_id = a.answer_id
		WHERE a.url = ? AND a.method = ? AND a.request_sha256 = ?`, clean(c.URL), c.Method, c.RequestSHA256).
		Scan(&at.id, &at.answer, &at.sha256, &at.bytes, &at.lastSeen))
	if err == nil && !ok {
		err = tx.QueryRowContext(ctx, `INSERT INTO address(url, method, request_sha256) VALUES (?, ?, ?)
			RETURNING address_id`, clean(c.URL), c.Method, c.RequestSHA256).Scan(&at.id)
	}
	if err != nil {
		return at, fmt.Errorf("find the address: %w", err)
	}
	return at, nil
}

// noteAnswer keeps the address row in step with its captures. A whole answer ends every absence; a page is gone when a
// later run misses it too, since the first miss. The members of a container share what becomes of it. A capture that is
// older than the last whole answer, as an import may bring, says nothing of what the address is like now.
func (x *exchange) noteAnswer(ctx context.Context, tx execer, address int64, answer any, outcome string) error {
	var err error
	at := stamp(x.capture.At)
	switch {
	case answer != nil:
		_, err = tx.ExecContext(ctx, `UPDATE address SET first_seen_at = min(ifnull(first_seen_at, ?1), ?1),
			answer_id = CASE WHEN last_seen_at > ?1 THEN answer_id ELSE ?2 END,
			(missed_at, missed_crawl, gone_at) = (SELECT missed_at, missed_crawl, gone_at WHERE missed_at > ?1),
			last_seen_at = max(ifnull(last_seen_at, ?1), ?1) WHERE address_id = ?3`, at, answer, address)
		if err == nil {
			_, err = tx.ExecContext(ctx, `UPDATE address SET last_seen_at = max(ifnull(last_seen_at, ?1), ?1),
				(missed_at, missed_crawl, gone_at) = (SELECT missed_at, missed_crawl, gone_at WHERE missed_at > ?1)
				WHERE address_id IN (SELECT address_id FROM capture WHERE member_of = ?2)`, at, answer)
		}
	case crawler.Missed(outcome):
		_, err = tx.ExecContext(ctx, `UPDATE address SET
			gone_at = CASE WHEN missed_crawl <> ?2 THEN missed_at ELSE gone_at END,
			missed_at = ifnull(missed_at, ?1), missed_crawl = ifnull(missed_crawl, ?2)
			WHERE (address_id = ?3 OR address_id IN (SELECT m.address_id FROM address z
				JOIN capture m ON m.member_of = z.answer_id WHERE z.address_id = ?3))
				AND ifnull(last_seen_at, '') <= ?1`, at, x.crawl, address)
	}
	if err != nil {
		return fmt.Errorf("note the answer: %w", err)
	}
	return nil
}

// Missing says whether the address, which answered before, was not there when it was asked last: such a page is asked
// again in the next visit, however short a time ago it answered. A fragment in url is ignored.
func (c *Crawl) Missing(ctx context.Context, url string) (bool, error) {
	var missing bool
	err := c.archive.reading.QueryRowContext(ctx, `SELECT ifnull((SELECT missed_at IS NOT NULL FROM address
		WHERE url IN (?, ?) AND first_seen_at IS NOT NULL ORDER BY last_seen_at DESC LIMIT 1), 0)`,
		bothSchemes(clean(withoutFragment(url)))...).Scan(&missing)
	if err != nil {
		return false, fmt.Errorf("whether %s is missing: %w", url, err)
	}
	return missing, nil
}

// Unlisted returns the addresses of pages that lists of the site once called reports, or that are, that answered, and
// that no list of this run calls reports: what a publisher removes disappears from the list, too, and is to be asked for
// all the same. One that is gone, two runs having missed it, is told only if it was not asked since then.
func (c *Crawl) Unlisted(ctx context.Context, site string, since time.Time) ([]string, error) {
	addresses, err := selectTexts(ctx, c.archive.read, `SELECT url FROM (SELECT l.link_id, (SELECT a.url FROM address a
			WHERE a.url IN (l.address, `+otherScheme("l.address")+`) AND a.first_seen_at IS NOT NULL AND a.method = 'GET'
				AND (a.gone_at IS NULL OR NOT EXISTS (SELECT 1 FROM capture k
					WHERE k.address_id = a.address_id AND k.fetched_at > ?4))
			ORDER BY a.last_seen_at DESC LIMIT 1) AS url
		FROM link l WHERE l.site = ?1 AND (l.crawl_id <> ?2 AND l.decision = ?3 OR l.decision <> ?3 AND EXISTS (
			SELECT 1 FROM address a JOIN reading r ON r.capture_id = a.answer_id
			WHERE a.url IN (l.address, `+otherScheme("l.address")+`) AND r.report_id IS NOT NULL)))
		WHERE url IS NOT NULL GROUP BY url ORDER BY min(link_id)`, site, c.id, string(title.Report), stamp(since))
	if err != nil {
		return nil, fmt.Errorf("reports of %s that are no longer listed: %w", site, err)
	}
	return addresses, nil
}

// LastAnswer returns when the address last answered with a whole body of status 2xx (or said that the last such answer
// still holds), whatever run or site asked; the zero time if never. A fragment in url is ignored.
func (c *Crawl) LastAnswer(ctx context.Context, url string) (time.Time, error) {
	var at sql.NullString
	err := c.archive.reading.QueryRowContext(ctx, `SELECT max(last_seen_at) FROM address WHERE url IN (?, ?)`,
		bothSchemes(clean(withoutFragment(url)))...).Scan(&at)
	if err != nil {
		return time.Time{}, fmt.Errorf("last answer of %s: %w", url, err)
	}
	return unstamp(at)
}

// bothSchemes are an address by http and by https: a host that does not answer one is asked by the other, and the page is
// the same.
func bothSchemes(url string) []any {
	if rest, ok := strings.CutPrefix(url, "https:"); ok {
		return []any{url, "http:" + rest}
	}
	return []any{url, "https:" + strings.TrimPrefix(url, "http:")}
}

// otherScheme is the SQL expression for the second of bothSchemes.
func otherScheme(column string) string {
	return strings.ReplaceAll(`CASE WHEN url LIKE 'https:%' THEN 'http:' || substr(url, 7) ELSE 'https:' || substr(url, 6) END`,
		"url", column)
}
