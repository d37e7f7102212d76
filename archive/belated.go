package archive

import (
	"context"
	"fmt"

	"nianbao/crawler"
	"nianbao/extract"
)

// answered is a whole answer that the archive holds: the capture that first brought its bytes, and their digest.
type answered struct {
	id     int64
	sha256 string
}

// answersBeside are the whole answers of an address with which a new one is compared: the last one, or for one that is
// older than that, the last before it, if there is one, and the first after it; a 304 stands for what it confirms.
func (x *exchange) answersBeside(ctx context.Context, tx execer, at addressRow) ([]answered, error) {
	if !at.lastSeen.Valid || stamp(x.capture.At) >= at.lastSeen.String {
		if !at.answer.Valid {
			return nil, nil
		}
		return []answered{{at.answer.Int64, at.sha256.String}}, nil
	}
	beside, err := selectRows(ctx, tx, func(row scanner) (a answered, err error) {
		return a, row.Scan(&a.id, &a.sha256)
	}, `SELECT * FROM (SELECT c.answer_id, h.sha256 FROM capture c JOIN capture h ON h.capture_id = c.answer_id
			WHERE c.address_id = ?1 AND c.fetched_at <= ?2 ORDER BY c.fetched_at DESC, c.capture_id DESC LIMIT 1)
		UNION ALL SELECT * FROM (SELECT c.answer_id, h.sha256 FROM capture c JOIN capture h ON h.capture_id = c.answer_id
			WHERE c.address_id = ?1 AND c.fetched_at > ?2 ORDER BY c.fetched_at, c.capture_id LIMIT 1)`, at.id, stamp(x.capture.At))
	if err != nil {
		return nil, fmt.Errorf("find the answers next to it: %w", err)
	}
	return beside, nil
}

// part is what an answer does that came between those of one answer, and has other bytes: those behind it say the same again after
// another, so that the first of them is a version of its own, as it would be had all come in order, and the address answers so.
// Where the answer itself was made behind it, those before it are parted.
func (x *exchange) part(ctx context.Context, tx execer, head int64) (move, error) {
	at := stamp(x.capture.At)
	m := move{to: head}
	var behind bool
	err := tx.QueryRowContext(ctx, `SELECT c.capture_id, c.fetched_at > ?2 FROM capture c JOIN capture h ON h.capture_id = ?1
		WHERE c.answer_id = ?1 AND (c.fetched_at > ?2) = (h.fetched_at <= ?2) ORDER BY c.fetched_at, c.capture_id LIMIT 1`, head, at).
		Scan(&m.from, &behind)
	if err != nil {
		return m, fmt.Errorf("part the answers like capture %d: %w", head, err)
	}
	for _, query := range []string{
		`UPDATE capture SET answer_id = ?1 WHERE answer_id = ?2 AND (fetched_at > ?3) = ?4`,
		`UPDATE capture SET (sha256, bytes) = (SELECT sha256, bytes FROM capture WHERE capture_id = ?2), outcome = 'changed'
			WHERE capture_id = ?1`,
		`UPDATE address SET answer_id = ?1 WHERE answer_id = ?2 AND ?4`,
		`INSERT INTO attached(capture_id, position, address, name) SELECT ?1, position, address, name FROM attached WHERE capture_id = ?2`,
		// A container is unpacked again, as its files are captures.
		`INSERT INTO reading(capture_id, extractor, read_at, error, not_report, reason, report_id, year, name, media, numbers, report)
			SELECT ?1, extractor, read_at, error, not_report, reason, report_id, year, name, media, numbers, report FROM reading
			WHERE capture_id = ?2 AND not_report IS NOT '` + extract.Container + `'`,
	} {
		if _, err := tx.ExecContext(ctx, query, m.from, head, at, behind); err != nil {
			return m, fmt.Errorf("part the answers like capture %d: %w", head, err)
		}
	}
	return m, nil
}

// compare tells what an answer with this digest is among those beside it, and of which of them it has the bytes; nil for
// none.
func compare(beside []answered, sha256 any) (outcome string, same any) {
	for _, b := range beside {
		if b.sha256 == sha256 {
			return crawler.OutcomeUnchanged, b.id
		}
	}
	if len(beside) == 0 {
		return crawler.OutcomeNew, nil
	}
	return crawler.OutcomeChanged, nil
}

// FindCapture returns the number of a capture of the same request, time and bytes, so that what was imported before is not
// imported again; 0 if the archive has none.
func (a *Archive) FindCapture(ctx context.Context, c *crawler.Capture) (int64, error) {
	ids, err := selectInts(ctx, a.read, `SELECT c.capture_id FROM capture c JOIN address a USING (address_id)
		WHERE a.url = ? AND a.method = ? AND a.request_sha256 = ? AND c.fetched_at = ? AND c.sha256 IS ?
		ORDER BY c.capture_id LIMIT 1`,
		clean(withoutFragment(c.URL)), c.Method, c.RequestSHA256, stamp(c.At), orNull(c.SHA256))
	if err != nil {
		return 0, fmt.Errorf("find the capture of %s: %w", c.URL, err)
	}
	if len(ids) == 0 {
		return 0, nil
	}
	return ids[0], nil
}
