package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"nianbao/extract/division"
)

// saveDivisions replaces the relation divisions, unless it holds this version's table already.
func saveDivisions(ctx context.Context, tx *sql.Tx) error {
	var have sql.NullString
	if err := tx.QueryRowContext(ctx, `SELECT divisions FROM meta`).Scan(&have); err != nil {
		return fmt.Errorf("divisions: %w", err)
	}
	if have.String == division.Hash() {
		return nil
	}
	rows, err := json.Marshal(division.All())
	if err != nil {
		return fmt.Errorf("divisions: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM divisions`); err != nil {
		return fmt.Errorf("divisions: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO divisions(code, name, level, parent, province, valid_from, valid_to,
			successor)
		SELECT value ->> 'Code', value ->> 'Name', value ->> 'Level', nullif(value ->> 'Parent', ''),
			value ->> 'Province', nullif(value ->> 'ValidFrom', ''), nullif(value ->> 'ValidTo', ''),
			nullif(value ->> 'Successor', '')
		FROM json_each(?)`, string(rows)); err != nil {
		return fmt.Errorf("divisions: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE meta SET divisions = ?`, division.Hash()); err != nil {
		return fmt.Errorf("divisions: %w", err)
	}
	return nil
}
