package archive

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"strings"
	"time"

	"nianbao/crawler"
	"nianbao/extract/division"
	"nianbao/extract/title"
)

// Crawl is one run: the visits of some sites, and all that was fetched in them. It is the crawler's Archive.
type Crawl struct {
	archive *Archive
	id      int64
	started time.Time
}

var _ crawler.Archive = (*Crawl)(nil)

// CrawlSummary is one row of the public relation crawls.
type CrawlSummary struct {
	ID         int64
	Trigger    string
	StartedAt  time.Time
	FinishedAt time.Time // zero while it runs, or when it was killed
	Sites      int
	OK         int // sites whose visit has the outcome ok
	Failed     int // sites with any other outcome
	New        int
	Changed    int
	Gone       int
}

// BeginCrawl starts a run. trigger says what started it: crawl, schedule, demo, import.
func (a *Archive) BeginCrawl(ctx context.Context, trigger string) (*Crawl, error) {
	c := &Crawl{archive: a, started: a.now()}
	err := a.update(ctx, "begin a crawl", func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `INSERT INTO crawls(trigger, started_at) VALUES (?, ?) RETURNING crawl_id`,
			trigger, stamp(c.started)).Scan(&c.id)
	})
	if err != nil {
		return nil, err
	}
	return c, nil
}

// ID is the run's number, crawls.crawl_id.
func (c *Crawl) ID() int64 { return c.id }

// SaveSites records the rows of the register that this run uses, in place of what earlier runs recorded of them. Rows
// are told apart by key and since; rows of earlier runs stay.
func (c *Crawl) SaveSites(ctx context.Context, sites []crawler.Site) error {
	return c.archive.update(ctx, "save the register", func(tx *sql.Tx) error {
		for _, s := range sites {
			_, err := tx.ExecContext(ctx, `INSERT INTO sites(key, name, url, region, system, pages, items, cron, tls,
				since, until, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (key, ifnull(since, '')) DO UPDATE SET name = excluded.name, url = excluded.url,
				region = excluded.region, system = excluded.system, pages = excluded.pages, items = excluded.items,
				cron = excluded.cron, tls = excluded.tls, until = excluded.until, note = excluded.note`,
				s.Key, clean(s.Name), clean(s.URL), orNull(s.Region), orNull(s.System), orNull(s.Pages),
				orNull(s.Items), orNull(s.Cron), orNull(s.TLS), orNull(s.Since), orNull(s.Until),
				orNull(clean(s.Note)))
			if err != nil {
				return fmt.Errorf("site %s: %w", s.Key, err)
			}
			if err := saveNamed(ctx, tx, s); err != nil {
				return fmt.Errorf("body that site %s names: %w", s.Key, err)
			}
		}
		return nil
	})
}

