package archive

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"nianbao/extract"
)

// mergeReadings takes the other archive's readings over, where this one's extractor made them and nothing is known of the
// bytes here; and files these, and what they have to do with here, anew (refileReadings).
func (m *merging) mergeReadings() error {
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxReading),
		zstd.WithDecodeAllCapLimit(true))
	if err != nil {
		return err
	}
	defer decoder.Close()
	if err := m.keepNumbers(); err != nil {
		return err
	}
	left, err := m.moveReadings()
	if err != nil {
		return err
	}
	if !m.options.Reread && m.extractor != "" {
		err := m.each("reading", `reading t ORDER BY t.capture_id`, func(r record) error {
			return m.mergeReading(r, decoder)
		})
		if err != nil {
			return err
		}
	}
	if err := m.repeatReadings(decoder); err != nil {
		return err
	}
	return m.refileReadings(left)
}

// saving is a SaveReading within the merge.
func (m *merging) saving(capture int64) *saving {
	s := m.Archive.saving(m.ctx, m.db)
	s.extractor, s.readAt, s.capture = m.extractor, stamp(m.now()), captured{id: capture}
	return s
}

// mergeReading takes one reading over, unless these bytes are read. One that does not unpack to what an extractor makes, or
// has numbers that the archive has no place for, is left: the pipeline will read the capture.
func (m *merging) mergeReading(r record, decoder *zstd.Decoder) error {
	if r.text("extractor") != m.extractor || r.get("error") != nil && r.get("report") != nil {
		return nil
	}
	ids, err := selectInts(m.ctx, m.tx, `SELECT c.answer_id FROM merge_capture k JOIN capture c ON c.capture_id = k.ours
		WHERE k.theirs = ?1 AND c.answer_id IS NOT NULL`, r.get("capture_id"))
	if err != nil || len(ids) == 0 {
		return err
	}
	var read bool
	if err := m.db.QueryRowContext(m.ctx, `SELECT EXISTS (SELECT 1 FROM reading WHERE capture_id = ? AND extractor = ?)`, ids[0],
		m.extractor).Scan(&read); err != nil {
		return err
	}
	if read && ids[0] > m.before { // a reading of this archive was moved to the capture, which came before those here
		return m.exec(`INSERT OR IGNORE INTO merge_reading(capture_id, number, theirs) SELECT capture_id, ?2, 1 FROM reading
			WHERE capture_id = ?1 AND report_id IS NOT NULL`, ids[0], r.get("report_id"))
	}
	if read {
		return nil
	}
	s := m.saving(ids[0])
	s.readAt = r.text("read_at")
	if why := r.text("error"); why != "" {
		return s.noteError(fmt.Errorf("%s", why))
	}
	packed, _ := r.get("report").([]byte)
	reading, ok := unpackedReading(r.text("not_report"), r.text("reason"), packed, decoder)
	if !ok {
		return nil
	}
	if err := m.hold(ids[0], reading, s.readAt, r.get("report_id"), true); err != nil {
		return fmt.Errorf("capture %v: %w", r.get("capture_id"), err)
	}
	m.out.Readings++
	return nil
}

// hold writes a reading, to be filed. number is that of its report in the archive that it is of.
func (m *merging) hold(capture int64, r extract.Reading, readAt string, number any, theirs bool) error {
	s := m.saving(0)
	if err := s.load(capture); err != nil {
		return err
	}
	s.readAt = readAt
	if r.Report == nil {
		_, err := s.save(r)
		return err
	}
	if had := s.capture.reportID; had != 0 { // what an older extractor read gives way
		number, theirs = had, false
	}
	if err := m.exec(`INSERT INTO merge_reading(capture_id, number, theirs) VALUES (?, ?, ?)`, capture, number, theirs); err != nil {
		return err
	}
	return s.put(row{report: r.Report})
}

