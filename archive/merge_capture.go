package archive

import (
	"database/sql"
)

// sent is what tells exchanges of one request and time apart: the bytes that came. Those of a 304 are none, whatever a merge
// made of it.
const sent = `CASE WHEN k.http_status = 304 THEN NULL ELSE ifnull(k.received, k.sha256) END`

// mergeRuns takes the runs over. A run is known by its trigger, by when it began, and, as two machines may begin one in the
// same moment, by a capture that is in both archives, if either has any.
func (m *merging) mergeRuns() error {
	last, err := m.last(`SELECT ifnull(max(crawl_id), 0) FROM crawls`)
	if err != nil {
		return err
	}
	var met []record
	err = m.each("crawls", `crawls t ORDER BY t.crawl_id`, func(r record) error {
		met = append(met, r)
		return nil
	})
	if err != nil {
		return err
	}
	for _, r := range met {
		theirs := r.number("crawl_id")
		id, err := m.knownRun(r, last)
		if err != nil {
			return err
		}
		if id == 0 {
			if err := m.newRun(r); err != nil {
				return err
			}
			m.runs[theirs] = run{id: r.number("crawl_id"), later: true}
			continue
		}
		known := run{id: id}
		if err := m.tx.QueryRowContext(m.ctx, `SELECT ifnull(finished_at, '') < ?2 FROM crawls WHERE crawl_id = ?1`, id,
			r.text("finished_at")).Scan(&known.later); err != nil {
			return err
		}
		if known.later {
			r.set("crawl_id", id)
			if err := m.exec(`UPDATE crawls SET (finished_at, sites, ok, failed, new, changed, gone) = (?2, ?3, ?4, ?5, ?6, ?7, ?8)
				WHERE crawl_id = ?1`, id, r.get("finished_at"), r.get("sites"), r.get("ok"), r.get("failed"), r.get("new"),
				r.get("changed"), r.get("gone")); err != nil {
				return err
			}
		}
		m.runs[theirs] = known
	}
	return nil
}

func (m *merging) last(query string) (n int64, err error) {
	return n, m.tx.QueryRowContext(m.ctx, query).Scan(&n)
}

// newRun inserts a run under the next number.
func (m *merging) newRun(r record) error {
	next, err := m.last(`SELECT ifnull(max(crawl_id), 0) + 1 FROM crawls`)
	if err != nil {
		return err
	}
	r.set("crawl_id", next)
	m.out.Runs++
	return r.insert(m.ctx, m.tx, `INSERT`)
}

// knownRun is the number of the run in this archive; 0 if it is not there. last is the last run before the merge.
func (m *merging) knownRun(r record, last int64) (int64, error) {
	candidates, err := selectInts(m.ctx, m.tx, `SELECT crawl_id FROM crawls WHERE trigger = ? AND started_at = ? AND crawl_id <= ?
		ORDER BY crawl_id`, r.text("trigger"), r.text("started_at"), last)
	if err != nil || len(candidates) == 0 {
		return 0, err
	}
	asked, err := selectRows(m.ctx, m.other.tx, scanExchange, exchangesOf+` WHERE k.crawl_id = ?`, r.number("crawl_id"))
	if err != nil {
		return 0, foreignError(err)
	}
	for _, id := range candidates {
		same, err := m.sameRun(id, asked)
		if err != nil || same {
			return id, err
		}
	}
	return 0, nil
}

// exchangesOf selects what makes exchanges the same.
const exchangesOf = `SELECT a.url, a.method, a.request_sha256, k.fetched_at, ` + sent + ` FROM capture k JOIN address a USING (address_id)`

// exchangeKey is what makes two exchanges the same.
type exchangeKey struct {
	url, method, request, at string
	sum                      sql.NullString
}

func scanExchange(row scanner) (k exchangeKey, err error) {
	return k, row.Scan(&k.url, &k.method, &k.request, &k.at, &k.sum)
}

// sameRun says whether a run of this archive shares a capture with one of the other, or whether either has none.
func (m *merging) sameRun(id int64, theirs []exchangeKey) (bool, error) {
	ours, err := selectRows(m.ctx, m.tx, scanExchange, exchangesOf+` WHERE k.crawl_id = ?`, id)
	if err != nil || len(ours) == 0 || len(theirs) == 0 {
		return err == nil, err
	}
	have := make(map[exchangeKey]bool, len(ours))
	for _, k := range ours {
		have[k] = true
	}
	for _, k := range theirs {
		if have[k] {
			return true, nil
		}
	}
	return false, nil
}

// theirCaptures are the columns that each capture comes with besides its own: its request, and how many captures of the same
// exchange came before it.
var theirCaptures = []string{"a.url", "a.method", "a.request_sha256", `(SELECT count(*) FROM capture k WHERE k.address_id = t.address_id
	AND k.fetched_at = t.fetched_at AND ` + sent + ` IS CASE WHEN t.http_status = 304 THEN NULL ELSE ifnull(t.received, t.sha256) END
	AND k.capture_id < t.capture_id)`}

// mergeCaptures takes over the captures that this archive lacks, behind its own, in the order that they have.
func (m *merging) mergeCaptures() error {
	addresses, err := m.last(`SELECT ifnull(max(address_id), 0) FROM address`)
	if err != nil {
		return err
	}
	err = m.each("capture", `capture t JOIN address a USING (address_id) ORDER BY t.capture_id`, func(r record) error {
		return m.mergeCapture(r, addresses)
	}, theirCaptures...)
	if err != nil {
		return err
	}
	return m.exec(`UPDATE capture SET answer_id = (SELECT a.ours FROM merge_capture k JOIN merge_capture a ON a.theirs = k.answer
		WHERE k.ours = capture.capture_id) WHERE capture_id > ?`, m.before)
}

