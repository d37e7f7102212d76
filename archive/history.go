package archive

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"nianbao/extract"
	"nianbao/extract/form"
)

// version is one answer of an address that was read as a report.
type version struct {
	capture   int64
	address   int64
	extractor string
	read      bool // by that extractor; else it failed, and what an earlier one read stands

	// What is known of the comparison with the version after it; zero if there was none.
	next     int64
	compared string // extractor
	digest   string
	cells    int64 // past_cell.capture_id
}

// keepHistory brings what is known of a report's superseded versions up to date: their cells, and what the publisher
// changed from each to the next. Two versions are compared when one extractor has read both; until then, what an
// earlier comparison found stands.
func (s *saving) keepHistory(report int64) error {
	versions, err := s.versions(report)
	if err != nil {
		return err
	}
	for i := range versions {
		v := &versions[i]
		had := v.digest
		if i+1 == len(versions) || versions[i+1].address != v.address { // the newest of its address
			err = s.forgetVersion(v)
		} else {
			var before *version
			if i > 0 && versions[i-1].address == v.address {
				before = &versions[i-1]
			}
			err = s.supersede(before, v, &versions[i+1])
		}
		if err != nil {
			return fmt.Errorf("history of report %d, version of capture %d: %w", report, v.capture, err)
		}
		if had != "" && had != v.digest { // later versions may have taken its rows over
			now, err := s.versions(report)
			if err != nil {
				return err
			}
			copy(versions[i+1:], now[i+1:])
		}
	}
	return nil
}

// versions returns the readings of a report by address, in the order of time.
func (s *saving) versions(report int64) ([]version, error) {
	versions, err := selectRows(s.ctx, s.tx, func(row scanner) (v version, err error) {
		return v, row.Scan(&v.capture, &v.address, &v.extractor, &v.read, &v.next, &v.compared, &v.digest, &v.cells)
	}, `SELECT c.capture_id, c.address_id, r.extractor, r.error IS NULL, ifnull(p.next_id, 0), ifnull(p.extractor, ''),
			ifnull(p.digest, ''), ifnull(p.cells_id, 0)
		FROM reading r JOIN capture c USING (capture_id) LEFT JOIN compared p USING (capture_id)
		WHERE r.report_id = ? ORDER BY c.address_id, c.fetched_at, c.capture_id`, report)
	if err != nil {
		return nil, fmt.Errorf("versions of report %d: %w", report, err)
	}
	return versions, nil
}

// supersede keeps the cells of v and what changed from it to next. before is the version before v, nil if it is the
// first.
func (s *saving) supersede(before, v, next *version) error {
	comparable := v.read && next.read && v.extractor == next.extractor
	switch {
	case v.next == next.capture && v.compared == v.extractor && comparable && v.capture != s.capture.id &&
		next.capture != s.capture.id:
		return nil // nothing new
	case !comparable && v.next == next.capture:
		return nil // what stood stands
	}
	if v.next != 0 {
		if _, err := s.tx.ExecContext(s.ctx, `DELETE FROM revision WHERE old_capture_id = ?`, v.capture); err != nil {
			return err
		}
	}
	older, err := s.reportIn(v.capture)
	if err != nil {
		return err
	}
	if v.cells == 0 || comparable {
		if err := s.keepCells(before, v, older); err != nil {
			return err
		}
	}
	v.next, v.compared = next.capture, ""
	if comparable {
		newer, err := s.reportIn(next.capture)
		if err != nil {
			return err
		}
		if err := s.insertChanges(v.capture, next.capture, changes(older, newer)); err != nil {
			return err
		}
		v.compared = v.extractor
	}
	_, err = s.tx.ExecContext(s.ctx, `INSERT OR REPLACE INTO compared(capture_id, next_id, extractor, digest, cells_id)
		VALUES (?, ?, ?, ?, ?)`, v.capture, v.next, orNull(v.compared), v.digest, v.cells)
	return err
}

