package archive

import (
	"context"
	"fmt"
	"os"
)

// Stats is what fits one screen.
type Stats struct {
	Path         string
	FileBytes    int64 // of the database file, without its write-ahead log
	Fingerprint  string
	Sites        int
	Authorities  int
	Reports      int
	ByYear       []YearCount
	Completeness []NameCount
	Findings     []RuleCount
	Captures     int
	Blobs        int            // distinct bodies
	BodyBytes    int64          // of all bodies, each once
	StoredBytes  int64          // of the same, compressed
	LastCrawls   []CrawlSummary // newest first, at most five
}

// YearCount is how many reports of one statistical year use one form.
type YearCount struct {
	Year  int // 0 for unknown
	Form  string
	Count int
}

// NameCount is how often a name occurs.
type NameCount struct {
	Name  string
	Count int
}

// RuleCount is how many findings a rule made.
type RuleCount struct {
	Severity string
	Rule     string
	Count    int
}

// Stats sums the archive up.
func (a *Archive) Stats(ctx context.Context) (Stats, error) {
	s := Stats{Path: a.path}
	if err := a.fillStats(ctx, &s); err != nil {
		return Stats{}, fmt.Errorf("statistics of archive %s: %w", a.path, err)
	}
	return s, nil
}

func (a *Archive) fillStats(ctx context.Context, s *Stats) error {
	info, err := os.Stat(a.path)
	if err != nil {
		return err
	}
	s.FileBytes = info.Size()
	if err = a.read.QueryRowContext(ctx, `SELECT ifnull(fingerprint, ''), (SELECT count(DISTINCT key) FROM sites),
			(SELECT count(*) FROM authorities), (SELECT count(*) FROM report), (SELECT count(*) FROM capture)
		FROM meta`).Scan(&s.Fingerprint, &s.Sites, &s.Authorities, &s.Reports, &s.Captures); err != nil {
		return err
	}
	if err = a.read.QueryRowContext(ctx, `SELECT count(*), ifnull(sum(bytes), 0), ifnull(sum(length(data)), 0)
		FROM blob`).Scan(&s.Blobs, &s.BodyBytes, &s.StoredBytes); err != nil {
		return err
	}
	if s.ByYear, err = selectRows(ctx, a.read, func(row scanner) (c YearCount, err error) {
		return c, row.Scan(&c.Year, &c.Form, &c.Count)
	}, `SELECT ifnull(year, 0), form, count(*) FROM report GROUP BY 1, 2 ORDER BY 1, 2`); err != nil {
		return err
	}
	if s.Completeness, err = selectRows(ctx, a.read, func(row scanner) (c NameCount, err error) {
		return c, row.Scan(&c.Name, &c.Count)
	}, `SELECT completeness, count(*) FROM report GROUP BY 1 ORDER BY 2 DESC, 1`); err != nil {
		return err
	}
	if s.Findings, err = selectRows(ctx, a.read, func(row scanner) (c RuleCount, err error) {
		return c, row.Scan(&c.Severity, &c.Rule, &c.Count)
	}, `SELECT severity, rule, count(*) FROM findings GROUP BY 1, 2 ORDER BY
		CASE severity WHEN 'contradiction' THEN 1 WHEN 'doubt' THEN 2 ELSE 3 END, 3 DESC, 2`); err != nil {
		return err
	}
	s.LastCrawls, err = a.crawls(ctx, `ORDER BY started_at DESC, crawl_id DESC LIMIT 5`)
	return err
}
