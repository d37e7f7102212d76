package archive

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/klauspost/compress/zstd"

	"nianbao/extract"
)

// mergeReadings files the other archive's readings, where this one's extractor made them and nothing is known of the
// bytes here, as if they had been saved now; and makes the reports anew whose versions found other places in time.
func (m *merging) mergeReadings() error {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxReading),
		zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		return err
	}
	defer decoder.Close()
	if !m.options.Reread && m.extractor != "" {
		err := m.each("reading", `reading t ORDER BY t.capture_id`, func(r record) error {
			return m.mergeReading(r, decoder)
		})
		if err != nil {
			return err
		}
	}
	if err := m.moveReadings(); err != nil {
		return err
	}
	if err := m.repeatReadings(decoder); err != nil {
		return err
	}
	reports, err := selectInts(m.ctx, m.tx, `SELECT DISTINCT r.report_id FROM merge_folded JOIN capture c USING (address_id)
		JOIN reading r USING (capture_id) WHERE r.report_id IS NOT NULL ORDER BY 1`)
	if err != nil {
		return err
	}
	for _, id := range reports {
		if err := m.saving(0).settle(id); err != nil {
			return fmt.Errorf("report %d: %w", id, err)
		}
	}
	return nil
}

// saving is a SaveReading within the merge.
func (m *merging) saving(capture int64) *saving {
	s := m.Archive.saving(m.ctx, m.db)
	s.extractor, s.readAt, s.capture = m.extractor, stamp(m.now()), captured{id: capture}
	return s
}

// mergeReading files one reading, unless these bytes are read. One that does not unpack to what an extractor makes, or has
// numbers that the archive has no place for, is left: the pipeline will read the capture.
func (m *merging) mergeReading(r record, decoder *zstd.Decoder) error {
	if r.text("extractor") != m.extractor || r.get("error") != nil && r.get("report") != nil {
		return nil
	}
	ids, err := selectInts(m.ctx, m.tx, `SELECT c.answer_id FROM merge_capture k JOIN capture c ON c.capture_id = k.ours
		WHERE k.theirs = ?1 AND c.answer_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM reading r
			WHERE r.capture_id = c.answer_id AND r.extractor = ?2)`, r.get("capture_id"), m.extractor)
	if err != nil || len(ids) == 0 {
		return err
	}
	s := m.saving(0)
	if err := s.load(ids[0]); err != nil {
		return err
	}
	s.readAt = r.text("read_at")
	if why := r.text("error"); why != "" {
		return s.noteError(fmt.Errorf("%s", why))
	}
	packed, _ := r.get("report").([]byte)
	reading, ok := unpackedReading(r.text("not_report"), r.text("reason"), packed, decoder)
	if !ok {
		return nil
	}
	if _, err := s.save(reading); err != nil {
		return fmt.Errorf("capture %v: %w", r.get("capture_id"), err)
	}
	m.out.Readings++
	return nil
}

// unpackedReading is what an extractor made, if that is what a row of reading has.
func unpackedReading(kind, reason string, packed []byte, decoder *zstd.Decoder) (extract.Reading, bool) {
	if kind != "" {
		return extract.Reading{NotReport: &extract.NotReport{Kind: kind, Reason: reason}}, true
	}
	text, err := unpackReading(decoder, packed)
	if err != nil || len(packed) == 0 {
		return extract.Reading{}, false
	}
	report := new(extract.Report)
	if json.Unmarshal(text, report) != nil || checkCells(report.Cells) != nil {
		return extract.Reading{}, false
	}
	return extract.Reading{Report: report}, true
}

// moveReadings gives the reading of bytes that another capture brought first, as it turned out, to that capture, unless it
// has one. What was kept of the version that is none by itself any more goes.
func (m *merging) moveReadings() error {
	moved, err := m.moved(`reading`)
	if err != nil {
		return err
	}
	for _, c := range moved {
		reports, err := selectInts(m.ctx, m.tx, `SELECT report_id FROM reading WHERE capture_id = ? AND report_id IS NOT NULL`, c.from)
		if err != nil {
			return err
		}
		if err := m.saving(c.from).forgetCapture(); err != nil {
			return err
		}
		if err := m.exec(`UPDATE reading SET capture_id = ?2 WHERE capture_id = ?1
			AND NOT EXISTS (SELECT 1 FROM reading WHERE capture_id = ?2)`, c.from, c.to); err != nil {
			return err
		}
		if err := m.exec(`DELETE FROM reading WHERE capture_id = ?`, c.from); err != nil {
			return err
		}
		for _, id := range reports {
			if err := m.saving(0).settle(id); err != nil {
				return fmt.Errorf("report %d: %w", id, err)
			}
		}
	}
	return nil
}

