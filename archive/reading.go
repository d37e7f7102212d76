package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"nianbao/crawler"
	"nianbao/extract"
	"nianbao/extract/document"
)

// Unread is a captured document that waits to be read.
type Unread struct {
	CaptureID int64
	Site      string // register key, "" for none
	Address   string // as requested, of a member of a container with its fragment; Input.URL is "" where an import has none
	Role      crawler.Role
	Encoding  string // Content-Encoding that the body still has, as sent; "" for none
	Input     extract.Input
}

// Unread returns captures that this extractor has not read, in the order of their numbers, from the first after number
// after, at most limit of them with their bodies, fewer where these are large. Wanted are pages and attachments that answered whole with status 2xx
// and brought bytes that were not there before. The empty extractor has read nothing: with it every such capture is
// returned, which is what reading the whole archive again needs. To go through all of them, pass the last CaptureID on
// as after, so that one that cannot be saved is met once. A file that no list names comes with the entry of the page
// that carries it, and so does a container. A member has the entry of its container; where that holds several documents,
// the member's name stands for the title.
func (a *Archive) Unread(ctx context.Context, extractor string, after int64, limit int) ([]Unread, error) {
	waiting, err := selectRows(ctx, a.reading, scanUnread, `SELECT c.capture_id, ifnull(c.site, ''), a.url, c.role, c.sha256,
			ifnull(c.content_type, ''), c.final_url, coalesce(l.title, `+importTitle+`, ''), ifnull(l.listed_on, ''),
			ifnull((SELECT s.name FROM sites s WHERE s.key = c.site ORDER BY s.since DESC LIMIT 1), ''),
			ifnull((SELECT group_concat(value, ', ') FROM json_each(c.headers, '$."Content-Encoding"')), ''),
			ifnull((SELECT f.name FROM file f WHERE f.capture_id = c.capture_id AND 1 < (SELECT count(*) FROM (SELECT 1 FROM capture m
				LEFT JOIN file mf USING (capture_id) WHERE m.member_of = c.member_of AND mf.media IS NOT 'image' LIMIT 2))), '')
		FROM capture c
		JOIN address a USING (address_id)
		LEFT JOIN capture zc ON zc.capture_id = c.member_of
		JOIN address z ON z.address_id = ifnull(zc.address_id, c.address_id) -- what lists and pages name
		LEFT JOIN reading r ON r.capture_id = c.capture_id
		LEFT JOIN link l ON l.link_id = ifnull(
			(SELECT link_id FROM link WHERE address IN (z.url, `+otherScheme("z.url")+`)
				ORDER BY site IS NOT c.site, last_seen_at DESC LIMIT 1),
			(SELECT p.link_id FROM attached t JOIN capture pc ON pc.capture_id = t.capture_id
				JOIN address pa ON pa.address_id = pc.address_id JOIN link p ON p.address IN (pa.url, `+otherScheme("pa.url")+`)
				WHERE t.address IN (z.url, `+otherScheme("z.url")+`) ORDER BY p.site IS NOT c.site, p.last_seen_at DESC LIMIT 1))
		WHERE `+readable+` AND c.capture_id > ? AND (r.extractor IS NULL OR r.extractor <> ?)
		ORDER BY c.capture_id LIMIT ?`, after, extractor, limit)
	if err != nil {
		return nil, fmt.Errorf("find unread captures: %w", err)
	}
	var out []Unread
	for size := 0; len(out) < len(waiting) && size < maxUnread; {
		w := waiting[len(out)]
		if w.Input.Body, err = a.body(ctx, w.sha256); err != nil {
			return nil, fmt.Errorf("capture %d: %w", w.CaptureID, err)
		}
		out, size = append(out, w.Unread), size+len(w.Input.Body)
	}
	return out, nil
}

// maxUnread is how many bytes of bodies Unread returns together; the body that exceeds it is the last.
const maxUnread = 8 << 20

// readable is the SQL condition for captures that are to be read.
const readable = `c.outcome IN ('new', 'changed') AND c.role IN ('page', 'attachment')`

// CountUnread is how many captures Unread would return in all.
func (a *Archive) CountUnread(ctx context.Context, extractor string) (n int, err error) {
	err = a.read.QueryRowContext(ctx, `SELECT count(*) FROM capture c LEFT JOIN reading r USING (capture_id)
		WHERE `+readable+` AND (r.extractor IS NULL OR r.extractor <> ?)`, extractor).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count unread captures: %w", err)
	}
	return n, nil
}

