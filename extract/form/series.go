package form

import (
	_ "embed" // crosswalk.json
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/shopspring/decimal"

	"nianbao/extract/text"
)

// Indicator is a number that several forms print under different names: what makes a series over the years.
type Indicator struct {
	ID      string              `json:"id"`
	LabelZH string              `json:"label_zh"`
	LabelEN string              `json:"label_en"`
	Unit    string              `json:"unit"`
	Cells   map[string][]string `json:"cells"`   // by form: relation/row/column; several are added up
	Instead map[string][]string `json:"instead"` // by form: cells that stand for those of Cells where none of them is printed
	Links   map[string]string   `json:"links"`   // "2014-2019": how well the two forms compare; absent means none
	Note    string              `json:"note"`    // where the forms differ
}

// Comparable is an indicator as one report has it.
type Comparable struct {
	Indicator     string
	Value         decimal.NullDecimal // not valid where nothing, or no number, is printed
	Unit          string              // unknown for money of which the document says no unit
	Basis         string              // printed, summed
	Comparability string              // exact, approximate, none
}

// The values of Comparable.Basis.
const (
	Printed = "printed" // one cell prints it
	Summed  = "summed"  // the sum of what several cells print, blanks left out
)

//go:embed crosswalk.json
var crosswalk []byte

// indicators reads the crosswalk once; like the editions it is part of the program.
var indicators = sync.OnceValue(func() []Indicator {
	d := json.NewDecoder(strings.NewReader(string(crosswalk)))
	d.DisallowUnknownFields()
	var all []Indicator
	if err := d.Decode(&all); err != nil {
		panic(fmt.Sprintf("form: crosswalk.json: %v", err))
	}
	return all
})

// Indicators lists what is comparable over the forms. The result is shared: do not change it.
func Indicators() []Indicator { return indicators() }

// newer is the order in which the national forms replaced each other. Fujian's table ran beside that of 2014; both were
// replaced by the form of 2019.
var newer = map[string]string{"2014": "2019", "fujian": "2019", "2019": "2021"}

// national are the national forms, the newest first.
var national = [...]string{"2021", "2019", "2014"}

// Comparability says how well the indicator on a form compares with the newest form that prints it: the weakest link on
// the way. exact on that form itself; none where the way is broken.
func (i Indicator) Comparability(form string) string {
	newest := form
	for _, f := range national {
		if i.Cells[f] != nil {
			newest = f
			break
		}
	}
	weakest := "exact"
	for form != newest {
		next, ok := newer[form]
		if !ok {
			return "none"
		}
		switch i.Links[form+"-"+next] {
		case "exact":
		case "approximate":
			weakest = "approximate"
		default:
			return "none"
		}
		form = next
	}
	return weakest
}

// Series returns the indicators of a report on a form, those of which the document prints at least one cell, in the order
// of Indicators. Where several cells make an indicator, all of them must be in the document, and one at least must print
// a number. A total of 表三 or 表四 that is blank is the sum of its row if the whole row is in the document.
func Series(form string, cells []Cell) []Comparable {
	at := make(map[string]Cell, len(cells))
	for _, c := range cells {
		at[c.Relation+"/"+c.RowID+"/"+c.ColumnID] = c
	}
	var out []Comparable
	for _, i := range indicators() {
		names := i.Cells[form]
		if instead := i.Instead[form]; instead != nil && !slices.ContainsFunc(names, func(n string) bool {
			_, ok := at[n]
			return ok
		}) {
			names = instead
		}
		if len(names) == 0 || !slices.ContainsFunc(names, func(n string) bool { return known(at, n) }) {
			continue
		}
		c := Comparable{Indicator: i.ID, Unit: i.Unit, Basis: Printed, Comparability: i.Comparability(form)}
		if len(names) > 1 {
			c.Basis = Summed
		}
		c.add(at, names)
		out = append(out, c)
	}
	return out
}

// rowParts are the columns whose sum is the total of a row.
var rowParts = map[string][]string{
	"applications": {"natural_person", "business", "research_institution", "public_interest_organization",
		"legal_service", "other_organization"},
	"disputes": {"upheld", "corrected", "other", "pending"},
}

// known says whether the document has the cell, or the row whose total it would be.
func known(at map[string]Cell, name string) bool {
	if _, ok := at[name]; ok {
		return true
	}
	return len(partsOf(at, name)) > 0
}

// partsOf returns the cells that add up to a total that prints no number, nil if not all of them are in the document.
func partsOf(at map[string]Cell, name string) []string {
	row, total := strings.CutSuffix(name, "/total")
	relation, _, _ := strings.Cut(name, "/")
	if c, ok := at[name]; !total || ok && c.State != text.StateBlank && c.State != text.StateNotApplicable {
		return nil
	}
	var parts []string
	for _, column := range rowParts[relation] {
		part := row + "/" + column
		if _, ok := at[part]; !ok {
			return nil
		}
		parts = append(parts, part)
	}
	return parts
}

// add sets the value to the sum of the cells, and the unit to theirs where money has none.
func (c *Comparable) add(at map[string]Cell, names []string) {
	sum, numbers := decimal.Zero, 0
	for _, name := range names {
		cells := []string{name}
		if parts := partsOf(at, name); parts != nil && slices.ContainsFunc(parts, func(p string) bool {
			return at[p].State == text.StateNumber
		}) {
			cells, c.Basis = parts, Summed
		}
		for _, n := range cells {
			cell, ok := at[n]
			switch {
			case !ok, cell.State == text.StateText, rowParts[cell.Relation] != nil && !cell.Value.Decimal.IsInteger():
				return // not all is there, or is no number that we understand
			case cell.State == text.StateNumber:
				sum, numbers = sum.Add(cell.Value.Decimal), numbers+1
				if c.Unit == "万元" && cell.Unit != c.Unit {
					c.Unit = unknown
				}
			}
		}
	}
	c.Value = decimal.NullDecimal{Decimal: sum, Valid: numbers > 0}
}
