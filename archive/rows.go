package archive

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"nianbao/extract"
	"nianbao/extract/check"
	"nianbao/extract/form"
	"nianbao/extract/grid"
	"nianbao/extract/mention"
	"nianbao/extract/text"
)

// countRelations are the public relations that have a column for each column of the form, all of them counts; first
// their key. Their rows are made from cells by turning rows into columns.
var countRelations = map[string][]string{
	"applications": {"item", "natural_person", "business", "research_institution", "public_interest_organization",
		"legal_service", "other_organization", "total"},
	"disputes": {"channel", "upheld", "corrected", "other", "pending", "total"},
}

// measureRelations are the public relations with a row for each cell.
var measureRelations = []string{"disclosure", "statistics"}

// states are the codes of cell.state.
var states = map[text.State]int{
	text.StateNumber: 1, text.StateBlank: 2, text.StateNotApplicable: 3, text.StateText: 4, stateChecked: 5,
}

// countsFrom is the query that makes the rows of a count relation from cells: its columns are report_id and those of
// countRelations.
func countsFrom(relation string) string {
	var b strings.Builder
	b.WriteString(`SELECT c.report_id, f.row_id`)
	for _, column := range countRelations[relation][1:] {
		fmt.Fprintf(&b, `, max(CASE f.column_id WHEN '%s' THEN c.whole END)`, column)
	}
	fmt.Fprintf(&b, ` FROM cell c JOIN field f USING (field_id) WHERE f.relation = '%s'`, relation)
	return b.String()
}

// measuresFrom is the query that makes the rows of a measure relation from cells.
func measuresFrom(relation string) string {
	return fmt.Sprintf(`SELECT c.report_id, f.row_id, f.column_id, c.value, f.unit
		FROM cell c JOIN field f USING (field_id) WHERE f.relation = '%s'`, relation)
}

// checkCells refuses cells that the archive has no place for: that would be a fault of the extractor, not of the
// document.
func checkCells(cells []form.Cell) error {
	seen := make(map[[3]string]bool, len(cells))
	for _, c := range cells {
		name := fmt.Sprintf("cell %s/%s/%s", c.Relation, c.RowID, c.ColumnID)
		columns, counts := countRelations[c.Relation]
		switch {
		case !counts && !slices.Contains(measureRelations, c.Relation):
			return fmt.Errorf("%s: the archive has no such relation", name)
		case counts && !slices.Contains(columns[1:], c.ColumnID):
			return fmt.Errorf("%s: the relation has no such column", name)
		case c.RowID == "" || c.ColumnID == "":
			return fmt.Errorf("%s: it names no place", name)
		case states[c.State] == 0, c.State == stateChecked:
			return fmt.Errorf("%s: unknown state %q", name, c.State)
		case c.Value.Valid != (c.State == text.StateNumber):
			return fmt.Errorf("%s: state %s with value %v", name, c.State, c.Value)
		}
		place := [3]string{c.Relation, c.RowID, c.ColumnID}
		if seen[place] {
			return fmt.Errorf("%s: it comes twice", name)
		}
		seen[place] = true
	}
	return nil
}

// countNumbers is how many cells print a number.
func countNumbers(cells []form.Cell) int {
	n := 0
	for _, c := range cells {
		if c.State == text.StateNumber {
			n++
		}
	}
	return n
}

// isCount says whether a cell's number fits a column of counts.
func isCount(c form.Cell) bool {
	d := c.Value.Decimal
	return d.IsInteger() && d.BigInt().IsInt64()
}

// writeReport makes all rows of a report anew from the reading that speaks for it.
func (s *saving) writeReport(id int64, from source, r *extract.Report, more []check.Finding) error {
	if err := s.upsertReport(id, from, r); err != nil {
		return err
	}
	all := slices.Concat(slices.Sorted(maps.Keys(countRelations)), measureRelations,
		[]string{"cell", "indicator", "passage", "mentions", "tables", "findings"})
	if id == s.empty {
		all, s.empty = nil, 0
	}
	for _, relation := range all {
		if _, err := s.tx.ExecContext(s.ctx, `DELETE FROM `+relation+` WHERE report_id = ?`, id); err != nil {
			return fmt.Errorf("clear %s: %w", relation, err)
		}
	}
	if err := s.insertCells(id, r.Cells); err != nil {
		return err
	}
	if err := s.insertSeries(id, cmp.Or(r.Form, "none")); err != nil {
		return err
	}
	s.insertText(id, r)
	if err := s.insertMentions(id, from.capture, r.Mentions); err != nil {
		return err
	}
	if err := s.insertTables(id, from.capture, r.Tables); err != nil {
		return err
	}
	if err := s.insertFindings(id, 0, slices.Concat(r.Findings, more)); err != nil {
		return err
	}
	s.keep(id)
	return nil
}