// unpackedReading is what an extractor made, if that is what a row of reading has. What a person calls no report it took for one.
func unpackedReading(kind, reason string, packed []byte, decoder *zstd.Decoder) (extract.Reading, bool) {
	if kind != "" && kind != notReportKind {
		return extract.Reading{NotReport: &extract.NotReport{Kind: kind, Reason: reason}}, true
	}
	text, err := unpackReading(decoder, packed, nil)
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
// has one. What was kept of the version that is none by itself any more goes. It returns the reports that lost a reading.
func (m *merging) moveReadings() (left []int64, err error) {
	moved, err := m.moved(`reading`)
	if err != nil {
		return nil, err
	}
	for _, c := range moved {
		reports, err := selectInts(m.ctx, m.tx, `SELECT report_id FROM reading WHERE capture_id = ? AND report_id IS NOT NULL`, c.from)
		if err != nil {
			return nil, err
		}
		left = append(left, reports...)
		if err := m.saving(c.from).forgetCapture(); err != nil {
			return nil, err
		}
		if err := m.exec(`UPDATE reading SET capture_id = ?2 WHERE capture_id = ?1
			AND NOT EXISTS (SELECT 1 FROM reading WHERE capture_id = ?2)`, c.from, c.to); err != nil {
			return nil, err
		}
		if err := m.exec(`DELETE FROM reading WHERE capture_id = ?`, c.from); err != nil {
			return nil, err
		}
	}
	return left, nil
}

// repeatReadings takes the reading of bytes once more for a capture that turned out to have brought them back, as others came
// between, or that had the content of another and repeats it no more. What such a capture says of their encoding may be wrong,
// or nothing, as a 304 brings none; so it is not left to be
// read, unless it is a container, whose files are captures.
func (m *merging) repeatReadings(decoder *zstd.Decoder) error {
	type back struct {
		capture              int64
		number               sql.NullInt64
		theirs               bool
		readAt, kind, reason string
		packed               []byte
	}
	scan := func(row scanner) (b back, err error) {
		return b, row.Scan(&b.capture, &b.number, &b.theirs, &b.readAt, &b.kind, &b.reason, &b.packed)
	}
	const columns = `SELECT c.capture_id, ifnull(q.number, r.report_id), ifnull(q.theirs, 0), r.read_at, ifnull(r.not_report, ''),
		ifnull(r.reason, ''), r.report FROM `
	const unread = ` LEFT JOIN merge_reading q ON q.capture_id = r.capture_id
		WHERE c.outcome IN ('new', 'changed') AND c.role IN ('page', 'attachment')
			AND NOT EXISTS (SELECT 1 FROM reading n WHERE n.capture_id = c.capture_id)`
	all, err := selectRows(m.ctx, m.tx, scan, columns+`merge_folded
		JOIN capture c USING (address_id) JOIN reading r ON r.capture_id = (SELECT o.capture_id FROM capture o
			JOIN reading s USING (capture_id) WHERE o.address_id = c.address_id AND o.sha256 = c.sha256 AND s.extractor = ?
				AND s.error IS NULL AND s.not_report IS NOT ? LIMIT 1)`+unread+`
		ORDER BY c.fetched_at, c.capture_id`, m.extractor, extract.Container)
	if err != nil {
		return err
	}
	taken := map[int64]bool{}
	for _, b := range all {
		taken[b.capture] = true
	}
	for _, p := range m.parted {
		more, err := selectRows(m.ctx, m.tx, scan, columns+`capture c JOIN reading r ON r.capture_id = ?2 AND r.extractor = ?3
			AND r.error IS NULL AND r.not_report IS NOT ?4`+unread+` AND c.capture_id = ?1`, p.from, p.to, m.extractor, extract.Container)
		if err != nil {
			return err
		}
		if !taken[p.from] {
			all = append(all, more...)
		}
	}
	for _, b := range all {
		reading, ok := unpackedReading(b.kind, b.reason, b.packed, decoder)
		if !ok {
			continue
		}
		if err := m.hold(b.capture, reading, b.readAt, b.number, b.theirs); err != nil {
			return fmt.Errorf("capture %d: %w", b.capture, err)
		}
	}
	return nil
}

// mergeAnnotations takes over what people said, of two words on the same thing the later one, and lets it have its effect.
// What they said of a report they said of the report here.
func (m *merging) mergeAnnotations() error {
	n := &annotating{saving: m.saving(0), out: &Annotated{}, now: m.now(), near: map[int64]bool{}}
	err := m.each("annotation", `annotation t ORDER BY t.annotation_id`, func(r record) error {
		report, err := m.reportNamed(r)
		if err != nil {
			return err
		}
		r.set("report_id", report)
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

// reportNamed is the number here of the report that an annotation of the other archive is about: that of a capture, best one of
// the same bytes, which was read as that report there. It is the number there if no such capture is read here.
func (m *merging) reportNamed(r record) (int64, error) {
	captures, err := selectInts(m.ctx, m.other.tx, `SELECT capture_id FROM reading d JOIN capture c USING (capture_id)
		WHERE d.report_id = ?1 ORDER BY c.sha256 IS NOT ?2, capture_id`, r.number("report_id"), r.text("sha256"))
	if err != nil {
		return 0, foreignError(err)
	}
	for _, theirs := range captures {
		ours, err := selectInts(m.ctx, m.tx, `SELECT d.report_id FROM merge_capture k JOIN capture c ON c.capture_id = k.ours
			JOIN reading d ON d.capture_id = c.answer_id WHERE k.theirs = ? AND d.report_id IS NOT NULL`, theirs)
		if err != nil || len(ours) > 0 {
			return append(ours, 0)[0], err
		}
	}
	return r.number("report_id"), nil
}
