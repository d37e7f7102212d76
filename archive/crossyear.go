package archive

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"nianbao/extract/check"
	"nianbao/extract/form"
	"nianbao/extract/text"
)

// stored returns the identity under which a report is filed; the zero identity when there is no such report, or when it
// names no authority or no year.
func (s *saving) stored(report int64) (identity, error) {
	var id identity
	_, err := found(s.tx.QueryRowContext(s.ctx, `SELECT authority_id, year, scope FROM report
		WHERE report_id = ? AND authority_id IS NOT NULL AND year IS NOT NULL`, report).
		Scan(&id.authority, &id.year, &id.scope))
	if err != nil {
		return identity{}, fmt.Errorf("find report %d: %w", report, err)
	}
	return id, nil
}

// compareYears makes the findings across years anew that a change at these identities concerns: those of the report there,
// and those of the report of the year after it. Zero identities concern nobody.
func (s *saving) compareYears(changed ...identity) error {
	var later []identity
	for _, id := range changed {
		if id != (identity{}) {
			next := id
			next.year++
			later = append(later, id, next)
		}
	}
	for i, id := range later {
		if slices.Contains(later[:i], id) {
			continue
		}
		if err := s.compareWithYearBefore(id); err != nil {
			return fmt.Errorf("compare report year %d with the year before: %w", id.year, err)
		}
	}
	return nil
}

// compareWithYearBefore makes the findings across years of one report anew. They go when the report of the year before
// is gone.
func (s *saving) compareWithYearBefore(id identity) error {
	report, err := s.reportAt(id)
	if err != nil || report == 0 {
		return err
	}
	if _, err := s.tx.ExecContext(s.ctx, `DELETE FROM findings WHERE report_id = ? AND rule IN (`+acrossIDs()+`)`, report); err != nil {
		return err
	}
	id.year--
	other, err := s.reportAt(id)
	if err == nil && other != 0 {
		err = s.compareTwo(other, report)
	}
	if err != nil {
		return err
	}
	s.keep(report)
	return nil
}

// compareTwo makes the findings of a report against that of the year before.
func (s *saving) compareTwo(earlier, later int64) error {
	before, err := s.yearOf(earlier)
	if err != nil {
		return err
	}
	after, err := s.yearOf(later)
	if err != nil {
		return err
	}
	return s.insertFindings(later, earlier, check.AcrossYears(before, after))
}

// reportAt returns the report with that identity; 0 when there is none. The + keeps SQLite from all reports of the year, which it
// could have in this order.
func (s *saving) reportAt(id identity) (report int64, err error) {
	_, err = found(s.tx.QueryRowContext(s.ctx, `SELECT report_id FROM report
		WHERE authority_id = ? AND year = ? AND scope = ? ORDER BY +report_id LIMIT 1`, id.authority, id.year, id.scope).
		Scan(&report))
	return report, err
}

// yearOf loads a report as the checks across years look at it.
func (s *saving) yearOf(report int64) (y check.Year, err error) {
	err = s.tx.QueryRowContext(s.ctx, `SELECT year, form FROM report WHERE report_id = ?`, report).Scan(&y.Year, &y.Form)
	if err != nil {
		return y, err
	}
	y.Cells, err = s.tx.cellsOf(s.ctx, report)
	return y, err
}

// cellsOf is storedCells, which are at hand if this transaction wrote or read them. They are not to be changed.
func (s *statements) cellsOf(ctx context.Context, report int64) ([]form.Cell, error) {
	if cells, ok := s.cells[report]; ok {
		return cells, nil
	}
	cells, err := storedCells(ctx, s, report)
	if err == nil {
		s.setCells(report, cells)
	}
	return cells, err
}

// setCells keeps at hand what a report's cells are in the archive now. A merge writes any number of reports in one transaction.
func (s *statements) setCells(report int64, cells []form.Cell) {
	const most = 64
	if len(s.cells) >= most {
		clear(s.cells)
	}
	s.cells[report] = cells
}

// asStored is what storedCells gives for cells that are written with these fields.
func asStored(cells []form.Cell, fields []int64) []form.Cell {
	order := make([]int, len(cells))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		x, y := &cells[i], &cells[j]
		return cmp.Or(cmp.Compare(max(x.Table, -1), max(y.Table, -1)), cmp.Compare(max(x.Row, -1), max(y.Row, -1)),
			cmp.Compare(max(x.Column, -1), max(y.Column, -1)), cmp.Compare(fields[i], fields[j]))
	})
	out := make([]form.Cell, len(cells))
	for to, from := range order {
		c := cells[from]
		stored := form.Cell{Relation: c.Relation, RowID: c.RowID, ColumnID: c.ColumnID, Unit: cmp.Or(c.Unit, "unknown"),
			Raw: clean(c.Raw), State: c.State, Note: clean(c.Note)}
		switch {
		case c.Value.Valid:
			stored.State, stored.Value = text.StateNumber, decimal.NewNullDecimal(decimal.NewFromFloat(c.Value.Decimal.InexactFloat64()))
		case c.State == stateChecked:
			stored.State = text.StateBlank
		}
		out[to] = stored
	}
	return out
}

// storedCells loads the cells of a report in the order of the document.
func storedCells(ctx context.Context, tx querier, report int64) ([]form.Cell, error) {
	return selectRows(ctx, tx, scanCell, `SELECT f.relation, f.row_id, f.column_id, f.unit, c.value, c.raw, c.state,
			ifnull(c.note, '')
		FROM cell c JOIN field f USING (field_id) WHERE c.report_id = ?
		ORDER BY c.table_no, c.row_no, c.column_no, c.field_id`, report)
}

// scanCell reads a cell as the extractor made it, without its place in the document.
func scanCell(row scanner) (form.Cell, error) {
	var c form.Cell
	var value sql.NullFloat64
	if err := row.Scan(&c.Relation, &c.RowID, &c.ColumnID, &c.Unit, &value, &c.Raw, &c.State, &c.Note); err != nil {
		return c, err
	}
	switch { // what a person checked (state checked) counts as if it had been read
	case value.Valid:
		c.State, c.Value = text.StateNumber, decimal.NewNullDecimal(decimal.NewFromFloat(value.Float64))
	case c.State == stateChecked:
		c.State = text.StateBlank
	}
	return c, nil
}

// acrossIDs are the ids of the rules across years as SQL.
func acrossIDs() string {
	var ids []string
	for _, r := range check.AcrossRules() {
		ids = append(ids, "'"+r.ID+"'")
	}
	return strings.Join(ids, ", ")
}

// acrossRules are the labels of the rules across years, which this room runs.
func acrossRules() []Label {
	var out []Label
	for _, r := range check.AcrossRules() {
		out = append(out, Label{Relation: "findings", ID: r.ID, LabelEN: r.Sentence})
	}
	return out
}
