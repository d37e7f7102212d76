package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"nianbao/extract/form"
)

// writeSeries makes a report's rows of series anew from its cells as they are in the archive.
func writeSeries(ctx context.Context, tx execer, report int64) error {
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
	for _, c := range form.Series(edition, cells) {
		var value any
		if c.Value.Valid {
			value = c.Value.Decimal.InexactFloat64()
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO indicator(indicator, report_id, value, unit, basis, comparability)
			VALUES (?, ?, ?, ?, ?, ?)`, c.Indicator, report, value, c.Unit, c.Basis, c.Comparability); err != nil {
			return fmt.Errorf("series %s: %w", c.Indicator, err)
		}
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
