package archive

import (
	"context"
	"fmt"

	"nianbao/crawler"
	"nianbao/extract/check"
	"nianbao/extract/document"
)

// ReportRow is a report in a list for people.
type ReportRow struct {
	ReportID       int64
	Key            string
	Site           string
	Authority      string // as printed if the normal form is not known, "" for none
	Year           int    // 0 when the document does not say
	Form           string
	Scope          string
	Completeness   string
	Title          string
	PublishedOn    string
	URL            string
	Media          string
	Versions       int
	Numbers        int // cells with a number
	Contradictions int
	Doubts         int
}

// Reports lists the reports that a run saw, new, changed or as they were; with crawlID 0 all reports of the archive.
func (a *Archive) Reports(ctx context.Context, crawlID int64) ([]ReportRow, error) {
	rows, err := selectRows(ctx, a.read, func(row scanner) (r ReportRow, err error) {
		return r, row.Scan(&r.ReportID, &r.Key, &r.Site, &r.Authority, &r.Year, &r.Form, &r.Scope, &r.Completeness,
			&r.Title, &r.PublishedOn, &r.URL, &r.Media, &r.Versions, &r.Numbers, &r.Contradictions, &r.Doubts)
	}, `SELECT report_id, key, ifnull(site, ''), coalesce(authority, authority_printed, ''), ifnull(year, 0), form,
			scope, completeness, title, ifnull(published_on, ''), url, ifnull(media, ''), versions,
			(SELECT count(*) FROM cell WHERE cell.report_id = reports.report_id AND state = 'number'),
			contradictions, doubts
		FROM reports WHERE ?1 = 0 OR report_id IN (SELECT rd.report_id FROM capture c
			JOIN reading rd ON rd.capture_id = c.answer_id WHERE c.crawl_id = ?1
			UNION ALL SELECT rd.report_id FROM capture c JOIN capture m ON m.member_of = c.answer_id
			JOIN reading rd ON rd.capture_id = m.answer_id WHERE c.crawl_id = ?1)
		ORDER BY site, authority, year, report_id`, crawlID)
	if err != nil {
		return nil, fmt.Errorf("list the reports: %w", err)
	}
	return rows, nil
}

// VisitRow is the visit of one site in one run.
type VisitRow struct {
	CrawlID int64
	crawler.Visit
}

// Visits lists the visits of a run by site; with crawlID 0 those of all runs, newest first.
func (a *Archive) Visits(ctx context.Context, crawlID int64) ([]VisitRow, error) {
	rows, err := selectRows(ctx, a.read, func(row scanner) (v VisitRow, err error) {
		return v, row.Scan(&v.CrawlID, &v.Site, &v.System, &v.Outcome, &v.Detail, &v.Lists, &v.Items, &v.New, &v.Changed,
			&v.Unchanged, &v.Gone, &v.Errors)
	}, `SELECT crawl_id, site, ifnull(system, ''), outcome, ifnull(detail, ''), lists, items, new, changed, unchanged,
			gone, errors
		FROM visits WHERE ?1 = 0 OR crawl_id = ?1 ORDER BY crawl_id DESC, site`, crawlID)
	if err != nil {
		return nil, fmt.Errorf("list the visits: %w", err)
	}
	return rows, nil
}

// FindingRow is a finding with the report it is about.
type FindingRow struct {
	FindingID int64
	ReportID  int64
	Key       string // of the report
	Authority string // of the report
	Year      int    // of the report
	check.Finding
}

// Findings lists findings in the order of reports and of their making; with reportID 0 of all reports, with severity ""
// of every grade.
func (a *Archive) Findings(ctx context.Context, reportID int64, severity string) ([]FindingRow, error) {
	rows, err := selectRows(ctx, a.read, func(row scanner) (f FindingRow, err error) {
		return f, row.Scan(&f.FindingID, &f.ReportID, &f.Key, &f.Authority, &f.Year, &f.Rule, &f.Severity, &f.Relation,
			&f.RowID, &f.ColumnID, &f.Expected, &f.Actual, &f.Message)
	}, `SELECT f.finding_id, f.report_id, r.key, coalesce(r.authority, r.authority_printed, ''), ifnull(r.year, 0),
			f.rule, f.severity, ifnull(f.relation, ''), ifnull(f.row_id, ''), ifnull(f.column_id, ''),
			ifnull(f.expected, ''), ifnull(f.actual, ''), f.message
		FROM findings f JOIN report r USING (report_id)
		WHERE (?1 = 0 OR f.report_id = ?1) AND (?2 = '' OR f.severity = ?2)
		ORDER BY r.key, f.finding_id`, reportID, severity)
	if err != nil {
		return nil, fmt.Errorf("list the findings: %w", err)
	}
	return rows, nil
}

// OutcomeCount is how many captures of a run had an outcome.
type OutcomeCount struct {
	Role    crawler.Role
	Outcome string
	Count   int
}

// Outcomes counts the captures of a run by role and outcome; with crawlID 0 those of all runs.
func (a *Archive) Outcomes(ctx context.Context, crawlID int64) ([]OutcomeCount, error) {
	rows, err := selectRows(ctx, a.read, func(row scanner) (o OutcomeCount, err error) {
		return o, row.Scan(&o.Role, &o.Outcome, &o.Count)
	}, `SELECT role, outcome, count(*) FROM captures WHERE ?1 = 0 OR crawl_id = ?1 GROUP BY 1, 2 ORDER BY 1, 2`, crawlID)
	if err != nil {
		return nil, fmt.Errorf("count the outcomes: %w", err)
	}
	return rows, nil
}

// FailedReading is a capture on which the extractor failed: our machine's fault, not the document's.
type FailedReading struct {
	CaptureID int64
	URL       string
	Extractor string
	Err       string
	Deferred  bool // a file in a format that this extractor does not read
}

// FailedReadings lists the captures that could not be read.
func (a *Archive) FailedReadings(ctx context.Context) ([]FailedReading, error) {
	rows, err := selectRows(ctx, a.read, func(row scanner) (f FailedReading, err error) {
		return f, row.Scan(&f.CaptureID, &f.URL, &f.Extractor, &f.Err, &f.Deferred)
	}, `SELECT r.capture_id, a.url, r.extractor, r.error,
			c.role = ?1 AND r.not_report IS NULL AND (substr(r.error, -length(?2)) = ?2 OR substr(r.error, -length(?3)) = ?3)
		FROM reading r JOIN capture c USING (capture_id) JOIN address a USING (address_id)
		WHERE r.error IS NOT NULL ORDER BY r.capture_id`,
		string(crawler.RoleAttachment), document.ErrFormat.Error(), document.ErrImageOnly.Error())
	if err != nil {
		return nil, fmt.Errorf("list the failed readings: %w", err)
	}
	return rows, nil
}
