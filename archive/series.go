package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"nianbao/extract/form"
)

// ways are the numbers of the ways to state an indicator (table measured), as far as they were asked for.
type ways map[[4]string]int64

const indicators = `indicator(measured_id, report_id, value)`

// insertSeries writes a report's rows of series, made from its cells as they are in the archive.
func (s *saving) insertSeries(report int64, edition string) error {
	cells, err := s.tx.cellsOf(s.ctx, report)
	if err != nil {
		return fmt.Errorf("series: cells of report %d: %w", report, err)
	}
	rows, err := s.tx.ways.series(s.ctx, s.tx, report, edition, cells)
	if err == nil {
		err = s.tx.insertRows(s.ctx, indicators, rows)
	}
	if err != nil {
		return fmt.Errorf("series of report %d: %w", report, err)
	}
	return nil
}

// series are the rows of a report in indicators.
func (w ways) series(ctx context.Context, tx querier, report int64, edition string, cells []form.Cell) (rows [][]any, err error) {
	for _, c := range form.Series(edition, cells) {
		way := [4]string{c.Indicator, c.Unit, c.Basis, c.Comparability}
		if w[way] == 0 {
			var id int64
			if err := tx.QueryRowContext(ctx, `INSERT INTO measured(indicator, unit, basis, comparability) VALUES (?, ?, ?, ?)
				ON CONFLICT DO UPDATE SET unit = excluded.unit RETURNING measured_id`, way[0], way[1], way[2], way[3]).
				Scan(&id); err != nil {
				return nil, err
			}
			w[way] = id
		}
		var value any
		if c.Value.Valid {
			value = c.Value.Decimal.InexactFloat64()
		}
		rows = append(rows, []any{w[way], report, value})
	}
	return rows, nil
}

// writeSeries makes a report's rows of series anew.
func writeSeries(ctx context.Context, tx *sql.Tx, known ways, report int64) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM indicator WHERE report_id = ?`, report); err != nil {
		return fmt.Errorf("clear series: %w", err)
	}
	var edition string
	if err := tx.QueryRowContext(ctx, `SELECT form FROM report WHERE report_id = ?`, report).Scan(&edition); err != nil {
		return fmt.Errorf("series: find report %d: %w", report, err)
	}
	cells, err := storedCells(ctx, tx, report)
	if err != nil {
		return fmt.Errorf("series: cells of report %d: %w", report, err)
	}
	rows, err := known.series(ctx, tx, report, edition, cells)
	if err == nil && len(rows) == 0 {
		return nil
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, insertion(indicators, rows), slices.Concat(rows...)...)
	}
	if err != nil {
		return fmt.Errorf("series of report %d: %w", report, err)
	}
	return nil
}

// saveSeries makes all rows of series anew if another crosswalk made them, or an archive is older than series.
func saveSeries(ctx context.Context, tx *sql.Tx) error {
	want, err := crosswalkDigest()
	if err != nil {
		return err
	}
	var have sql.NullString
	if err := tx.QueryRowContext(ctx, `SELECT series FROM meta`).Scan(&have); err != nil {
		return fmt.Errorf("series: %w", err)
	}
	if have.String == want {
		return nil
	}
	reports, err := selectInts(ctx, tx, `SELECT report_id FROM report`)
	if err != nil {
		return fmt.Errorf("series: %w", err)
	}
	known := ways{}
	for _, report := range reports {
		if err := writeSeries(ctx, tx, known, report); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE meta SET series = ?`, want)
	return err
}

// crosswalkDigest is what meta.series has of this version's crosswalk.
func crosswalkDigest() (string, error) {
	text, err := json.Marshal(form.Indicators())
	if err != nil {
		return "", fmt.Errorf("series: %w", err)
	}
	return digest(text), nil
}
