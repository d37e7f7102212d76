package archive

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ErrNotFound says that the archive has nothing under a name or number.
var ErrNotFound = errors.New("not in the archive")

// ErrAmbiguous says that a reference fits more than one thing.
var ErrAmbiguous = errors.New("the reference is ambiguous")

// Body is the bytes of one answer as they were archived.
type Body struct {
	CaptureID   int64
	URL         string // as requested
	ContentType string // the header's value, "" for none
	SHA256      string
	FetchedAt   time.Time
	Bytes       []byte
}

// Body returns archived bytes by reference: a report (its number or its key), the SHA-256 of a body (or its first eight
// and more hex digits), or an address. With @TIME behind it (RFC 3339, or a day in Beijing, meant to its end) it is what
// was the newest then. A report's bytes are those its numbers were read from, or with a time the newest of any of its
// sources; an address's are those of its newest whole answer, or of the newest broken one if it never answered whole.
//
// The digest is checked: bytes that come back are the bytes that were sent. Errors wrap ErrNotFound or ErrAmbiguous.
func (a *Archive) Body(ctx context.Context, ref string) (Body, error) {
	name, until := splitTime(ref)
	for _, find := range []func(context.Context, string, string) ([]int64, error){
		a.findReport, a.findDigest, a.findURL,
	} {
		ids, err := find(ctx, name, until)
		if err != nil {
			return Body{}, fmt.Errorf("get %s: %w", ref, err)
		}
		if len(ids) > 0 {
			b, err := a.captureBody(ctx, ids[0])
			if err != nil {
				return Body{}, fmt.Errorf("get %s: %w", ref, err)
			}
			return b, nil
		}
	}
	b, err := a.hopBody(ctx, name)
	if err != nil {
		return Body{}, fmt.Errorf("get %s: %w", ref, err)
	}
	return b, nil
}

// forever is later than any capture.
const forever = "9999"

// beijing is the zone of days (design.md: days are Beijing days).
var beijing = time.FixedZone("CST", 8*60*60)

// splitTime cuts @TIME from a reference. until is the last instant wanted, as captures write times. What follows the
// last @ and is no time belongs to the reference: addresses may have an @.
func splitTime(ref string) (name, until string) {
	i := strings.LastIndexByte(ref, '@')
	if i < 0 {
		return ref, forever
	}
	if t, err := time.Parse(time.RFC3339Nano, ref[i+1:]); err == nil {
		return ref[:i], stamp(t)
	}
	if day, err := time.ParseInLocation(time.DateOnly, ref[i+1:], beijing); err == nil {
		return ref[:i], stamp(day.AddDate(0, 0, 1).Add(-time.Millisecond))
	}
	return ref, forever
}

// findReport returns the capture of a report, or nothing when name is no report.
func (a *Archive) findReport(ctx context.Context, name, until string) ([]int64, error) {
	number, err := strconv.ParseInt(name, 10, 64)
	if err != nil {
		number = -1 // no report has it
	}
	if until == forever {
		return selectInts(ctx, a.read, `SELECT capture_id FROM report WHERE report_id = ? OR key = ?`, number, name)
	}
	reports, err := selectInts(ctx, a.read, `SELECT report_id FROM report WHERE report_id = ? OR key = ?`, number, name)
	if err != nil || len(reports) == 0 {
		return nil, err
	}
	ids, err := selectInts(ctx, a.read, `SELECT c.capture_id FROM reading rd JOIN capture c USING (capture_id)
		WHERE rd.report_id = ? AND c.fetched_at <= ? ORDER BY c.fetched_at DESC LIMIT 1`, reports[0], until)
	if err == nil && len(ids) == 0 {
		err = fmt.Errorf("the report was not there yet: %w", ErrNotFound)
	}
	return ids, err
}

// findDigest returns the newest capture with the body whose SHA-256 begins with name.
func (a *Archive) findDigest(ctx context.Context, name, until string) ([]int64, error) {
	name = strings.ToLower(name)
	if !isDigestPrefix(name) {
		return nil, nil
	}
	sums, err := a.digests(ctx, name)
	if err != nil || len(sums) == 0 {
		return nil, err
	}
	return selectInts(ctx, a.read, `SELECT capture_id FROM capture WHERE sha256 = ? AND fetched_at <= ?
		ORDER BY fetched_at DESC LIMIT 1`, sums[0], until)
}

