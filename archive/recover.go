package archive

import (
	"context"
	"database/sql"
	"fmt"

	"nianbao/crawler"
)

// brokenOff is the detail of a visit that a dead run left without a row.
const brokenOff = "the run died before this visit ended"

// recoverRuns closes the runs that died: whoever holds the lock knows that nobody is running them. A site that such a run
// had begun to visit gets the row of a partial visit, with what the captures and links tell of it; the run ends with its
// last capture.
func recoverRuns(ctx context.Context, tx *sql.Tx) ([]CrawlSummary, error) {
	runs, err := selectRows(ctx, tx, func(row scanner) (r deadRun, err error) {
		return r, row.Scan(&r.id, &r.heard)
	}, `SELECT c.crawl_id, ifnull((SELECT max(fetched_at) FROM capture WHERE crawl_id = c.crawl_id AND fetched_at >= c.started_at),
		c.started_at) FROM crawls c WHERE c.finished_at IS NULL ORDER BY c.crawl_id`)
	if err != nil {
		return nil, fmt.Errorf("find runs that died: %w", err)
	}
	var out []CrawlSummary
	for _, r := range runs {
		if err := r.close(ctx, tx); err != nil {
			return nil, fmt.Errorf("close run %d, which died: %w", r.id, err)
		}
		summary, err := selectCrawls(ctx, tx, `WHERE crawl_id = ?`, r.id)
		if err != nil {
			return nil, err
		}
		out = append(out, summary...)
	}
	return out, nil
}

// deadRun is a run that nobody finished.
type deadRun struct {
	id    int64
	heard string // when it was last heard of
}

func (r deadRun) close(ctx context.Context, tx *sql.Tx) error {
	visits, err := selectRows(ctx, tx, func(row scanner) (v crawler.Visit, err error) {
		v.Outcome, v.Detail = crawler.OutcomePartial, brokenOff
		return v, row.Scan(&v.Site, &v.Lists, &v.New, &v.Changed, &v.Unchanged, &v.Gone, &v.Items)
	}, `SELECT c.site, count(DISTINCT CASE WHEN c.role = 'list' AND c.answer_id IS NOT NULL THEN c.address_id END),
			ifnull(sum(c.role IN ('page', 'attachment') AND c.outcome = 'new'), 0),
			ifnull(sum(c.role IN ('page', 'attachment') AND c.outcome = 'changed'), 0),
			ifnull(sum(c.role IN ('page', 'attachment') AND c.outcome = 'unchanged'), 0),
			count(DISTINCT CASE WHEN c.role IN ('page', 'attachment') AND a.missed_crawl = c.crawl_id AND a.first_seen_at IS NOT NULL
				THEN a.address_id END),
			(SELECT count(*) FROM link l WHERE l.site = c.site AND l.crawl_id = c.crawl_id AND l.decision = 'report')
		FROM capture c JOIN address a USING (address_id)
		WHERE c.crawl_id = ?1 AND c.site IS NOT NULL AND c.role IN ('robots', 'list', 'page', 'attachment')
			AND (SELECT trigger FROM crawls WHERE crawl_id = ?1) <> 'import' -- which visits nobody
			AND NOT EXISTS (SELECT 1 FROM visits v WHERE v.crawl_id = ?1 AND v.site = c.site)
		GROUP BY c.site`, r.id)
	if err != nil {
		return err
	}
	at, err := unstamp(sql.NullString{String: r.heard, Valid: true})
	if err != nil {
		return err
	}
	for _, v := range visits {
		if err := saveVisit(ctx, tx, r.id, v, at); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, sumUp, r.heard, r.id)
	return err
}

// Recovered returns the runs that had died when the archive was opened, as they were closed then.
func (a *Archive) Recovered() []CrawlSummary { return a.recovered }