// importTitle is the SQL expression for what an import is called where no list names it.
const importTitle = `iif(c.transport = 'import', coalesce(c.headers ->> '$."Import-List-Title"[0]',
	(SELECT nullif(t.name, '') FROM attached t JOIN capture tc USING (capture_id) WHERE t.address = a.url
		ORDER BY tc.fetched_at DESC, t.capture_id DESC LIMIT 1)), NULL)`

// unread is an Unread whose body has not been fetched yet.
type unread struct {
	Unread
	sha256 string
}

func scanUnread(row scanner) (u unread, err error) {
	var member string // name of one of several documents in a container
	err = row.Scan(&u.CaptureID, &u.Site, &u.Address, &u.Role, &u.sha256, &u.Input.ContentType, &u.Input.URL,
		&u.Input.ListTitle, &u.Input.ListedOn, &u.Input.SiteName, &u.Encoding, &member)
	u.Input.URL = withoutFragment(u.Input.URL)
	if !strings.HasPrefix(u.Input.URL, "http") {
		u.Input.URL = "" // made of the bytes: digits in it are no date
	}
	if member != "" {
		u.Input.ListTitle = document.MemberTitle(member)
	}
	return u, err
}

// Reading is what an extractor made of a capture.
type Reading struct {
	CaptureID int64
	Reading   extract.Reading
	Err       error // our machine failed on the document; Reading does not count then
}

// Saved is what SaveReadings made of a reading.
type Saved struct {
	ReportID       int64 // 0 when the document is no report
	Key            string
	Authority      string // "" when the document names none
	Year           int    // 0 when the document does not say
	Contradictions int    // findings of the report, whichever of its sources it is read from
	Doubts         int
	NotReport      string   // kind of document, "" for a report
	Reason         string   // why it is none
	Effects        []Effect // what became of reports by this, if it was asked for
	Err            error    // why this reading could not be saved; nothing of it is there then
}

// SaveOptions say how readings are saved.
type SaveOptions struct {
	Extractor string // version of the extractor that made them
	Effects   bool   // tell what becomes of reports; it costs a look at their numbers before and after
}

// SaveReading is SaveReadings for one reading. With readErr the extractor failed, and the reading does not count.
func (a *Archive) SaveReading(ctx context.Context, captureID int64, extractor string, r extract.Reading,
	readErr error) (Saved, error) {
	saved, err := a.SaveReadings(ctx, SaveOptions{Extractor: extractor}, []Reading{{captureID, r, readErr}})
	if err == nil {
		err = saved[0].Err
	}
	if err != nil {
		return Saved{}, err
	}
	return saved[0], nil
}

// SaveReadings records what an extractor made of some captures, in that order, in one transaction if all can be saved: of
// each, which report it is a version or source of, and the rows of that report if this is the reading that speaks for it now. What an earlier
// reading of the same capture left is replaced. Of one with Err only that is noted, so that the same extractor is not asked
// again, and what an earlier extractor read stays. It comes to the same whether readings are saved together or one by one;
// together is faster.
//
// A reading that cannot be saved leaves nothing, and says why in its Saved.Err: the capture is unknown; the reading is
// neither report nor non-report; a cell names no column of the archive, or one that another cell named before. The error is
// the disk's, or that ctx ended: some may be saved then, and all may be saved again.
func (a *Archive) SaveReadings(ctx context.Context, opt SaveOptions, readings []Reading) ([]Saved, error) {
	saved, err := a.saveTogether(ctx, opt, readings)
	if err == nil || ctx.Err() != nil || DiskFailed(err) || errors.Is(err, ErrReadOnly) {
		return saved, err
	}
	// One of them is at fault. Savepoints would tell which, but each costs as much as a small transaction.
	saved = make([]Saved, len(readings))
	for i, r := range readings {
		if len(readings) > 1 {
			var one []Saved
			if one, err = a.saveTogether(ctx, opt, []Reading{r}); err == nil {
				saved[i] = one[0]
				continue
			}
			if ctx.Err() != nil || DiskFailed(err) {
				return nil, err
			}
		}
		saved[i].Err = err
	}
	return saved, nil
}

