package archive

import (
	"context"
	"fmt"
	"time"

	"nianbao/crawler"
)

// Silence is a site that had reports and now lists none: its column was emptied, or it has moved or changed so that it is
// read no longer.
type Silence struct {
	Site     string
	Expected int       // most reports that any visit before found
	LastAt   time.Time // start of the last run that found some
}

// Detail says it in words.
func (s Silence) Detail() string {
	return fmt.Sprintf("no report is listed where there were up to %d, the last seen on %s", s.Expected,
		s.LastAt.In(beijing).Format(time.DateOnly))
}

// Silent returns the sites of this run whose lists came and showed no report, though an earlier run found some there.
// What was blocked, or did not answer, says nothing of its reports, and its outcome is alarm enough.
func (c *Crawl) Silent(ctx context.Context) ([]Silence, error) {
	visits, err := c.archive.Visits(ctx, c.id)
	if err != nil {
		return nil, err
	}
	var out []Silence
	for _, v := range visits {
		silent, err := silences(ctx, c.archive.read, c.id, v.Visit)
		if err != nil {
			return nil, err
		}
		out = append(out, silent...)
	}
	return out, nil
}

// silences returns the silence that a visit found, if it did.
func silences(ctx context.Context, db querier, crawl int64, v crawler.Visit) ([]Silence, error) {
	switch v.Outcome {
	case crawler.OutcomeOK, crawler.OutcomeEmpty, crawler.OutcomeNeedsAdapter:
	default:
		return nil, nil
	}
	if v.Items > 0 {
		return nil, nil
	}
	out, err := selectRows(ctx, db, func(row scanner) (s Silence, err error) {
		var at string
		if err = row.Scan(&s.Site, &s.Expected, &at); err != nil {
			return s, err
		}
		s.LastAt, err = time.Parse(instant, at)
		return s, err
	}, `SELECT v.site, max(v.items), max(c.started_at) FROM visits v JOIN crawls c USING (crawl_id)
		WHERE v.site = ? AND v.items > 0 AND (c.started_at, v.crawl_id) <
			(SELECT started_at, crawl_id FROM crawls WHERE crawl_id = ?) GROUP BY v.site`, v.Site, crawl)
	if err != nil {
		return nil, fmt.Errorf("earlier visits of %s: %w", v.Site, err)
	}
	return out, nil
}
