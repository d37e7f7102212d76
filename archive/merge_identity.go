package archive

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// Which report a reading is depends on those filed before it. So what the other archive read, and whatever here has to do with
// it, is filed once more, in the order in which one archive would have got to read it.

// arrived is when a capture came into its archive, as SQL: one that was fetched, when it was; an import with its run.
const arrived = `iif(c.transport = 'import', w.started_at, c.fetched_at)`

// refileReadings files the readings in merge_reading, and those here that have to do with them. left are reports that lost
// readings already.
func (m *merging) refileReadings(left []int64) error {
	if err := m.gather(); err != nil {
		return err
	}
	reports, err := selectInts(m.ctx, m.tx, `SELECT r.report_id FROM merge_reading JOIN reading r USING (capture_id)
		WHERE r.report_id IS NOT NULL UNION SELECT number FROM merge_reading WHERE number IS NOT NULL AND NOT theirs`)
	if err != nil {
		return err
	}
	if err := m.exec(`UPDATE reading SET report_id = NULL WHERE capture_id IN (SELECT capture_id FROM merge_reading)`); err != nil {
		return err
	}
	reports = append(reports, left...)
	slices.Sort(reports)
	for _, id := range slices.Compact(reports) {
		if err := m.saving(0).settle(id); err != nil {
			return fmt.Errorf("report %d: %w", id, err)
		}
	}
	captures, err := selectInts(m.ctx, m.tx, `SELECT q.capture_id FROM merge_reading q JOIN capture c USING (capture_id)
		JOIN crawls w USING (crawl_id) ORDER BY `+arrived+`, c.fetched_at, c.capture_id`)
	if err != nil {
		return err
	}
	for _, id := range captures {
		s := m.saving(0)
		var had heldNumber
		if err := s.tx.QueryRowContext(m.ctx, `SELECT ifnull(number, 0), theirs FROM merge_reading WHERE capture_id = ?`, id).
			Scan(&had.number, &had.theirs); err != nil {
			return err
		}
		if m.kept[had] {
			s.number = had.number
		}
		if err := s.refile(id); err != nil {
			return fmt.Errorf("capture %d: %w", id, err)
		}
	}
	return m.exec(`UPDATE annotation SET report_id = ifnull((SELECT r.report_id FROM merge_reading q JOIN reading r USING (capture_id)
		JOIN capture c USING (capture_id) WHERE q.number = annotation.report_id AND NOT q.theirs AND r.report_id IS NOT NULL
		ORDER BY c.sha256 <> annotation.sha256, q.capture_id LIMIT 1), report_id)`)
}

// gather adds to merge_reading the readings here that have to do with those in it: whose captures found other places in time,
// or that share an address, a report, or what makes two documents one report, directly or by others.
func (m *merging) gather() error {
	const add = `INSERT OR IGNORE INTO merge_reading(capture_id, number, theirs) SELECT r.capture_id, r.report_id, 0 FROM `
	if err := m.exec(add + `merge_folded JOIN capture c USING (address_id) JOIN reading r USING (capture_id)
		WHERE r.report_id IS NOT NULL`); err != nil {
		return err
	}
	count := func() (int64, error) { return m.last(`SELECT count(*) FROM merge_reading`) }
	n, err := count()
	if err != nil || n == 0 {
		return err
	}
	if err := m.identify(); err != nil {
		return err
	}
	for before := int64(0); n > before; {
		before = n
		for _, related := range []string{
			`merge_reading q JOIN capture a ON a.capture_id = q.capture_id JOIN capture c ON c.address_id = a.address_id
				JOIN reading r ON r.capture_id = c.capture_id`,
			`merge_reading q JOIN reading a ON a.capture_id = q.capture_id JOIN reading r ON r.report_id = ifnull(a.report_id,
				iif(q.theirs, NULL, q.number))`,
			`merge_reading q JOIN merge_identity i ON i.capture_id = q.capture_id
				JOIN merge_identity o ON (o.body, o.year, o.scope) = (i.body, i.year, i.scope)
				JOIN reading r ON r.capture_id = o.capture_id`,
		} {
			if err := m.exec(add + related + ` WHERE r.report_id IS NOT NULL`); err != nil {
				return err
			}
		}
		if n, err = count(); err != nil {
			return err
		}
	}
	return nil
}

// identify notes which report each reading says it is. Of one that speaks for its report the report's row says it.
func (m *merging) identify() error {
	if err := m.exec(`INSERT INTO merge_identity(capture_id, body, year, scope) SELECT p.capture_id, p.body, p.year, p.scope FROM report p
		WHERE p.body IS NOT NULL AND p.year IS NOT NULL`); err != nil {
		return err
	}
	others, err := selectInts(m.ctx, m.tx, `SELECT r.capture_id FROM reading r LEFT JOIN report p USING (report_id)
		WHERE r.report IS NOT NULL AND p.capture_id IS NOT r.capture_id`)
	if err != nil {
		return err
	}
	for _, id := range others {
		s := m.saving(0)
		err := s.load(id)
		if err != nil {
			return err
		}
		r, err := s.reportIn(id)
		if err == nil {
			r, err = s.located(s.capture.url, r)
		}
		if err != nil {
			return fmt.Errorf("capture %d: %w", id, err)
		}
		if r.Authority == "" || r.Year == 0 {
			continue
		}
		if err := m.exec(`INSERT OR REPLACE INTO merge_identity(capture_id, body, year, scope) VALUES (?, ?, ?, ?)`, id,
			authorOf(s.capture.site, s.capture.region, r).body, r.Year, cmp.Or(r.Scope, "unknown")); err != nil {
			return err
		}
	}
	return nil
}

// keepNumbers finds out which reports keep their numbers if they are filed first: those whose number is not made of the address
// where their archive found them first, as an earlier extractor, or the death of a run, made it so. No archive has numbers below
// one.
func (m *merging) keepNumbers() error {
	m.kept = map[heldNumber]bool{}
	for theirs, db := range map[bool]querier{false: m.tx, true: m.other.tx} {
		// SQLite takes the bare columns from the row with the minimum.
		rows, err := db.QueryContext(m.ctx, `SELECT r.report_id, a.url, ifnull(r.year, 0),
				min(printf('%s %s %020d', `+arrived+`, c.fetched_at, c.capture_id))
			FROM reading r JOIN capture c USING (capture_id) JOIN crawls w USING (crawl_id) JOIN address a USING (address_id)
			WHERE r.report_id BETWEEN 1 AND (1 << 53) - 1 GROUP BY r.report_id`)
		if err != nil {
			return foreignError(err)
		}
		for rows.Next() {
			var number int64
			var url, first string
			var year int
			if err := rows.Scan(&number, &url, &year, &first); err != nil {
				return errors.Join(foreignError(err), rows.Close())
			}
			if number != hash53(url) && number != hash53(fmt.Sprintf("%s#%d", url, year)) {
				m.kept[heldNumber{number, theirs}] = true
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return foreignError(err)
		}
	}
	return nil
}

// heldNumber is the number of a report in one of the archives.
type heldNumber struct {
	number int64
	theirs bool
}