// repeatReadings files the reading of bytes once more for a capture that turned out to have brought them back, as others came
// between. What such a capture says of their encoding may be wrong, or nothing, as a 304 brings none; so it is not left to be
// read, unless it is a container, whose files are captures.
func (m *merging) repeatReadings(decoder *zstd.Decoder) error {
	type back struct {
		capture              int64
		readAt, kind, reason string
		packed               []byte
	}
	all, err := selectRows(m.ctx, m.tx, func(row scanner) (b back, err error) {
		return b, row.Scan(&b.capture, &b.readAt, &b.kind, &b.reason, &b.packed)
	}, `SELECT c.capture_id, r.read_at, ifnull(r.not_report, ''), ifnull(r.reason, ''), r.report FROM merge_folded
		JOIN capture c USING (address_id) JOIN reading r ON r.capture_id = (SELECT o.capture_id FROM capture o
			JOIN reading s USING (capture_id) WHERE o.address_id = c.address_id AND o.sha256 = c.sha256 AND s.extractor = ?
				AND s.error IS NULL AND s.not_report IS NOT ? LIMIT 1)
		WHERE c.outcome IN ('new', 'changed') AND c.role IN ('page', 'attachment')
			AND NOT EXISTS (SELECT 1 FROM reading n WHERE n.capture_id = c.capture_id)
		ORDER BY c.fetched_at, c.capture_id`, m.extractor, extract.Container)
	if err != nil {
		return err
	}
	for _, b := range all {
		reading, ok := unpackedReading(b.kind, b.reason, b.packed, decoder)
		if !ok {
			continue
		}
		s := m.saving(0)
		if err := s.load(b.capture); err != nil {
			return err
		}
		s.readAt = b.readAt
		if _, err := s.save(reading); err != nil {
			return fmt.Errorf("capture %d: %w", b.capture, err)
		}
	}
	return nil
}