// upsertReport writes the report's own row.
func (s *saving) upsertReport(id int64, from source, r *extract.Report) error {
	who := authorOf(from.site, from.region, r)
	province, prefecture, region := who.regions(r.Year)
	name := key(who.division(from.site), r, id)
	taken, err := selectInts(s.ctx, s.tx, `SELECT report_id FROM report WHERE key = ? AND report_id <> ?`, name, id)
	if err != nil {
		return err
	}
	if len(taken) > 0 {
		name += fmt.Sprintf("-%014x", id)
	}
	if err := s.ensureAuthority(who.body); err != nil {
		return err
	}
	_, err = s.tx.ExecContext(s.ctx, `INSERT INTO report(report_id, key, capture_id, site, authority_id, body, credit_code,
			authority, authority_printed, authority_type, level, province, prefecture, region, region_code, scope,
			scope_basis, year, form, title, published_on, published_from, period_from, period_to, media, completeness)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (report_id) DO UPDATE SET key = excluded.key, capture_id = excluded.capture_id,
			site = excluded.site, authority_id = excluded.authority_id, body = excluded.body,
			credit_code = excluded.credit_code, authority = excluded.authority,
			authority_printed = excluded.authority_printed, authority_type = excluded.authority_type,
			level = excluded.level, province = excluded.province, prefecture = excluded.prefecture,
			region = excluded.region, region_code = excluded.region_code, scope = excluded.scope,
			scope_basis = excluded.scope_basis, year = excluded.year, form = excluded.form, title = excluded.title,
			published_on = excluded.published_on, published_from = excluded.published_from,
			period_from = excluded.period_from, period_to = excluded.period_to, media = excluded.media,
			completeness = excluded.completeness`,
		id, name, from.capture, orNull(from.site), orNull(who.body), orNull(who.body), orNull(who.credit),
		orNull(clean(r.Authority)), orNull(clean(r.AuthorityPrinted)), orNull(r.AuthorityType), orNull(who.level(r)),
		orNull(province), orNull(prefecture), orNull(region), orNull(who.place.Division.Code),
		cmp.Or(r.Scope, "unknown"), orNull(clean(r.ScopeBasis)), orNull(r.Year), cmp.Or(r.Form, "none"),
		clean(r.Title), orNull(r.PublishedOn), orNull(r.PublishedFrom), orNull(r.PeriodFrom), orNull(r.PeriodTo),
		orNull(r.Media), r.Completeness)
	return err
}

// insertCells writes the cells, and the rows of the wide relations: what countsFrom and measuresFrom make of them.
func (s *saving) insertCells(id int64, cells []form.Cell) error {
	fields, err := s.insertCellsInto("cell(report_id", id, cells)
	if err != nil {
		return err
	}
	stored := asStored(cells, fields)
	s.tx.setCells(id, stored)
	counts := map[[2]string][]any{} // by relation and row
	measures := map[string][][]any{}
	for _, c := range stored {
		columns := countRelations[c.Relation]
		if columns == nil {
			measures[c.Relation] = append(measures[c.Relation], []any{id, c.RowID, c.ColumnID, realOf(c), c.Unit})
			continue
		}
		row := counts[[2]string{c.Relation, c.RowID}]
		if row == nil {
			row = make([]any, 1+len(columns))
			row[0], row[1] = id, c.RowID
			counts[[2]string{c.Relation, c.RowID}] = row
		}
		if at := slices.Index(columns, c.ColumnID); isWhole(c) {
			row[1+at] = int64(c.Value.Decimal.InexactFloat64())
		}
	}
	wide := map[string][][]any{}
	for _, place := range slices.SortedFunc(maps.Keys(counts), func(x, y [2]string) int { return slices.Compare(x[:], y[:]) }) {
		wide[place[0]] = append(wide[place[0]], counts[place])
	}
	for relation, columns := range countRelations {
		if err := s.tx.insertRows(s.ctx, relation+"(report_id, "+strings.Join(columns, ", ")+")", wide[relation]); err != nil {
			return fmt.Errorf("make %s: %w", relation, err)
		}
	}
	for _, relation := range measureRelations {
		if err := s.tx.insertRows(s.ctx, relation+"(report_id, item, measure, value, unit)", measures[relation]); err != nil {
			return fmt.Errorf("make %s: %w", relation, err)
		}
	}
	return nil
}

// realOf is a cell's value as it is stored, NULL for none.
func realOf(c form.Cell) any {
	if !c.Value.Valid {
		return nil
	}
	return c.Value.Decimal.InexactFloat64()
}

// isWhole says whether cell.whole has the number: one that its float holds as an integer.
func isWhole(c form.Cell) bool {
	f := c.Value.Decimal.InexactFloat64()
	return c.Value.Valid && f == math.Trunc(f) && math.Abs(f) < 1<<63
}