// insertChanges writes the revisions from one version to the next.
func (s *saving) insertChanges(old, new int64, changes []change) error {
	for _, c := range changes {
		if _, err := s.tx.ExecContext(s.ctx, `INSERT INTO revision(old_capture_id, new_capture_id, relation, row_id,
			column_id, old_value, new_value) VALUES (?, ?, ?, ?, ?, ?, ?)`, old, new, c.place[0], c.place[1],
			c.place[2], c.old, c.new); err != nil {
			return fmt.Errorf("revision of %v: %w", c.place, err)
		}
	}
	return nil
}

// keepCells stores the cells of a superseded version, or notes that they are those of the version before: pages that
// differ in nothing but a counter of visitors cost no rows.
func (s *saving) keepCells(before, v *version, r *extract.Report) error {
	digest, err := cellsDigest(r.Cells)
	if err != nil || digest == v.digest {
		return err
	}
	if err := s.dropCells(v); err != nil {
		return err
	}
	v.digest, v.cells = digest, v.capture
	if before != nil && before.digest == digest {
		v.cells = before.cells
		return nil
	}
	_, err = s.insertCellsInto("past_cell(capture_id", v.capture, r.Cells)
	return err
}

// dropCells removes the stored cells of a version. Later versions that share them get their own.
func (s *saving) dropCells(v *version) error {
	if v.cells != v.capture {
		return nil
	}
	sharers, err := selectInts(s.ctx, s.tx, `SELECT capture_id FROM compared WHERE cells_id = ?1 AND capture_id <> ?1
		ORDER BY capture_id`, v.capture)
	if err != nil {
		return err
	}
	if len(sharers) > 0 { // the first of them takes the rows over, as they are
		if _, err := s.tx.ExecContext(s.ctx, `UPDATE past_cell SET capture_id = ?2 WHERE capture_id = ?1`, v.capture,
			sharers[0]); err != nil {
			return err
		}
		_, err := s.tx.ExecContext(s.ctx, `UPDATE compared SET cells_id = ?2 WHERE cells_id = ?1`, v.capture, sharers[0])
		return err
	}
	_, err = s.tx.ExecContext(s.ctx, `DELETE FROM past_cell WHERE capture_id = ?`, v.capture)
	return err
}

// forgetVersion removes what was kept of a version that no longer is a superseded one.
func (s *saving) forgetVersion(v *version) error {
	if v.next == 0 {
		return nil
	}
	if err := s.dropCells(v); err != nil {
		return err
	}
	for _, query := range []string{
		`DELETE FROM revision WHERE old_capture_id = ?`,
		`DELETE FROM compared WHERE capture_id = ?`,
	} {
		if _, err := s.tx.ExecContext(s.ctx, query, v.capture); err != nil {
			return err
		}
	}
	v.next, v.compared, v.digest, v.cells = 0, "", "", 0
	return nil
}

// forgetCapture is forgetVersion for the capture that was just read and turned out to be no report.
func (s *saving) forgetCapture() error {
	v := version{capture: s.capture.id}
	ok, err := found(s.tx.QueryRowContext(s.ctx, `SELECT next_id, cells_id FROM compared WHERE capture_id = ?`,
		v.capture).Scan(&v.next, &v.cells))
	if err != nil || !ok {
		return err
	}
	return s.forgetVersion(&v)
}

// reportIn loads what was read in a capture.
func (s *saving) reportIn(capture int64) (*extract.Report, error) {
	c := source{capture: capture}
	err := s.tx.QueryRowContext(s.ctx, `SELECT report FROM reading WHERE capture_id = ?`, capture).Scan(&c.packed)
	if err != nil {
		return nil, fmt.Errorf("load the reading of capture %d: %w", capture, err)
	}
	return s.unpackReport(c)
}

// cellsDigest tells lists of cells apart.
func cellsDigest(cells []form.Cell) (string, error) {
	text, err := jsonText(cells)
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16]), err
}
