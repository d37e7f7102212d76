package archive

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// ReportDiff is what became of a report from version to version.
type ReportDiff struct {
	ReportID  int64
	Key       string
	Title     string
	Versions  []ReportVersion  // of all its addresses, by address, in the order of time
	Revisions []ReportRevision // in the same order
}

// ReportVersion is one row of the public relation sources that was read as a version of the report.
type ReportVersion struct {
	Version   int
	CaptureID int64
	URL       string
	Role      string
	Media     string
	SHA256    string
	SeenFrom  time.Time
	SeenTo    time.Time
	Read      bool // the report's numbers come from it
}

// ReportRevision is one row of the public relation revisions.
type ReportRevision struct {
	Version        int // that brought the change
	URL            string
	Relation       string
	RowID          string
	ColumnID       string
	Old            *string // nil where nothing was printed
	New            *string
	OldCaptureID   int64
	NewCaptureID   int64
	OldLastSeenAt  time.Time
	NewFirstSeenAt time.Time
}

// Diff returns the versions of a report and what its publisher changed between them. The report is named by its number,
// its key, the SHA-256 (or its first eight and more digits) of bytes that were read as a version of it, or an address at
// which it was found. Errors wrap ErrNotFound or ErrAmbiguous.
func (a *Archive) Diff(ctx context.Context, ref string) (ReportDiff, error) {
	d, err := a.diff(ctx, ref)
	if err != nil {
		return ReportDiff{}, fmt.Errorf("report %s: %w", ref, err)
	}
	return d, nil
}

func (a *Archive) diff(ctx context.Context, ref string) (d ReportDiff, err error) {
	if d.ReportID, err = a.reportNamed(ctx, ref); err != nil {
		return d, err
	}
	if err = a.read.QueryRowContext(ctx, `SELECT key, title FROM report WHERE report_id = ?`, d.ReportID).
		Scan(&d.Key, &d.Title); err != nil {
		return d, err
	}
	if d.Versions, err = selectRows(ctx, a.read, scanVersion, `SELECT s.version, s.capture_id, s.url, s.role,
			ifnull(s.media, ''), s.sha256, s.seen_from, s.seen_to, s.read
		FROM sources s JOIN reading r USING (capture_id)
		WHERE s.report_id = ?1 AND r.report_id = ?1 ORDER BY s.role DESC, s.url, s.version`, d.ReportID); err != nil {
		return d, err
	}
	d.Revisions, err = selectRows(ctx, a.read, scanRevision, `SELECT v.version, v.url, v.relation, v.row_id, v.column_id,
			v.old_value, v.new_value, v.old_capture_id, v.new_capture_id, v.old_last_seen_at, v.new_first_seen_at
		FROM revisions v JOIN captures c ON c.capture_id = v.new_capture_id WHERE v.report_id = ?
		ORDER BY c.role DESC, v.url, v.version,
			CASE v.relation WHEN 'disclosure' THEN 1 WHEN 'statistics' THEN 2 WHEN 'applications' THEN 3
				WHEN 'disputes' THEN 4 ELSE 5 END, v.row_id, v.column_id`, d.ReportID)
	return d, err
}

func scanVersion(row scanner) (v ReportVersion, err error) {
	var from, to sql.NullString
	if err = row.Scan(&v.Version, &v.CaptureID, &v.URL, &v.Role, &v.Media, &v.SHA256, &from, &to, &v.Read); err != nil {
		return v, err
	}
	if v.SeenFrom, err = unstamp(from); err != nil {
		return v, err
	}
	v.SeenTo, err = unstamp(to)
	return v, err
}

func scanRevision(row scanner) (r ReportRevision, err error) {
	var last, first sql.NullString
	if err = row.Scan(&r.Version, &r.URL, &r.Relation, &r.RowID, &r.ColumnID, &r.Old, &r.New, &r.OldCaptureID,
		&r.NewCaptureID, &last, &first); err != nil {
		return r, err
	}
	if r.OldLastSeenAt, err = unstamp(last); err != nil {
		return r, err
	}
	r.NewFirstSeenAt, err = unstamp(first)
	return r, err
}

// reportNamed finds a report by number, key, digest or address.
func (a *Archive) reportNamed(ctx context.Context, ref string) (int64, error) {
	captures, err := a.findReport(ctx, ref, forever)
	if err == nil && len(captures) == 0 {
		captures, err = a.findDigest(ctx, ref, forever)
	}
	if err != nil {
		return 0, err
	}
	if len(captures) > 0 {
		ids, err := selectInts(ctx, a.read, `SELECT r.report_id FROM capture c
			JOIN reading r ON r.capture_id = ifnull(c.answer_id, c.capture_id)
			WHERE c.capture_id = ? AND r.report_id IS NOT NULL`, captures[0])
		if err != nil || len(ids) > 0 {
			return first(ids), err
		}
		return 0, fmt.Errorf("these bytes are no report: %w", ErrNotFound)
	}
	ids, err := selectInts(ctx, a.read, `SELECT r.report_id FROM address a JOIN capture c USING (address_id)
		JOIN reading r USING (capture_id) WHERE a.url IN (?, ?) AND r.report_id IS NOT NULL
		ORDER BY c.fetched_at DESC, c.capture_id DESC LIMIT 1`, bothSchemes(clean(withoutFragment(ref)))...)
	if err != nil || len(ids) > 0 {
		return first(ids), err
	}
	return 0, a.unknown(ctx, ref)
}

// first is the first number, 0 if there is none.
func first(ids []int64) int64 {
	if len(ids) == 0 {
		return 0
	}
	return ids[0]
}
