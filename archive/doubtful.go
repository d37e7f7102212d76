package archive

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// Doubts chooses the cells that a person should look at.
type Doubts struct {
	Where      Where    // which reports
	Rules      []string // only cells with a finding of one of these rules; none for any
	Severities []string // only cells with a finding of one of these; none for contradictions, doubts, and cells with a note
}

// DoubtfulCell is a cell that a person should look at, and what helps in doing so.
type DoubtfulCell struct {
	ReportID                  int64
	SHA256                    string // of the bytes to look at
	Relation, RowID, ColumnID string
	Key, Authority            string
	Year                      int // 0 for unknown
	URL                       string
	Label                     string // of row and column, as the form prints them
	Raw                       string
	Value                     string // as read, decimal; "" for no number
	Message                   string // findings and note
}

// DoubtfulCells lists the cells with findings or notes, by report and place in the document, but for those that somebody has
// spoken of already, seeing the same bytes.
func (a *Archive) DoubtfulCells(ctx context.Context, d Doubts) ([]DoubtfulCell, error) {
	severities, notes := d.Severities, false
	if severities == nil {
		if notes = d.Rules == nil; notes {
			severities = []string{"contradiction", "doubt"}
		}
	}
	chosen := d.Where.conditions("r.year", "r.region_code", "r.site")
	args := []any{}
	in := func(column string, values []string) string {
		if len(values) == 0 {
			return ""
		}
		for _, v := range values {
			args = append(args, v)
		}
		return ` AND ` + column + ` IN (?` + strings.Repeat(`, ?`, len(values)-1) + `)`
	}
	found := in("f.rule", d.Rules) + in("f.severity", severities)
	label := func(column string) string {
		return `ifnull((SELECT l.label_zh FROM labels l WHERE l.relation = p.relation AND l.id = p.` + column + `
			ORDER BY l.form = r.form DESC LIMIT 1), p.` + column + `)`
	}
	cells, err := selectRows(ctx, a.read, func(row scanner) (c DoubtfulCell, err error) {
		var value sql.NullFloat64
		err = row.Scan(&c.ReportID, &c.SHA256, &c.Relation, &c.RowID, &c.ColumnID, &c.Key, &c.Authority, &c.Year, &c.URL,
			&c.Label, &c.Raw, &value, &c.Message)
		if value.Valid {
			c.Value = strconv.FormatFloat(value.Float64, 'f', -1, 64)
		}
		return c, err
	}, `WITH place(report_id, relation, row_id, column_id, message) AS (
			SELECT f.report_id, f.relation, f.row_id, f.column_id, f.rule || ': ' || f.message FROM findings f
			WHERE f.column_id IS NOT NULL`+found+`
			UNION ALL SELECT c.report_id, c.relation, c.row_id, c.column_id, c.note FROM cells c
			WHERE c.note IS NOT NULL AND `+strconv.FormatBool(notes)+`)
		SELECT r.report_id, r.sha256, p.relation, p.row_id, p.column_id, r.key, ifnull(r.authority, ''), ifnull(r.year, 0),
			r.url, `+label("row_id")+` || ' / ' || `+label("column_id")+`, ifnull(c.raw, ''), c.value,
			group_concat(p.message, '; ')
		FROM place p JOIN reports r USING (report_id)
			LEFT JOIN cells c ON (c.report_id, c.relation, c.row_id, c.column_id) = (p.report_id, p.relation, p.row_id, p.column_id)
		WHERE NOT EXISTS (SELECT 1 FROM annotation n
			WHERE (n.sha256, n.relation, n.row_id, n.column_id) = (r.sha256, p.relation, p.row_id, p.column_id))
			AND `+chosen.sql+`
		GROUP BY p.report_id, p.relation, p.row_id, p.column_id
		ORDER BY r.key, c.table_no, c.row_no, c.column_no, p.relation, p.row_id, p.column_id`, append(args, chosen.args...)...)
	if err != nil {
		return nil, fmt.Errorf("find doubtful cells: %w", err)
	}
	return cells, nil
}
