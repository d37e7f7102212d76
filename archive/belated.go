package archive

import (
	"context"
	"fmt"

	"nianbao/crawler"
)

// answered is a whole answer that the archive holds: the capture that first brought its bytes, and their digest.
type answered struct {
	id     int64
	sha256 string
}

// answersBeside are the whole answers of an address with which a new one is compared: the last one, or for one that is
// older than that, the last before it, if there is one, and the first after it.
func (x *exchange) answersBeside(ctx context.Context, tx execer, at addressRow) ([]answered, error) {
	if !at.lastSeen.Valid || stamp(x.capture.At) >= at.lastSeen.String {
		if !at.answer.Valid {
			return nil, nil
		}
		return []answered{{at.answer.Int64, at.sha256.String}}, nil
	}
	beside, err := selectRows(ctx, tx, func(row scanner) (a answered, err error) {
		return a, row.Scan(&a.id, &a.sha256)
	}, `SELECT * FROM (SELECT answer_id, sha256 FROM capture
			WHERE address_id = ?1 AND answer_id IS NOT NULL AND sha256 IS NOT NULL AND fetched_at <= ?2
			ORDER BY fetched_at DESC, capture_id DESC LIMIT 1)
		UNION ALL SELECT * FROM (SELECT answer_id, sha256 FROM capture
			WHERE address_id = ?1 AND answer_id IS NOT NULL AND sha256 IS NOT NULL AND fetched_at > ?2
			ORDER BY fetched_at, capture_id LIMIT 1)`, at.id, stamp(x.capture.At))
	if err != nil {
		return nil, fmt.Errorf("find the answers next to it: %w", err)
	}
	return beside, nil
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
