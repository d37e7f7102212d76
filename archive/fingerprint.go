package archive

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
)

// refreshFingerprint brings archive.fingerprint up to date if captures came since it was made. It reads all captures;
// that is why it is made at the end of a run and not with every capture.
func (a *Archive) refreshFingerprint(ctx context.Context) error {
	have, current, err := storedFingerprint(ctx, a.read)
	if err != nil || (have != "" && current) {
		return err
	}
	return a.update(ctx, "fingerprint", func(tx *sql.Tx) error {
		sum, n, err := fingerprint(ctx, tx)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE meta SET fingerprint = ?, fingerprinted = ?`, sum, n)
		return err
	})
}

// storedFingerprint returns the fingerprint as of the last run's end, "" for none, and whether it covers all captures.
func storedFingerprint(ctx context.Context, db querier) (sum string, current bool, err error) {
	err = db.QueryRowContext(ctx, `SELECT ifnull(fingerprint, ''), fingerprinted = (SELECT count(*) FROM capture)
		FROM meta`).Scan(&sum, &current)
	if err != nil {
		return "", false, fmt.Errorf("fingerprint: %w", err)
	}
	return sum, current, nil
}

// fingerprint is the SHA-256 over one line "url fetched_at sha256\n" per capture, sorted by bytes; sha256 is empty
// where no body began. Two archives with the same captures have the same fingerprint, whatever their row numbers.
func fingerprint(ctx context.Context, db querier) (sum string, captures int, err error) {
	rows, err := db.QueryContext(ctx, `SELECT a.url || ' ' || c.fetched_at || ' ' || ifnull(c.sha256, '') AS line
		FROM capture c JOIN address a USING (address_id) ORDER BY line COLLATE BINARY`)
	if err != nil {
		return "", 0, err
	}
	defer rows.Close()
	h := sha256.New()
	for rows.Next() {
		var line sql.RawBytes
		if err := rows.Scan(&line); err != nil {
			return "", 0, err
		}
		fmt.Fprintf(h, "%s\n", line) // a hash never fails to write
		captures++
	}
	return hex.EncodeToString(h.Sum(nil)), captures, rows.Err()
}