// saveNamed keeps which body a row of the register names, so that coverage can expect its reports.
func saveNamed(ctx context.Context, tx *sql.Tx, s crawler.Site) error {
	name := title.NameOf(s.Name)
	if name.Normal == "" {
		_, err := tx.ExecContext(ctx, `DELETE FROM named WHERE site = ?`, s.Key)
		return err
	}
	place, placed := division.Resolve(name.Normal, division.Hint{Region: s.Region})
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO named(site, body, name, type, level) VALUES (?, ?, ?, ?, ?)`,
		s.Key, bodyNumber(s.Key, name.Normal, place, placed), clean(name.Normal), orNull(name.Type), orNull(name.Level))
	return err
}

// SaveLinks records the entries of one list page. An entry that was there before keeps when it was first seen; its
// title, day and decision become the new ones.
func (c *Crawl) SaveLinks(ctx context.Context, site string, links []crawler.Link) error {
	if len(links) == 0 {
		return nil
	}
	return c.archive.update(ctx, "save the links of "+site, func(tx *sql.Tx) error {
		now := stamp(c.archive.now())
		for _, l := range links {
			_, err := tx.ExecContext(ctx, `INSERT INTO link(site, url, address, title, listed_on, list_capture_id,
				decision, reason, first_seen_at, last_seen_at, crawl_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?9, ?9, ?10)
				ON CONFLICT (site, url) DO UPDATE SET title = excluded.title, listed_on = excluded.listed_on,
				list_capture_id = excluded.list_capture_id, decision = excluded.decision, reason = excluded.reason,
				last_seen_at = excluded.last_seen_at, gone_at = NULL, crawl_id = excluded.crawl_id`,
				site, clean(l.URL), clean(withoutFragment(l.URL)), clean(l.Title), orNull(l.ListedOn),
				orNull(l.ListCaptureID), l.Decision, clean(l.Reason), now, c.id)
			if err != nil {
				return fmt.Errorf("link %s: %w", l.URL, err)
			}
		}
		return nil
	})
}

// SaveFiles records the files that a page carries, in page order, in place of what was recorded of the same bytes
// before. page is the number of a capture; of several that brought the same bytes, the first has the files. Errors:
// the capture is unknown.
func (c *Crawl) SaveFiles(ctx context.Context, page int64, files []crawler.File) error {
	return c.archive.update(ctx, fmt.Sprintf("save the files of capture %d", page), func(tx *sql.Tx) error {
		ids, err := selectInts(ctx, tx, `SELECT ifnull(answer_id, capture_id) FROM capture WHERE capture_id = ?`, page)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return ErrNotFound
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM attached WHERE capture_id = ?`, ids[0]); err != nil {
			return err
		}
		for i, f := range files {
			if _, err := tx.ExecContext(ctx, `INSERT INTO attached(capture_id, position, address, name)
				VALUES (?, ?, ?, ?)`, ids[0], i, clean(withoutFragment(f.URL)), clean(f.Name)); err != nil {
				return fmt.Errorf("file %s: %w", f.URL, err)
			}
		}
		return nil
	})
}

// FilesOf returns the files that a page carried when it last answered whole, in page order; none if it never did, or
// carries none. A fragment in url is ignored.
func (c *Crawl) FilesOf(ctx context.Context, url string) ([]crawler.File, error) {
	files, err := selectRows(ctx, c.archive.reading, func(row scanner) (f crawler.File, err error) {
		return f, row.Scan(&f.URL, &f.Name)
	}, `SELECT t.address, t.name FROM attached t WHERE t.capture_id = (SELECT answer_id FROM address
			WHERE url IN (?, ?) AND answer_id IS NOT NULL ORDER BY last_seen_at DESC LIMIT 1)
		ORDER BY t.position`, bothSchemes(clean(withoutFragment(url)))...)
	if err != nil {
		return nil, fmt.Errorf("files of %s: %w", url, err)
	}
	return files, nil
}

// Unsettled returns the last whole answer of an address, with its body and what is needed to read it, if the run that got
// it saved no later capture of the same site; else nil. What follows from an answer is saved before the next one is asked
// for, so that only such an answer may lack its files: its run was killed there, or had nothing left to ask.
func (c *Crawl) Unsettled(ctx context.Context, url string) (*crawler.Capture, error) {
	var sum string
	out := &crawler.Capture{Header: http.Header{}}
	var contentType, encoding string
	ok, err := found(c.archive.reading.QueryRowContext(ctx, `SELECT c.capture_id, a.url, c.final_url, c.outcome, c.sha256,
			ifnull(c.content_type, ''),
			ifnull((SELECT group_concat(value, ', ') FROM json_each(c.headers, '$."Content-Encoding"')), '')
		FROM address a JOIN capture c ON c.capture_id = a.answer_id
		WHERE a.url IN (?, ?) AND a.answer_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM capture n
			WHERE n.crawl_id = c.crawl_id AND n.capture_id > c.capture_id AND n.site IS c.site)
		ORDER BY a.last_seen_at DESC LIMIT 1`, bothSchemes(clean(withoutFragment(url)))...).
		Scan(&out.ID, &out.URL, &out.FinalURL, &out.Outcome, &sum, &contentType, &encoding))
	if err == nil && ok {
		out.Header.Set("Content-Type", contentType)
		out.Header.Set("Content-Encoding", encoding)
		out.Body, err = c.archive.body(ctx, sum)
	}
	if err != nil {
		return nil, fmt.Errorf("last answer of %s: %w", url, err)
	}
	if !ok {
		return nil, nil
	}
	return out, nil
}

