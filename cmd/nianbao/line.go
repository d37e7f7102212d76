package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/shopspring/decimal"

	"nianbao/extract"
	"nianbao/extract/check"
	"nianbao/extract/form"
	"nianbao/extract/grid"
	"nianbao/extract/mention"
)

// object is a JSON object whose keys keep their order: that of the columns in the public relations.
type object []field

type field struct {
	key   string
	value any
}

// MarshalJSON writes the fields in their order. Characters special to HTML stay as they are.
func (o object) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, f := range o {
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, "%q:", f.key)
		value, err := marshal(f.value)
		if err != nil {
			return nil, fmt.Errorf("write %s as JSON: %w", f.key, err)
		}
		out.Write(value)
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// marshal is json.Marshal without HTML escapes.
func marshal(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(out.Bytes(), "\n"), nil
}

// errorLine is the line of a document that could not be read.
func errorLine(source string, err error) object {
	return object{{"source", source}, {"error", err.Error()}}
}

// readingLine is the line of a document that was read: keys and columns are those of the public relations.
func readingLine(source string, body []byte, reading extract.Reading) object {
	if n := reading.NotReport; n != nil {
		return object{{"source", source}, {"report", nil}, {"not_report", n}}
	}
	r := reading.Report
	return object{
		{"source", source},
		{"report", reportObject(r, body)},
		{"applications", pivot(r.Cells, "applications", "item", applicationColumns())},
		{"disputes", pivot(r.Cells, "disputes", "channel", disputeColumns())},
		{"disclosure", measures(r.Cells, "disclosure")},
		{"statistics", measures(r.Cells, "statistics")},
		{"sections", list(r.Sections, func(s extract.Section) any { return s })},
		{"mentions", list(r.Mentions, mentionObject)},
		{"findings", list(r.Findings, findingObject)},
		{"tables", list(r.Tables, tableObject)},
		{"cells", list(r.Cells, cellObject)},
	}
}

// applicationColumns are the columns of the public relation applications after its key.
func applicationColumns() []string {
	return []string{"natural_person", "business", "research_institution", "public_interest_organization",
		"legal_service", "other_organization", "total"}
}

// disputeColumns are the columns of the public relation disputes after its key.
func disputeColumns() []string {
	return []string{"upheld", "corrected", "other", "pending", "total"}
}

// reportObject holds those columns of the relation reports that a document alone can tell.
func reportObject(r *extract.Report, body []byte) object {
	digest := sha256.Sum256(body)
	contradictions, doubts := count(r.Findings)
	var year any
	if r.Year != 0 {
		year = r.Year
	}
	return object{
		{"authority", orNull(r.Authority)},
		{"authority_printed", orNull(r.AuthorityPrinted)},
		{"authority_type", orNull(r.AuthorityType)},
		{"level", orNull(r.Level)},
		{"scope", orNull(r.Scope)},
		{"scope_basis", orNull(r.ScopeBasis)},
		{"year", year},
		{"form", orNull(r.Form)},
		{"title", orNull(r.Title)},
		{"published_on", orNull(r.PublishedOn)},
		{"published_from", orNull(r.PublishedFrom)},
		{"period_from", orNull(r.PeriodFrom)},
		{"period_to", orNull(r.PeriodTo)},
		{"media", orNull(r.Media)},
		{"completeness", orNull(r.Completeness)},
		{"sha256", hex.EncodeToString(digest[:])},
		{"extractor", extract.Version},
		{"contradictions", contradictions},
		{"doubts", doubts},
	}
}

// count tells how many findings are contradictions and how many are doubts.
func count(findings []check.Finding) (contradictions, doubts int) {
	for _, f := range findings {
		switch f.Severity {
		case check.Contradiction:
			contradictions++
		case check.Doubt:
			doubts++
		}
	}
	return contradictions, doubts
}

// pivot makes one object a row of a wide relation, rows in the order in which the document prints them. A column that
// the document lacks, or in which it printed no number, is null.
func pivot(cells []form.Cell, relation, key string, columns []string) []object {
	values := map[string]map[string]decimal.NullDecimal{}
	var order []string
	for _, c := range cells {
		if c.Relation != relation {
			continue
		}
		if values[c.RowID] == nil {
			values[c.RowID] = map[string]decimal.NullDecimal{}
			order = append(order, c.RowID)
		}
		values[c.RowID][c.ColumnID] = c.Value
	}
	rows := []object{}
	for _, id := range order {
		row := object{{key, id}}
		for _, column := range columns {
			row = append(row, field{column, number(values[id][column])})
		}
		rows = append(rows, row)
	}
	return rows
}

// measures makes one object a cell of a long relation: item, measure, value, unit.
func measures(cells []form.Cell, relation string) []object {
	rows := []object{}
	for _, c := range cells {
		if c.Relation == relation {
			rows = append(rows, object{
				{"item", c.RowID}, {"measure", c.ColumnID}, {"value", number(c.Value)}, {"unit", orNull(c.Unit)},
			})
		}
	}
	return rows
}

func mentionObject(m mention.Mention) any {
	return object{
		{"section", orNull(m.Section)}, {"metric", m.Metric}, {"value", json.Number(m.Value.String())},
		{"unit", orNull(m.Unit)}, {"approximate", m.Approximate}, {"quote", m.Quote},
	}
}

func findingObject(f check.Finding) any {
	return object{
		{"rule", f.Rule}, {"severity", f.Severity}, {"relation", orNull(f.Relation)}, {"row_id", orNull(f.RowID)},
		{"column_id", orNull(f.ColumnID)}, {"message", f.Message},
	}
}

func tableObject(t extract.Table) any {
	return object{
		{"table_no", t.No}, {"caption", orNull(t.Caption)}, {"kind", t.Kind},
		{"rows", t.Grid.Rows}, {"columns", t.Grid.Columns},
		{"grid", list(t.Grid.Cells, func(c grid.Cell) any { return c })},
	}
}

func cellObject(c form.Cell) any {
	return object{
		{"relation", c.Relation}, {"row_id", c.RowID}, {"column_id", c.ColumnID}, {"value", number(c.Value)},
		{"raw", c.Raw}, {"state", c.State}, {"note", orNull(c.Note)},
		{"table_no", c.Table}, {"row_no", c.Row}, {"column_no", c.Column},
	}
}

// list maps a slice for JSON: a document without such things has an empty array, not null.
func list[T any](in []T, f func(T) any) []any {
	out := make([]any, 0, len(in))
	for _, v := range in {
		out = append(out, f(v))
	}
	return out
}

// number is the JSON number of a value, exact and without a needless fraction; null where no number was printed.
func number(v decimal.NullDecimal) any {
	if !v.Valid {
		return nil
	}
	return json.Number(v.Decimal.String())
}

// orNull is a text or number, or null where it is "" or 0 because there is none.
func orNull[T comparable](v T) any {
	var none T
	if v == none {
		return nil
	}
	return v
}
