package archive

import (
	"context"
	"database/sql"
	_ "embed" // labels.csv
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// labelFile has what the other rooms do not label: the public relations, their columns, the words that columns hold
// (column says which; of outcomes and decisions the part before a colon), and the rules' sentences in Chinese. A * stands
// for every relation that has the column.
//
//go:embed labels.csv
var labelFile string

// ownLabels completes labels from other rooms with those of labelFile.
func ownLabels(ctx context.Context, tx *sql.Tx, labels []Label) ([]Label, error) {
	lines, err := csv.NewReader(strings.NewReader(labelFile)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("labels.csv: %w", err)
	}
	columns := map[string][]string{}
	for _, relation := range publicRelations {
		if columns[relation], err = selectTexts(ctx, tx, `SELECT name FROM pragma_table_info(?)`, relation); err != nil {
			return nil, err
		}
	}
	at := map[[2]string]int{} // relation and id, but for words in a column
	for i, l := range labels {
		at[[2]string{l.Relation, l.ID}] = i
	}
	for _, line := range lines[1:] {
		relation, column, id, zh, en := line[0], line[1], line[2], line[3], line[4]
		for _, r := range publicRelations {
			has := relation == r || relation == "*" && (slices.Contains(columns[r], column) ||
				column == "" && slices.Contains(columns[r], id))
			if !has {
				continue
			}
			i, labelled := at[[2]string{r, id}]
			switch {
			case column == "rule" && labelled:
				labels[i].LabelZH = zh
			case column == "rule" || column == "" && labelled && relation == "*":
				// a rule of another version, or a column that the forms or a line of its own label
			case column == "" && labelled:
				labels[i].LabelZH, labels[i].LabelEN = zh, en
			default:
				labels = append(labels, Label{Relation: r, ID: id, LabelZH: zh, LabelEN: en, Parent: column})
				if column == "" {
					at[[2]string{r, id}] = len(labels) - 1
				}
			}
		}
	}
	return labels, nil
}

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
	labels, err := ownLabels(ctx, tx, slices.Concat(labels, ownRules, acrossRules()))
	if err != nil {
		return fmt.Errorf("labels: %w", err)
	}
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