// mergeCapture takes one capture over. addresses is the last address before the merge.
func (m *merging) mergeCapture(r record, addresses int64) error {
	theirs, theirAddress := r.number("capture_id"), r.number("address_id")
	address, err := m.addressOf(r)
	if err != nil {
		return err
	}
	sum := r.get("received")
	if sum == nil {
		sum = r.get("sha256")
	}
	if r.number("http_status") == 304 {
		sum = nil
	}
	ids, err := selectInts(m.ctx, m.tx, `SELECT k.capture_id FROM capture k WHERE k.address_id = ? AND k.fetched_at = ?
		AND `+sent+` IS ? AND k.capture_id <= ? ORDER BY k.capture_id LIMIT 1 OFFSET ?`, address, r.text("fetched_at"), sum, m.before,
		r.get(theirCaptures[3]))
	if err != nil {
		return err
	}
	var container any
	if r.get("member_of") != nil {
		ours, err := m.captureOf(r.get("member_of"))
		if err != nil {
			return err
		}
		container = ours
		if len(ids) == 0 {
			twin, err := m.twinOf(address, ours)
			if err != nil {
				return err
			}
			if twin != 0 {
				ids = []int64{twin}
			}
		}
	}
	if len(ids) > 0 {
		m.out.Known++
		return m.exec(`INSERT INTO merge_capture(theirs, ours, fresh, answer) VALUES (?, ?, 0, ?)`, theirs, ids[0], r.get("answer_id"))
	}
	m.out.Captures++
	id, err := m.last(`SELECT ifnull(max(capture_id), 0) + 1 FROM capture`)
	if err != nil {
		return err
	}
	if err := m.exec(`INSERT INTO merge_capture(theirs, ours, fresh, answer) VALUES (?, ?, 1, ?)`, theirs, id,
		r.get("answer_id")); err != nil {
		return err
	}
	r.set("member_of", container)
	r.set("capture_id", id)
	r.set("crawl_id", m.runs[r.number("crawl_id")].id)
	r.set("address_id", address)
	r.set("answer_id", nil)
	if err := r.insert(m.ctx, m.tx, `INSERT`); err != nil {
		return err
	}
	return m.exec(`INSERT OR IGNORE INTO merge_address(address_id, theirs, known) VALUES (?, ?, ?)`, address, theirAddress,
		address <= addresses)
}

// captureOf is the number of a capture here. One that did not come before what refers to it is damage.
func (m *merging) captureOf(theirs any) (int64, error) {
	ids, err := selectInts(m.ctx, m.tx, `SELECT ours FROM merge_capture WHERE theirs = ?`, theirs)
	if err == nil && len(ids) == 0 {
		err = refused("damaged: capture %v comes behind what refers to it", theirs)
	}
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// addressOf is the row of a capture's address here, made if it is not there.
func (m *merging) addressOf(r record) (int64, error) {
	request := []any{r.text(theirCaptures[0]), r.text(theirCaptures[1]), r.text(theirCaptures[2])}
	ids, err := selectInts(m.ctx, m.tx, `SELECT address_id FROM address WHERE url = ? AND method = ? AND request_sha256 = ?`, request...)
	if err == nil && len(ids) == 0 {
		ids, err = selectInts(m.ctx, m.tx, `INSERT INTO address(url, method, request_sha256) VALUES (?, ?, ?) RETURNING address_id`,
			request...)
	}
	if err != nil {
		return 0, err
	}
	return ids[0], nil
}

// mergeNames takes over what is known of captured files.
func (m *merging) mergeNames() error {
	return m.each("file", `file t ORDER BY t.capture_id`, func(r record) error {
		id, err := m.captureOf(r.get("capture_id"))
		if err != nil {
			return err
		}
		r.set("capture_id", id)
		return r.insert(m.ctx, m.tx, `INSERT OR IGNORE`)
	})
}

// mergeAttached takes over which files pages carry. Of a page that both archives have, what this one knows stays. A capture
// that turned out to have brought bytes back carries the files that they carried before.
func (m *merging) mergeAttached() error {
	var page int64 // of the other archive, whose files are being looked at
	var head int64 // here; 0 for one whose files are known
	err := m.each("attached", `attached t ORDER BY t.capture_id, t.position`, func(r record) error {
		if theirs := r.number("capture_id"); theirs != page {
			page = theirs
			var err error
			if head, err = m.withoutFiles(theirs); err != nil {
				return err
			}
		}
		if head == 0 {
			return nil
		}
		r.set("capture_id", head)
		return r.insert(m.ctx, m.tx, `INSERT`)
	})
	if err != nil {
		return err
	}
	return m.exec(`INSERT INTO attached(capture_id, position, address, name) SELECT c.capture_id, t.position, t.address, t.name
		FROM merge_folded JOIN capture c USING (address_id) JOIN attached t ON t.capture_id = (SELECT max(o.capture_id)
			FROM capture o JOIN attached USING (capture_id) WHERE o.address_id = c.address_id AND o.sha256 = c.sha256)
		WHERE c.answer_id = c.capture_id AND NOT EXISTS (SELECT 1 FROM attached n WHERE n.capture_id = c.capture_id)`)
}

// withoutFiles is the capture that brought the bytes of a page first, if nothing is known of its files; else 0.
func (m *merging) withoutFiles(theirs int64) (int64, error) {
	ids, err := selectInts(m.ctx, m.tx, `SELECT ifnull(c.answer_id, c.capture_id) FROM merge_capture k
		JOIN capture c ON c.capture_id = k.ours WHERE k.theirs = ?
			AND NOT EXISTS (SELECT 1 FROM attached t WHERE t.capture_id = ifnull(c.answer_id, c.capture_id))`, theirs)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return ids[0], nil
}