// insertCellsInto writes cells into cell or past_cell, and returns their fields. into is the table with the column of the
// owner, as in an INSERT.
func (s *saving) insertCellsInto(into string, owner int64, cells []form.Cell) ([]int64, error) {
	rows, fields := make([][]any, len(cells)), make([]int64, len(cells))
	for i, c := range cells {
		field, err := s.field(fieldName{c.Relation, c.RowID, c.ColumnID, cmp.Or(c.Unit, "unknown")})
		if err != nil {
			return nil, fmt.Errorf("cell %s/%s/%s: %w", c.Relation, c.RowID, c.ColumnID, err)
		}
		fields[i] = field
		rows[i] = []any{owner, field, realOf(c), printed(c), states[c.State], orNull(clean(c.Note)), slot(c.Table), slot(c.Row), slot(c.Column)}
	}
	// In the order of their key SQLite fills page after page.
	slices.SortFunc(rows, func(x, y []any) int { return cmp.Compare(x[1].(int64), y[1].(int64)) })
	return fields, s.tx.insertRows(s.ctx, into+`, field_id, value, printed, code, note, table_no, row_no, column_no)`, rows)
}

// slot is a place in the document, NULL for a cell that a person found and the extractor did not.
func slot(n int) any {
	if n < 0 {
		return nil
	}
	return n
}

// fieldName is what a field of the forms is known by: relation, row, column, unit.
type fieldName [4]string

// field returns a field's number, made if it is not there. Fields are never removed, so those that are committed need
// not be asked for again.
func (s *saving) field(name fieldName) (int64, error) {
	if id, ok := s.fields.Load(name); ok {
		return id.(int64), nil
	}
	if id, ok := s.tx.fields[name]; ok {
		return id, nil
	}
	var id int64
	err := s.tx.QueryRowContext(s.ctx, `INSERT INTO field(relation, row_id, column_id, unit) VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET unit = excluded.unit RETURNING field_id`, name[0], name[1], name[2], name[3]).Scan(&id)
	if err == nil {
		s.tx.fields[name] = id
	}
	return id, err
}

// printed is cell.printed: NULL where cell.raw comes out the same without it.
func printed(c form.Cell) any {
	switch {
	case c.Value.Valid && isCount(c) && c.Raw == fmt.Sprint(c.Value.Decimal.IntPart()) &&
		c.Value.Decimal.IntPart() < 1<<53 && c.Value.Decimal.IntPart() > -1<<53:
		return nil
	case !c.Value.Valid && c.Raw == "":
		return nil
	}
	return clean(c.Raw)
}

// insertText has title and sections written at the end of the transaction.
func (s *saving) insertText(id int64, r *extract.Report) {
	var rows [][]any
	if r.Title != "" {
		rows = append(rows, []any{id, "title", nil, nil, nil, clean(r.Title)})
	}
	for _, p := range r.Sections {
		rows = append(rows, []any{id, p.ID, orNull(clean(p.Number)), p.Position, orNull(clean(p.Heading)), clean(p.Text)})
	}
	s.tx.passages[id] = rows
}

// insertMentions writes the figures that the running text states.
func (s *saving) insertMentions(id, capture int64, mentions []mention.Mention) error {
	rows := make([][]any, len(mentions))
	for i, m := range mentions {
		rows[i] = []any{id, orNull(clean(m.Section)), m.Metric, m.Value.InexactFloat64(), orNull(clean(m.Unit)), m.Approximate,
			clean(m.Quote), capture}
	}
	err := s.tx.insertRows(s.ctx, `mentions(report_id, section, metric, value, unit, approximate, quote, capture_id)`, rows)
	if err != nil {
		return fmt.Errorf("write mentions: %w", err)
	}
	return nil
}

// insertTables writes the tables of the document.
func (s *saving) insertTables(id, capture int64, tables []extract.Table) error {
	for _, t := range tables {
		cells := t.Grid.Cells
		if cells == nil {
			cells = []grid.Cell{}
		}
		origins, err := jsonText(cells)
		if err != nil {
			return fmt.Errorf("table %d: %w", t.No, err)
		}
		_, err = s.tx.ExecContext(s.ctx, `INSERT INTO tables(report_id, capture_id, table_no, caption, kind, rows,
			columns, grid) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, id, capture, t.No, orNull(clean(t.Caption)), orNull(t.Kind),
			t.Grid.Rows, t.Grid.Columns, origins)
		if err != nil {
			return fmt.Errorf("table %d: %w", t.No, err)
		}
	}
	return nil
}

// insertFindings writes what the checks found; other is the other report that they are about, 0 for none.
func (s *saving) insertFindings(id, other int64, findings []check.Finding) error {
	rows := make([][]any, len(findings))
	for i, f := range findings {
		rows[i] = []any{id, f.Rule, string(f.Severity), orNull(f.Relation), orNull(f.RowID), orNull(f.ColumnID),
			orNull(clean(f.Expected)), orNull(clean(f.Actual)), clean(f.Message), orNull(other)}
	}
	err := s.tx.insertRows(s.ctx, `findings(report_id, rule, severity, relation, row_id, column_id, expected, actual, message,
		other_report_id)`, rows)
	if err != nil {
		return fmt.Errorf("write findings: %w", err)
	}
	return nil
}
