package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"nianbao/extract/form"
)

<<<<<<< HEAD
// insertSeries writes a report's rows of series, made from its cells as they are in the archive.
func (s *saving) insertSeries(report int64, edition string) error {
	cells, err := s.tx.cellsOf(s.ctx, report)
	if err != nil {
		return fmt.Errorf("series: cells of report %d: %w", report, err)
	}
	if err := s.tx.insertRows(s.ctx, indicators, series(report, edition, cells)); err != nil {
		return fmt.Errorf("series of report %d: %w", report, err)
	}
	return nil
}

const indicators = `indicator(indicator, report_id, value, unit, basis, comparability)`

// series are the rows of a report in indicators.
func series(report int64, edition string, cells []form.Cell) (rows [][]any) {
	for _, c := range form.Series(edition, cells) {
		var value any
		if c.Value.Valid {
			value = c.Value.Decimal.InexactFloat64()
		}
		rows = append(rows, []any{c.Indicator, report, value, c.Unit, c.Basis, c.Comparability})
	}
	return rows
}

// writeSeries makes a report's rows of series anew.
func writeSeries(ctx context.Context, tx *sql.Tx, report int64) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM indicator WHERE report_id = ?`, report); err != nil {
		return fmt.Errorf("clear series: %w", err)
=======
// writeSeries makes a report's rows of series anew from its cells as they are in the archive.
func writeSeries(ctx context.Context, tx execer, report int64) error {
	if err := clearSeries(ctx, tx, report); err != nil {
		return err
>>>>>>> 61a5813 (archive: a million reports, made up; what is asked of all reports is kept beside each)
	}
	var edition string
	if err := tx.QueryRowContext(ctx, `SELECT form FROM report WHERE report_id = ?`, report).Scan(&edition); err != nil {
		return fmt.Errorf("series: find report %d: %w", report, err)
	}
	cells, err := storedCells(ctx, tx, report)
	if err != nil {
		return fmt.Errorf("series: cells of report %d: %w", report, err)
	}
<<<<<<< HEAD
	rows := series(report, edition, cells)
	if len(rows) == 0 {
		return nil
	}
	if _, err := tx.ExecContext(ctx, insertion(indicators, rows), slices.Concat(rows...)...); err != nil {
		return fmt.Errorf("series of report %d: %w", report, err)
=======
	for _, c := range form.Series(edition, cells) {
		var value any
		if c.Value.Valid {
			value = c.Value.Decimal.InexactFloat64()
		}
		var measured int64
		if err := tx.QueryRowContext(ctx, `INSERT INTO measured(indicator, unit, basis, comparability) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET unit = excluded.unit RETURNING measured_id`, c.Indicator, c.Unit, c.Basis, c.Comparability).
			Scan(&measured); err != nil {
			return fmt.Errorf("series %s: %w", c.Indicator, err)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO indicator(measured_id, report_id, value) VALUES (?, ?, ?)`, measured,
			report, value); err != nil {
			return fmt.Errorf("series %s: %w", c.Indicator, err)
		}
	}
	return nil
}

// clearSeries removes a report's rows of series. There is no index by report: the few ways to state an indicator are gone
// through instead.
func clearSeries(ctx context.Context, tx execer, report int64) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM indicator WHERE measured_id IN (SELECT measured_id FROM measured)
		AND report_id = ?`, report); err != nil {
		return fmt.Errorf("clear series: %w", err)
>>>>>>> 61a5813 (archive: a million reports, made up; what is asked of all reports is kept beside each)
	}
	return nil
}

// saveSeries makes all rows of series anew if another crosswalk made them, or an archive is older than series.
func saveSeries(ctx context.Context, tx *sql.Tx) error {
	text, err := json.Marshal(form.Indicators())
	if err != nil {
		return fmt.Errorf("series: %w", err)
	}
	want := digest(text)
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
	for _, report := range reports {
		if err := writeSeries(ctx, tx, report); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE meta SET series = ?`, want)
	return err
}