// digests returns the one digest that begins with prefix, or none.
func (a *Archive) digests(ctx context.Context, prefix string) ([]string, error) {
	sums, err := selectTexts(ctx, a.read, `SELECT sha256 FROM blob WHERE sha256 BETWEEN ? AND ? LIMIT 2`,
		prefix, prefix+"g")
	if err == nil && len(sums) > 1 {
		err = fmt.Errorf("several bodies have a SHA-256 that begins so: %w", ErrAmbiguous)
	}
	return sums, err
}

// isDigestPrefix says whether name could be the beginning of a SHA-256 that is long enough to mean one.
func isDigestPrefix(name string) bool {
	return len(name) >= 8 && len(name) <= 64 && strings.Trim(name, "0123456789abcdef") == ""
}

// findURL returns the newest answer of an address, whole ones first. A fragment names a member of a container, as in
// MemberAddress or as people read it; elsewhere it means nothing.
func (a *Archive) findURL(ctx context.Context, name, until string) ([]int64, error) {
	name = clean(name)
	bare, fragment, _ := strings.Cut(name, "#")
	return selectInts(ctx, a.read, `SELECT c.capture_id FROM capture c JOIN address a USING (address_id)
		WHERE (a.url IN (?1, ?2) OR a.url = ?3
				AND (?4 = '' OR NOT EXISTS (SELECT 1 FROM capture m WHERE m.member_of = c.answer_id)))
			AND c.sha256 IS NOT NULL AND c.fetched_at <= ?5
		ORDER BY c.answer_id IS NULL, c.fetched_at DESC, c.capture_id DESC LIMIT 1`,
		name, MemberAddress(bare, fragment), bare, fragment, until)
}

// captureBody returns the body of a capture.
func (a *Archive) captureBody(ctx context.Context, id int64) (Body, error) {
	b := Body{CaptureID: id}
	var at sql.NullString
	err := a.read.QueryRowContext(ctx, `SELECT url, ifnull(content_type, ''), sha256, fetched_at FROM captures
		WHERE capture_id = ?`, id).Scan(&b.URL, &b.ContentType, &b.SHA256, &at)
	if err != nil {
		return Body{}, fmt.Errorf("capture %d: %w", id, err)
	}
	if b.FetchedAt, err = unstamp(at); err != nil {
		return Body{}, fmt.Errorf("capture %d: %w", id, err)
	}
	if b.Bytes, err = a.body(ctx, b.SHA256); err != nil {
		return Body{}, fmt.Errorf("capture %d: %w", id, err)
	}
	return b, nil
}

// hopBody returns the body of a redirect by its digest: no capture has it as its own.
func (a *Archive) hopBody(ctx context.Context, name string) (Body, error) {
	if !isDigestPrefix(strings.ToLower(name)) {
		return Body{}, a.unknown(ctx, name)
	}
	name = strings.ToLower(name)
	sums, err := a.digests(ctx, name)
	if err != nil {
		return Body{}, err
	}
	if len(sums) == 0 {
		return Body{}, ErrNotFound
	}
	b := Body{SHA256: sums[0]}
	var at sql.NullString
	ok, err := found(a.read.QueryRowContext(ctx, `SELECT c.capture_id, h.value ->> 'url', h.value ->> 'at',
			ifnull(h.value -> 'headers' -> 'Content-Type' ->> 0, '')
		FROM capture c, json_each(c.redirects) h WHERE h.value ->> 'sha256' = ? ORDER BY c.capture_id DESC LIMIT 1`,
		b.SHA256).Scan(&b.CaptureID, &b.URL, &at, &b.ContentType))
	if err == nil && !ok {
		err = ErrNotFound
	}
	if err != nil {
		return Body{}, err
	}
	if b.FetchedAt, err = unstamp(at); err != nil {
		return Body{}, err
	}
	b.Bytes, err = a.body(ctx, b.SHA256)
	return b, err
}

// unknown says why a reference found nothing, as far as the archive can tell.
func (a *Archive) unknown(ctx context.Context, name string) error {
	u, err := url.Parse(name)
	if err != nil || u.Host == "" {
		return fmt.Errorf("no report number, report key, SHA-256 or address: %w", ErrNotFound)
	}
	var asked bool
	if err := a.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM address WHERE url = ?)`,
		clean(withoutFragment(name))).Scan(&asked); err != nil {
		return err
	}
	if asked {
		return fmt.Errorf("the address was asked but no body came (by that time): %w", ErrNotFound)
	}
	return fmt.Errorf("the address was never asked: %w", ErrNotFound)
}
