package archive

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/url"

	"nianbao/crawler"
)

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
	if err := m.refoldAll(containers); err != nil {
		return err
	}
	if err := m.pairMembers(); err != nil {
		return err
	}
	members, err := selectInts(m.ctx, m.tx, `SELECT address_id FROM merge_address WHERE known AND EXISTS (
			SELECT 1 FROM capture m WHERE m.address_id = merge_address.address_id AND m.member_of IS NOT NULL)
		UNION SELECT m.address_id FROM merge_address k JOIN capture z ON z.address_id = k.address_id
			JOIN capture m ON m.member_of = z.capture_id WHERE k.known ORDER BY 1`)
	if err != nil {
		return err
	}
	if err := m.refoldAll(members); err != nil {
		return err
	}
	return m.moveFiles()
}

// refoldAll lets the captures of addresses find their places.
func (m *merging) refoldAll(addresses []int64) error {
	for _, address := range addresses {
		parted, err := refold(m.ctx, m.tx, address, m.before, m.sameContent)
		if err != nil {
			return err
		}
		m.parted = append(m.parted, parted...)
		if err := m.exec(`INSERT INTO merge_folded(address_id) VALUES (?)`, address); err != nil {
			return err
		}
	}
	return nil
}

// sameContent compares two answers as the crawler does when it gets one. Bytes of which a person said something stay, so that
// what was said holds.
func (m *merging) sameContent(old, now answer) (bool, error) {
	final, err := url.Parse(now.final)
	if err != nil {
		return false, nil
	}
	sum, _ := now.came()
	for _, db := range []querier{m.tx, m.other.tx} {
		var said bool
		if err := db.QueryRowContext(m.ctx, `SELECT EXISTS (SELECT 1 FROM annotation WHERE sha256 = ?)`, sum).Scan(&said); err != nil || said {
			return false, err
		}
	}
	oldHeader, oldBody, err := m.content(old)
	if err != nil {
		return false, err
	}
	header, body, err := m.content(now)
	if err != nil {
		return false, err
	}
	return crawler.SameContent(crawler.Role(now.role), final, oldHeader, oldBody, header, body), nil
}

// content are the bytes of an answer, or those that its archive kept in place of them, and the header they came with.
func (m *merging) content(a answer) (http.Header, []byte, error) {
	sum, _ := a.came()
	capture := a.capture
	if a.status == http.StatusNotModified || a.received.Valid && !a.stored.Valid {
		capture = a.head
	}
	var headers sql.NullString
	if err := m.tx.QueryRowContext(m.ctx, `SELECT headers FROM capture WHERE capture_id = ?`, capture).Scan(&headers); err != nil {
		return nil, nil, fmt.Errorf("header of capture %d: %w", capture, err)
	}
	header, err := readHeader(headers)
	if err != nil {
		return nil, nil, refused("damaged: header of capture %d: %w", capture, err)
	}
	body, err := m.Archive.body(m.ctx, sum.String)
	return header, body, err
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

// moveFiles gives the files of a page whose bytes another capture brought first, as it turned out, to that capture, and to one
// that repeats none any more those of the page that it repeated.
func (m *merging) moveFiles() error {
	for _, p := range m.parted {
		if err := m.exec(`INSERT INTO attached(capture_id, position, address, name)
			SELECT ?1, position, address, name FROM attached WHERE capture_id = ?2
				AND NOT EXISTS (SELECT 1 FROM attached WHERE capture_id = ?1)`, p.from, p.to); err != nil {
			return fmt.Errorf("files of capture %d: %w", p.from, err)
		}
	}
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