// keepNumbers gives reports that the other archive archived first the number that they have there.
func (m *merging) keepNumbers() error {
	type numbered struct {
		id, capture int64
		at          string
		urls        string
		year        int
	}
	// SQLite takes the bare columns from the row with the minimum.
	reports, err := selectRows(m.ctx, m.other.tx, func(row scanner) (n numbered, err error) {
		return n, row.Scan(&n.id, &n.at, &n.capture, &n.urls, &n.year)
	}, `SELECT r.report_id, min(c.fetched_at), r.capture_id, (SELECT group_concat(a.url, char(10)) FROM reading o
			JOIN capture oc USING (capture_id) JOIN address a USING (address_id) WHERE o.report_id = r.report_id), ifnull(p.year, 0)
		FROM reading r JOIN capture c USING (capture_id) JOIN report p USING (report_id) GROUP BY r.report_id`)
	if err != nil {
		return foreignError(err)
	}
	for _, n := range reports {
		ours, err := selectInts(m.ctx, m.tx, `SELECT r.report_id FROM merge_capture k JOIN capture c ON c.capture_id = k.ours
			JOIN reading r ON r.capture_id = c.answer_id WHERE k.theirs = ? AND r.report_id IS NOT NULL`, n.capture)
		if err != nil {
			return err
		}
		if len(ours) == 0 || ours[0] == n.id {
			continue
		}
		id := ours[0]
		if name := nameOf(n.id, strings.Split(n.urls, "\n"), n.year); name != "" {
			if id, err = m.renumber(id, n.id, n.at, name); err != nil {
				return fmt.Errorf("report %d: %w", ours[0], err)
			}
		}
		if id != n.id {
			if err := m.exec(`INSERT INTO merge_report(theirs, ours) VALUES (?, ?)`, n.id, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// nameOf is the address of which a report's number was made; "" if it is of none of these.
func nameOf(id int64, urls []string, year int) string {
	for _, url := range urls {
		if id == hash53(url) || id == hash53(fmt.Sprintf("%s#%d", url, year)) {
			return url
		}
	}
	return ""
}

// renumber gives a report the number that the other archive has for it, if it was archived there first, at at. Another report
// may have that number here, as the address had several years' reports. Of the two, the one that was archived later gets the
// number that it would have got had it come second. It returns the number that the report has then.
func (m *merging) renumber(from, to int64, at, address string) (int64, error) {
	first, err := m.archived(from)
	if err != nil || first <= at {
		return from, err
	}
	taken, err := m.yearOf(to)
	if err != nil {
		return from, err
	}
	if len(taken) > 0 {
		holder, err := m.archived(to)
		if err != nil {
			return from, err
		}
		if holder <= at {
			return m.renameSecond(from, address)
		}
		if moved, err := m.renameSecond(to, address); err != nil || moved == to {
			return from, err
		}
	}
	return to, m.rename(from, to)
}

// renameSecond gives a report the number of one that came second at an address, which has the year in it, if the document
// says its year and the number is free. It returns the number that the report has then.
func (m *merging) renameSecond(report int64, address string) (int64, error) {
	year, err := m.yearOf(report)
	if err != nil || len(year) == 0 || year[0] == 0 {
		return report, err
	}
	second := hash53(fmt.Sprintf("%s#%d", address, year[0]))
	there, err := m.yearOf(second)
	if err != nil || len(there) > 0 {
		return report, err
	}
	return second, m.rename(report, second)
}

// yearOf returns the year of a report, 0 where the document does not say; nothing if there is no such report.
func (m *merging) yearOf(report int64) ([]int64, error) {
	return selectInts(m.ctx, m.tx, `SELECT ifnull(year, 0) FROM report WHERE report_id = ?`, report)
}

// archived returns when a report was first archived here before the merge; later than any time if it was not.
func (m *merging) archived(report int64) (first string, err error) {
	return first, m.tx.QueryRowContext(m.ctx, `SELECT ifnull(min(k.fetched_at), '~') FROM reading r
		JOIN capture k ON k.answer_id = r.capture_id WHERE r.report_id = ? AND k.capture_id <= ?`, report, m.before).Scan(&first)
}

// rename gives a report another number, which must be free.
func (m *merging) rename(from, to int64) error {
	for _, query := range []string{
		`UPDATE reading SET report_id = ?2 WHERE report_id = ?1`,
		`UPDATE annotation SET report_id = ?2 WHERE report_id = ?1`,
	} {
		if err := m.exec(query, from, to); err != nil {
			return err
		}
	}
	if err := m.saving(0).remove(from); err != nil {
		return err
	}
	return m.saving(0).settle(to)
}

// mergeAnnotations takes over what people said, of two words on the same thing the later one, and lets it have its effect.
// What they said of a report they said of the report here.
func (m *merging) mergeAnnotations() error {
	n := &annotating{saving: m.saving(0), out: &Annotated{}, now: m.now(), near: map[int64]bool{}}
	err := m.each("annotation", `annotation t ORDER BY t.annotation_id`, func(r record) error {
		ids, err := selectInts(m.ctx, m.tx, `SELECT ours FROM merge_report WHERE theirs = ?`, r.get("report_id"))
		if err != nil {
			return err
		}
		if len(ids) > 0 {
			r.set("report_id", ids[0])
		}
		const same = `sha256 = ?1 AND relation IS ?2 AND row_id IS ?3 AND column_id IS ?4 AND other_body IS ?5`
		of := []any{r.get("sha256"), r.get("relation"), r.get("row_id"), r.get("column_id"), r.get("other_body")}
		newer, err := selectInts(m.ctx, m.tx, `SELECT at >= ?6 FROM annotation WHERE `+same, append(of, r.get("at"))...)
		if err != nil || len(newer) > 0 && newer[0] != 0 {
			return err
		}
		if err := m.exec(`DELETE FROM annotation WHERE `+same, of...); err != nil {
			return err
		}
		r.set("annotation_id", nil) // numbers are each archive's own
		if err := r.insert(m.ctx, m.tx, `INSERT`); err != nil {
			return err
		}
		n.touch(r.text("sha256"))
		if other, ok := r.get("other_body").(int64); ok {
			n.near[other] = true
			own, err := selectInts(m.ctx, m.tx, `SELECT p.body FROM capture c JOIN reading rd USING (capture_id)
				JOIN report p USING (report_id) WHERE c.sha256 = ? AND p.body IS NOT NULL`, r.text("sha256"))
			if err != nil {
				return err
			}
			for _, body := range own {
				n.near[body] = true
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return n.apply()
}
