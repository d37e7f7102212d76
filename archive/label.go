package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
)

// ownRules are the sentences of the rules that this room checks.
var ownRules = []Label{
	{Relation: "findings", ID: ruleSourcesDisagree,
		LabelEN: "Two addresses publish the same report with different numbers."},
	{Relation: "findings", ID: ruleSourceUnread,
		LabelEN: "A file is a source of the report as well, and cannot be read."},
	{Relation: "findings", ID: ruleNotWhole,
		LabelEN: "A table of counts prints a number that is no whole number."},
}

// saveLabels replaces the relation labels, unless it holds these rows already or there are none.
func saveLabels(ctx context.Context, tx *sql.Tx, labels []Label) error {
	if labels == nil {
		return nil
	}
	labels = slices.Concat(labels, ownRules, acrossRules())
	text, err := json.Marshal(labels)
	if err != nil {
		return fmt.Errorf("labels: %w", err)
	}
	want := digest(text)
	var have sql.NullString
	if err := tx.QueryRowContext(ctx, `SELECT labels FROM meta`).Scan(&have); err != nil {
		return fmt.Errorf("labels: %w", err)
	}
	if have.String == want {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM labels`); err != nil {
		return fmt.Errorf("labels: %w", err)
	}
	for _, l := range labels {
		_, err := tx.ExecContext(ctx, `INSERT INTO labels(relation, id, form, number, label_zh, label_en, parent)
			VALUES (?, ?, ?, ?, ?, ?, ?)`, l.Relation, l.ID, orNull(l.Form), orNull(l.Number), orNull(l.LabelZH),
			orNull(l.LabelEN), orNull(l.Parent))
		if err != nil {
			return fmt.Errorf("label %s/%s: %w", l.Relation, l.ID, err)
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE meta SET labels = ?`, want)
	return err
}
