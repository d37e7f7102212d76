package archive

import (
	"context"
	"database/sql"
	"fmt"

	"nianbao/crawler"
)

// HostRest returns how long a host is to be left alone; the zero Rest if it need not rest.
func (c *Crawl) HostRest(ctx context.Context, host string) (crawler.Rest, error) {
	r := crawler.Rest{Host: host}
	var until, since sql.NullString
	ok, err := found(c.archive.reading.QueryRowContext(ctx, `SELECT until, failures, outcome, reason, since FROM host_rest
		WHERE host = ?`, clean(host)).Scan(&until, &r.Failures, &r.Outcome, &r.Reason, &since))
	if err == nil && !ok {
		return crawler.Rest{}, nil
	}
	if err == nil {
		r.Until, err = unstamp(until)
	}
	if err == nil {
		r.Since, err = unstamp(since)
	}
	if err != nil {
		return crawler.Rest{}, fmt.Errorf("rest of host %s: %w", host, err)
	}
	return r, nil
}

// SaveHostRest keeps until when a host is left alone, in place of what was known of it; one without failures is forgotten.
func (c *Crawl) SaveHostRest(ctx context.Context, r crawler.Rest) error {
	return c.archive.update(ctx, "save the rest of host "+r.Host, func(tx *sql.Tx) error {
		if r.Failures == 0 {
			_, err := tx.ExecContext(ctx, `DELETE FROM host_rest WHERE host = ?`, clean(r.Host))
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO host_rest(host, until, failures, outcome, reason, since)
			VALUES (?, ?, ?, ?, ?, ?)`, clean(r.Host), stamp(r.Until), r.Failures, r.Outcome, clean(r.Reason), stamp(r.Since))
		return err
	})
}