// SaveVisit records what the visit of one site came to, and brings the site's health columns and the links that are no
// longer listed up to date. Saving the visit of the same site again replaces it. Where reports were listed before and now
// none is, the detail says so.
func (c *Crawl) SaveVisit(ctx context.Context, v crawler.Visit) error {
	return c.archive.update(ctx, "save the visit of "+v.Site, func(tx *sql.Tx) error {
		silent, err := silences(ctx, tx, c.id, v)
		if err != nil {
			return err
		}
		for _, s := range silent {
			v.Detail = strings.TrimPrefix(v.Detail+"; "+s.Detail(), "; ")
		}
		return saveVisit(ctx, tx, c.id, v, c.archive.now())
	})
}

// saveVisit writes the row of a visit and what follows from it.
func saveVisit(ctx context.Context, tx *sql.Tx, crawl int64, v crawler.Visit, at time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO visits(crawl_id, site, system, outcome, detail, lists,
		items, new, changed, unchanged, gone, errors) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		crawl, v.Site, orNull(v.System), v.Outcome, orNull(clean(v.Detail)), v.Lists, v.Items, v.New, v.Changed,
		v.Unchanged, v.Gone, v.Errors)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO visit_end(crawl_id, site, ended_at) VALUES (?, ?, ?)`, crawl, v.Site,
		stamp(at)); err != nil {
		return fmt.Errorf("end of the visit: %w", err)
	}
	if _, err := tx.ExecContext(ctx, siteHealth, v.Site, stamp(at), v.Outcome == crawler.OutcomeOK, v.Items,
		orNull(v.System)); err != nil {
		return fmt.Errorf("site health: %w", err)
	}
	if _, err := tx.ExecContext(ctx, siteRecord, v.Site); err != nil {
		return fmt.Errorf("site health: %w", err)
	}
	if v.Outcome != crawler.OutcomeOK {
		return nil // only a complete visit proves that a link is gone
	}
	_, err = tx.ExecContext(ctx, `UPDATE link SET gone_at = ? WHERE site = ? AND crawl_id <> ? AND gone_at IS NULL`,
		stamp(at), v.Site, crawl)
	return err
}

// siteHealth notes what a visit says of a site. ?1 site, ?2 now, ?3 the visit ended ok, ?4 its items, ?5 system.
const siteHealth = `UPDATE sites SET
	system_seen = ifnull(?5, system_seen),
	last_ok_at = CASE WHEN ?3 THEN ?2 ELSE last_ok_at END,
	verified_at = CASE WHEN ?3 AND ?4 > 0 THEN ?2 ELSE verified_at END
	WHERE key = ?1`

// siteRecord sums up all visits of a site, in the order of time. ?1 site.
const siteRecord = `UPDATE sites SET
	empty_streak = (SELECT count(*) FROM visits v JOIN crawls c USING (crawl_id) WHERE v.site = ?1
		AND c.started_at > ifnull((SELECT max(d.started_at) FROM visits w JOIN crawls d USING (crawl_id)
			WHERE w.site = ?1 AND w.items > 0), '')),
	blocked_share = (SELECT avg(outcome LIKE 'blocked:%') FROM (SELECT v.outcome FROM visits v JOIN crawls c USING (crawl_id)
		WHERE v.site = ?1 ORDER BY c.started_at DESC, c.crawl_id DESC LIMIT 10)),
	expected = (SELECT max(items) FROM visits WHERE site = ?1),
	found = (SELECT v.items FROM visits v JOIN crawls c USING (crawl_id) WHERE v.site = ?1
		ORDER BY c.started_at DESC, c.crawl_id DESC LIMIT 1)
	WHERE key = ?1`

// sumUp closes a run: it sums up its visits, or of an import, which visits nobody, its captures. ?1 when it ended, ?2 its
// number.
const sumUp = `UPDATE crawls SET finished_at = ?1,
	(sites, ok, failed, new, changed, gone) = (SELECT count(*), ifnull(sum(outcome = 'ok'), 0),
		ifnull(sum(outcome <> 'ok'), 0),
		iif(trigger = 'import', (SELECT count(*) FROM capture c WHERE c.crawl_id = crawls.crawl_id AND c.outcome = 'new'),
			ifnull(sum(new), 0)),
		iif(trigger = 'import', (SELECT count(*) FROM capture c WHERE c.crawl_id = crawls.crawl_id AND c.outcome = 'changed'),
			ifnull(sum(changed), 0)), ifnull(sum(gone), 0)
		FROM visits v WHERE v.crawl_id = crawls.crawl_id)
	WHERE crawl_id = ?2`

// Finish ends the run, sums it up, and brings the archive's fingerprint up to date.
func (c *Crawl) Finish(ctx context.Context) (CrawlSummary, error) {
	err := c.archive.update(ctx, "finish the crawl", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, sumUp, stamp(c.archive.now()), c.id)
		return err
	})
	if err != nil {
		return CrawlSummary{}, err
	}
	if err := c.archive.refreshFingerprint(ctx); err != nil {
		return CrawlSummary{}, err
	}
	summaries, err := c.archive.crawls(ctx, `WHERE crawl_id = ?`, c.id)
	if err != nil {
		return CrawlSummary{}, err
	}
	return summaries[0], nil
}

// crawls reads rows of the relation crawls.
func (a *Archive) crawls(ctx context.Context, where string, args ...any) ([]CrawlSummary, error) {
	return selectCrawls(ctx, a.read, where, args...)
}

func selectCrawls(ctx context.Context, db querier, where string, args ...any) ([]CrawlSummary, error) {
	out, err := selectRows(ctx, db, func(row scanner) (s CrawlSummary, err error) {
		var started, finished sql.NullString
		if err = row.Scan(&s.ID, &s.Trigger, &started, &finished, &s.Sites, &s.OK, &s.Failed, &s.New, &s.Changed,
			&s.Gone); err != nil {
			return s, err
		}
		if s.StartedAt, err = unstamp(started); err != nil {
			return s, err
		}
		s.FinishedAt, err = unstamp(finished)
		return s, err
	}, `SELECT crawl_id, trigger, started_at, finished_at, sites, ok, failed, new, changed, gone FROM crawls `+where,
		args...)
	if err != nil {
		return nil, fmt.Errorf("read the crawls: %w", err)
	}
	return out, nil
}

// LastVisits returns when each site was last visited, by register key: the start of the run that visited it. A run that began after
// now was noted by a clock that was wrong, and says nothing: by it the site would not be due before that time has come. A visit
// that the end of its run broke off, or its death, is none: the site is still due.
func (a *Archive) LastVisits(ctx context.Context, now time.Time) (map[string]time.Time, error) {
	type visit struct {
		site string
		at   time.Time
	}
	visits, err := selectRows(ctx, a.read, func(row scanner) (v visit, err error) {
		var at sql.NullString
		if err = row.Scan(&v.site, &at); err != nil {
			return v, err
		}
		v.at, err = unstamp(at)
		return v, err
	}, `SELECT v.site, max(c.started_at) FROM visits v JOIN crawls c USING (crawl_id)
		WHERE c.started_at <= ? AND ifnull(v.detail, '') NOT LIKE ? AND ifnull(v.detail, '') <> ? GROUP BY v.site`,
		stamp(now), crawler.BrokenOff+"%", brokenOff)
	if err != nil {
		return nil, fmt.Errorf("last visits: %w", err)
	}
	last := make(map[string]time.Time, len(visits))
	for _, v := range visits {
		last[v.site] = v.at
	}
	return last, nil
}
