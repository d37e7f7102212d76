package archive

import "slices"

// mergeAddresses brings what is kept beside addresses up to date. An address that this archive never asked is as the other
// left it. Where both have captures, each finds its place in time (refold), containers before the files in them.
func (m *merging) mergeAddresses() error {
	if err := m.adopt(); err != nil {
		return err
	}
	containers, err := selectInts(m.ctx, m.tx, `SELECT address_id FROM merge_address WHERE known AND NOT EXISTS (
		SELECT 1 FROM capture m WHERE m.address_id = merge_address.address_id AND m.member_of IS NOT NULL) ORDER BY address_id`)
	if err != nil {
		return err
	}
	members, err := selectInts(m.ctx, m.tx, `SELECT address_id FROM merge_address WHERE known AND EXISTS (
			SELECT 1 FROM capture m WHERE m.address_id = merge_address.address_id AND m.member_of IS NOT NULL)
		UNION SELECT m.address_id FROM merge_address k JOIN capture z ON z.address_id = k.address_id
			JOIN capture m ON m.member_of = z.capture_id WHERE k.known ORDER BY 1`)
	if err != nil {
		return err
	}
	for _, address := range slices.Concat(containers, members) {
		if err := refold(m.ctx, m.tx, address); err != nil {
			return err
		}
		if err := m.exec(`INSERT INTO merge_folded(address_id) VALUES (?)`, address); err != nil {
			return err
		}
	}
	return m.moveFiles()
}

// adopt copies the rows of addresses that this archive never asked.
func (m *merging) adopt() error {
	return m.each("address", `address t`, func(r record) error {
		missed := any(nil)
		if r.get("missed_crawl") != nil {
			missed = m.runs[r.number("missed_crawl")].id
		}
		return m.exec(`UPDATE address SET (first_seen_at, last_seen_at, missed_at, missed_crawl, gone_at) = (?2, ?3, ?4, ?5, ?6),
			answer_id = (SELECT ours FROM merge_capture WHERE theirs = ?7)
			WHERE address_id = (SELECT address_id FROM merge_address WHERE theirs = ?1 AND NOT known)`,
			r.get("address_id"), r.get("first_seen_at"), r.get("last_seen_at"), r.get("missed_at"), missed, r.get("gone_at"),
			r.get("answer_id"))
	})
}

// moveFiles gives the files of a page whose bytes another capture brought first, as it turned out, to that capture.
func (m *merging) moveFiles() error {
	moved, err := m.moved(`attached`)
	if err != nil {
		return err
	}
	for _, c := range moved {
		if err := m.exec(`UPDATE attached SET capture_id = ?2 WHERE capture_id = ?1
			AND NOT EXISTS (SELECT 1 FROM attached WHERE capture_id = ?2)`, c.from, c.to); err != nil {
			return err
		}
		if err := m.exec(`DELETE FROM attached WHERE capture_id = ?`, c.from); err != nil {
			return err
		}
	}
	return nil
}

// move is a capture that is no longer the first with its bytes, and the one that is.
type move struct{ from, to int64 }

// moved are the captures with rows in a table that are no longer the first with their bytes.
func (m *merging) moved(table string) ([]move, error) {
	return selectRows(m.ctx, m.tx, func(row scanner) (c move, err error) {
		return c, row.Scan(&c.from, &c.to)
	}, `SELECT DISTINCT c.capture_id, c.answer_id FROM merge_folded JOIN capture c USING (address_id) JOIN `+table+` t USING (capture_id)
		WHERE c.answer_id IS NOT NULL AND c.answer_id <> c.capture_id ORDER BY c.fetched_at, c.capture_id`)
}
