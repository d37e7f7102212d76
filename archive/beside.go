package archive

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// keptColumns are the columns of report that the view kept makes: what is asked of all reports at once, and would take a
// look at the rows, findings and addresses of each.
const keptColumns = `received, carried_in, granted, partially_granted, refused, unable_to_provide, not_processed, other_handling,
	handled, carried_forward, review_total, review_corrected, litigation_total, litigation_corrected, normative_issued,
	normative_in_force, licenses, penalties, coercions, fees, contradictions, doubts, first_on, gone_at`

// keepBeside makes the kept columns of reports anew; where says of which.
const keepBeside = `UPDATE report SET (` + keptColumns + `) = (SELECT ` + keptColumns + ` FROM kept k WHERE k.report_id = report.report_id)`

// keep has the kept columns of one report made anew at the end of the transaction, however often it changes until then.
// Whoever changes its numbers, findings or readings calls it; a trigger on address sees to gone_at.
func (s *saving) keep(report int64) { s.tx.stale[report] = true }

// keepStale makes the kept columns anew of all reports that changed.
func (s *statements) keepStale(ctx context.Context) error {
	for _, report := range slices.Sorted(maps.Keys(s.stale)) {
		if _, err := s.ExecContext(ctx, keepBeside+` WHERE report_id = ?`, report); err != nil {
			return fmt.Errorf("what report %d keeps beside it: %w", report, err)
		}
	}
	return nil
}

// saveKept makes the kept columns of all reports anew if they were made by another view kept, or not at all.
func saveKept(ctx context.Context, tx *sql.Tx) error {
	have, want, err := keptBy(ctx, tx)
	if err != nil || have == want {
		return err
	}
	if _, err := tx.ExecContext(ctx, keepBeside); err != nil {
		return fmt.Errorf("what reports keep beside them: %w", err)
	}
	_, err = tx.ExecContext(ctx, `UPDATE meta SET kept = ?`, want)
	return err
}

// keptBy are the digests of the view kept that made the columns, "" if none has, and of the one there is.
func keptBy(ctx context.Context, db querier) (made, is string, err error) {
	var view string
	err = db.QueryRowContext(ctx, `SELECT ifnull(kept, ''), (SELECT sql FROM sqlite_schema WHERE name = 'kept') FROM meta`).Scan(&made, &view)
	if err != nil {
		return "", "", fmt.Errorf("what reports keep beside them: %w", err)
	}
	return made, digest([]byte(view)), nil
}

// keptRight sees that the kept columns are what the view makes.
func (v *verifying) keptRight() error {
	reports, err := selectTexts(v.ctx, v.read, fmt.Sprintf(`SELECT r.report_id FROM report r JOIN kept k USING (report_id)
		WHERE (%s) IS NOT (%s) LIMIT %d`, prefixed("r."), prefixed("k."), maxDamage))
	if err != nil {
		return err
	}
	for _, report := range reports {
		v.report(Damage{What: "relation", Object: "report",
			Message: fmt.Sprintf("What report %s keeps beside it is not what its rows say.", report)})
	}
	return nil
}

// prefixed are the kept columns of a table in a join.
func prefixed(table string) string {
	names := strings.Split(keptColumns, ",")
	for i, name := range names {
		names[i] = table + strings.TrimSpace(name)
	}
	return strings.Join(names, ", ")
}