// saveTogether saves all readings, or none.
func (a *Archive) saveTogether(ctx context.Context, opt SaveOptions, readings []Reading) ([]Saved, error) {
	saved, encoded := make([]Saved, len(readings)), a.codec.encodeAll(readings)
	var used *statements
	err := a.withStatements(ctx, "save readings", func(db *statements) (err error) {
		used = db
		for i, r := range readings {
			if err := ctx.Err(); err != nil {
				return err
			}
			s := a.saving(ctx, db)
			s.extractor, s.readAt = opt.Extractor, stamp(a.now())
			if opt.Effects {
				s.before = map[int64]figures{}
			}
			s.encoded = &encoded[i]
			if saved[i], err = s.saveReading(r); err == nil {
				saved[i].Effects, err = s.effects()
			}
			if err != nil {
				return fmt.Errorf("capture %d: %w", r.CaptureID, err)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	used.keepAll(context.WithoutCancel(ctx))
	return saved, nil
}

// saving is one reading, or a person's word on one, on its way into the archive.
type saving struct {
	tx        *statements
	ctx       context.Context
	codec     *codec
	fields    *sync.Map // Archive.fields
	extractor string
	readAt    string
	capture   captured
	number    int64             // that a report gets which is made of it, if it is free; 0 for that of its address
	before    map[int64]figures // of the reports that this concerns; nil when nobody asks for the effects
	encoded   *encoded          // its report, where that was made before the transaction; nil where it was not
	fresh     *extract.Report   // what was just read in it, if that is what decoding its row would give
	empty     int64             // a report that has a row of its own and no others yet
}

// saving begins one. A context that can end costs a goroutine for each statement, so it is asked between savings only: one
// takes milliseconds.
func (a *Archive) saving(ctx context.Context, db *statements) *saving {
	return &saving{tx: db, ctx: context.WithoutCancel(ctx), codec: a.codec, fields: &a.fields}
}

// saveReading saves one reading.
func (s *saving) saveReading(r Reading) (Saved, error) {
	if err := s.load(r.CaptureID); err != nil {
		return Saved{}, err
	}
	if r.Err != nil {
		return Saved{}, s.noteError(r.Err)
	}
	if s.capture.reportID != 0 { // before the reading that speaks for it may be replaced
		if err := s.remember(s.capture.reportID); err != nil {
			return Saved{}, fmt.Errorf("numbers of report %d: %w", s.capture.reportID, err)
		}
	}
	return s.save(r.Reading)
}

// captured is what saving needs to know of the capture that was read.
type captured struct {
	id       int64
	address  int64
	url      string
	role     crawler.Role
	site     string
	region   string // of the site, GB/T 2260; ""
	name     string // under which it was sent, ""
	sha256   string
	reportID int64 // that an earlier reading of this capture belonged to; 0 for none
}

// load reads what is known of the capture.
func (s *saving) load(id int64) error {
	s.capture = captured{id: id}
	c := &s.capture
	ok, err := found(s.tx.QueryRowContext(s.ctx, `SELECT c.address_id, a.url, c.role, ifnull(c.site, ''),
			ifnull((SELECT region FROM sites WHERE key = c.site ORDER BY since DESC LIMIT 1), ''),
			ifnull(f.name, ''), ifnull(c.sha256, ''), ifnull(r.report_id, 0)
		FROM capture c JOIN address a USING (address_id) LEFT JOIN reading r USING (capture_id)
			LEFT JOIN file f USING (capture_id)
		WHERE c.capture_id = ?`, id).Scan(&c.address, &c.url, &c.role, &c.site, &c.region, &c.name, &c.sha256, &c.reportID))
	if err == nil && !ok {
		err = ErrNotFound
	}
	return err
}

// noteError keeps that the extractor failed.
func (s *saving) noteError(cause error) error {
	_, err := s.tx.ExecContext(s.ctx, `INSERT INTO reading(capture_id, extractor, read_at, error)
		VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET extractor = excluded.extractor, read_at = excluded.read_at,
		error = excluded.error`, s.capture.id, s.extractor, s.readAt, clean(cause.Error()))
	return err
}

// save files the reading with its report and settles every report that this concerns.
func (s *saving) save(r extract.Reading) (Saved, error) {
	before := s.capture.reportID
	switch {
	case r.Report != nil && r.NotReport == nil:
		if err := checkCells(r.Report.Cells); err != nil {
			return Saved{}, err
		}
		denied, err := s.notAReport()
		if err != nil {
			return Saved{}, err
		}
		if denied != nil {
			return s.saveDenied(r.Report, denied)
		}
	case r.NotReport != nil && r.Report == nil:
		return s.saveDenied(nil, r.NotReport)
	default:
		return Saved{}, errors.New("the reading must be either a report or a non-report")
	}
	located, err := s.located(s.capture.url, r.Report)
	if err != nil {
		return Saved{}, err
	}
	id, err := s.reportOf(located)
	if err != nil {
		return Saved{}, err
	}
	if err := s.put(row{report: r.Report, reportID: id}); err != nil {
		return Saved{}, err
	}
	if err := s.settle(id); err != nil {
		return Saved{}, err
	}
	if before != id {
		if err := s.settle(before); err != nil {
			return Saved{}, err
		}
	}
	return s.saved()
}

// saveDenied files a reading that is no report: r is nil, or what the extractor took for one.
func (s *saving) saveDenied(r *extract.Report, denied *extract.NotReport) (Saved, error) {
	before := s.capture.reportID
	if err := s.put(row{notReport: denied, report: r}); err != nil {
		return Saved{}, err
	}
	if err := s.forgetCapture(); err != nil {
		return Saved{}, err
	}
	return Saved{NotReport: denied.Kind, Reason: denied.Reason}, s.settle(before)
}

// saved reads back what became of the capture's report.
func (s *saving) saved() (Saved, error) {
	var out Saved
	err := s.tx.QueryRowContext(s.ctx, `SELECT p.report_id, p.key, ifnull(p.authority, ''), ifnull(p.year, 0),
			(SELECT count(*) FROM findings f WHERE f.report_id = p.report_id AND f.severity = 'contradiction'),
			(SELECT count(*) FROM findings f WHERE f.report_id = p.report_id AND f.severity = 'doubt')
		FROM reading r JOIN report p USING (report_id) WHERE r.capture_id = ?`, s.capture.id).
		Scan(&out.ReportID, &out.Key, &out.Authority, &out.Year, &out.Contradictions, &out.Doubts)
	if err != nil {
		return Saved{}, fmt.Errorf("read the report back: %w", err)
	}
	return out, nil
}

// encoded is a report as the table reading keeps it.
type encoded struct {
	packed   []byte
	faithful bool // decoding it gives the report again
	err      error
}

// encode makes the row of a report.
func (c *codec) encode(r *extract.Report) encoded {
	text, err := json.Marshal(r)
	if err != nil {
		return encoded{err: fmt.Errorf("encode the report: %w", err)}
	}
	// \ufffd is written for bytes that are no UTF-8.
	return encoded{packed: c.encoder.EncodeAll(text, nil), faithful: !bytes.Contains(text, []byte(`\ufffd`))}
}

// encodeAll makes the rows of readings, as many at once as there are processors, while others have the writer.
func (c *codec) encodeAll(readings []Reading) []encoded {
	all := make([]encoded, len(readings))
	var next atomic.Int64
	var encoders sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(readings)) {
		encoders.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(readings); i = int(next.Add(1)) - 1 {
				if r := readings[i].Reading.Report; r != nil {
					all[i] = c.encode(r)
				}
			}
		})
	}
	encoders.Wait()
	return all
}

// row is what goes into the table reading.
type row struct {
	notReport *extract.NotReport
	report    *extract.Report
	reportID  int64
}

// put writes the reading's row.
func (s *saving) put(r row) error {
	var kind, reason, year, media, packed any
	numbers := 0
	if r.notReport != nil {
		kind, reason = clean(r.notReport.Kind), clean(r.notReport.Reason)
	}
	if r.report != nil {
		if s.encoded == nil {
			e := s.codec.encode(r.report)
			s.encoded = &e
		}
		if s.encoded.err != nil {
			return s.encoded.err
		}
		if s.encoded.faithful {
			s.fresh = r.report
		}
		packed = s.encoded.packed
		year, media, numbers = orNull(r.report.Year), orNull(r.report.Media), countNumbers(r.report.Cells)
	}
	_, err := s.tx.ExecContext(s.ctx, `INSERT OR REPLACE INTO reading(capture_id, extractor, read_at, not_report,
		reason, report_id, year, name, media, numbers, report) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		s.capture.id, s.extractor, s.readAt, kind, reason, orNull(r.reportID), year, s.fileName(), media, numbers,
		packed)
	if err != nil {
		return fmt.Errorf("write the reading: %w", err)
	}
	return nil
}

// fileName is the name under which an attachment was sent, else that in its address; NULL for a page.
func (s *saving) fileName() any {
	if s.capture.name != "" {
		return s.capture.name
	}
	if s.capture.role != crawler.RoleAttachment {
		return nil
	}
	u, err := url.Parse(s.capture.url)
	if err != nil || u.Path == "" || u.Path == "/" {
		return nil
	}
	return clean(path.Base(u.Path))
}
