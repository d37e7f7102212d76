package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"nianbao/extract/contact"
	"nianbao/extract/grid"
)

// masks say which columns may print persons as contacts, and how they are masked: in public relations for exports of
// rows, in tables for a slim archive. All others hold numbers, identifiers, addresses of pages, and words of our own.
var masks = map[string]func(string) (string, error){
	"reports.title": maskText, "report.title": maskText,
	"sections.heading": maskText, "passage.heading": maskText, "sections.text": maskText, "passage.text": maskText,
	"mentions.quote": maskText, "tables.caption": maskText, "tables.grid": maskGrid,
	"cells.raw": maskText, "cell.printed": maskText, "cells.note": maskText, "cell.note": maskText,
	"past_cells.raw": maskText, "past_cell.printed": maskText, "past_cells.note": maskText, "past_cell.note": maskText,
	"findings.expected": maskText, "findings.actual": maskText, "findings.message": maskText,
	"revisions.old_value": maskText, "revision.old_value": maskText, "revisions.new_value": maskText, "revision.new_value": maskText,
	"annotations.by": maskPerson, "annotation.by": maskPerson, "annotations.note": maskText, "annotation.note": maskText,
	"links.title": maskText, "link.title": maskText, "links.reason": maskText, "link.reason": maskText,
	"sources.name": maskText, "file.name": maskText, "reading.name": maskText, "attached.name": maskText,
	"reading.reason": maskText, "reading.error": maskText, "captures.error": maskText, "capture.error": maskText,
	"sites.note": maskText, "visits.detail": maskText,
	// Requests carry the contact of whoever crawled.
	"capture.request_headers": func(string) (string, error) { return "{}", nil },
}

// contactsNote is what a reader of such an export should know.
const contactsNote = "Names, telephone numbers and e-mail addresses that reports print as contacts are masked in texts: " +
	contact.Name + ", " + contact.Telephone + ", " + contact.Email + ". What stands in running sentences may have been missed."

func maskText(s string) (string, error) { return contact.Mask(s), nil }

// maskPerson masks the name of somebody who looked at reports.
func maskPerson(s string) (string, error) { return contact.Name, nil }

// maskGrid masks the cells of a grid as tables.grid has it.
func maskGrid(s string) (string, error) {
	var cells []grid.Cell
	if err := json.Unmarshal([]byte(s), &cells); err != nil {
		return "", fmt.Errorf("read a grid: %w", err)
	}
	return jsonText(contact.MaskGrid(cells))
}

// masking are the masks of a relation's columns, nil where there is none. The raw text of a cell is a figure where the cell
// has a value: value is the number of that column, -1 for none. A text that is a number and nothing else is one, too, as
// revisions and findings write those of the relations.
func masking(relation string, columns []string) (by []func(string) (string, error), value int) {
	by, value = make([]func(string) (string, error), len(columns)), -1
	for i, name := range columns {
		by[i] = masks[relation+"."+name]
		if name == "value" {
			value = i
		}
	}
	return by, value
}

// mask masks the values of a row.
func mask(by []func(string) (string, error), columns []string, value int, values []any) error {
	for i, v := range values {
		text, ok := v.(string)
		figure := value >= 0 && values[value] != nil && (columns[i] == "raw" || columns[i] == "printed")
		if by[i] == nil || !ok || figure || plainNumber.MatchString(text) {
			continue
		}
		masked, err := by[i](text)
		if err != nil {
			return fmt.Errorf("mask %s: %w", columns[i], err)
		}
		values[i] = masked
	}
	return nil
}

// copyMasked copies the rows of a table of the whole archive, masked, so that what is masked is nowhere in the new file.
func copyMasked(ctx context.Context, tx *sql.Tx, table string, names, values []string) error {
	by, value := masking(table, names)
	rows, err := tx.QueryContext(ctx, fmt.Sprintf(`SELECT %s FROM whole."%s"`, strings.Join(values, ", "), table))
	if err != nil {
		return err
	}
	defer rows.Close()
	insert, err := tx.PrepareContext(ctx, fmt.Sprintf(`INSERT INTO main."%s"("%s") VALUES (?%s)`, table,
		strings.Join(names, `", "`), strings.Repeat(", ?", len(names)-1)))
	if err != nil {
		return err
	}
	defer insert.Close()
	row, into := make([]any, len(names)), make([]any, len(names))
	for i := range row {
		into[i] = &row[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := mask(by, names, value, row); err != nil {
			return err
		}
		if _, err := insert.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// hasMask says whether a table has a column that may print persons.
func hasMask(table string) bool {
	for name := range masks {
		if strings.HasPrefix(name, table+".") {
			return true
		}
	}
	return false
}
