package form

import (
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"nianbao/extract/text"
)

// Edition is one official form: its tables, labels and the sums that must hold, as data. A file in editions/ holds one
// edition; a new form or a new wording is a change of data only.
type Edition struct {
	ID           string     `json:"id"`            // value of reports.form
	Document     string     `json:"document"`      // number of the document that prescribes it
	Issued       string     `json:"issued"`        // its date, YYYY-MM-DD
	Title        string     `json:"title"`         // its title
	Signs        []string   `json:"signs"`         // labels that only this form prints; one of them recognises it
	ForeignSigns []string   `json:"foreign_signs"` // labels of other forms; one of them rules it out
	Sections     []Section  `json:"sections"`      // those of the 2021 form where the file has none
	Tables       []Table    `json:"tables"`
	Identities   []Identity `json:"identities"`

	relations map[string]string // by wording in normal form; "" for one of several relations
	several   bool              // its tables are of several relations
}

// Section is one of the numbered parts of the report with the headings it was seen under.
type Section struct {
	ID      string   `json:"id"`
	Number  string   `json:"number"` // 一、
	Title   string   `json:"title"`
	Aliases []string `json:"aliases"`
}

// Table is one table of a form, or one block of table 二 under its own header.
type Table struct {
	ID       string `json:"id"`
	Relation string `json:"relation"` // public relation its numbers go to
	Caption  string `json:"caption"`
	Corner   string `json:"corner"`  // label of the corner, ignored by name
	Unit     string `json:"unit"`    // unit of the relation's values: 件, 万元
	Values   string `json:"values"`  // count: whole numbers; amount: decimals
	Stacked  bool   `json:"stacked"` // one of several blocks in one table, each under its own header row
	// Headers of columns before the numbers that hold labels, or the units of the rows, as the statistics returns have.
	LabelColumns []string `json:"label_columns"`
	UnitColumns  []string `json:"unit_columns"`
	Groups       []Group  `json:"groups"`
	Columns      []Column `json:"columns"`
	Rows         []Row    `json:"rows"`

	headers     map[string][]header // by label in normal form
	rowsByLabel map[string][]*Row   // in the order of the form
	groupLabels map[string]string   // label in normal form to id
	cornerLabel string
	leadLabels  map[string]bool // headers before the numbers, true for a column of units
}

// Group is a header cell over several columns.
type Group struct {
	ID     string `json:"id"`
	Label  string `json:"label"`
	En     string `json:"en"`
	Parent string `json:"parent"`
}

// Column is a column of numbers. In 表四, whose one row holds three channels side by side, Row names the channel.
//
// A wording may hold {Y} for a year, as the header 2016年度 does.
type Column struct {
	ID      string       `json:"id"`
	Row     string       `json:"row"`
	Unit    string       `json:"unit"`   // where it is not the table's
	Values  string       `json:"values"` // where it is not the table's
	Signed  bool         `json:"signed"` // increase and decrease: +8, -8, 增8, 减8
	Label   string       `json:"label"`
	En      string       `json:"en"`
	Group   string       `json:"group"`
	Aliases []string     `json:"aliases"`
	InUnit  []UnitHeader `json:"in_unit"`
}

// UnitHeader is a wording of a column header that says another unit than the form, or none ("unknown").
type UnitHeader struct {
	Label string `json:"label"`
	Unit  string `json:"unit"`
}

// Row is a row of a form. A Header row is a label over the rows that name it as their parent; the form prints no numbers
// in it. Where a report prints numbers in it nevertheless, and none of the rows below it, they are of the row Single.
type Row struct {
	ID       string   `json:"id"`
	Number   string   `json:"number"` // （一）, 1.
	Label    string   `json:"label"`
	En       string   `json:"en"`
	Parent   string   `json:"parent"`
	Header   bool     `json:"header"`
	Single   string   `json:"single"`
	Unit     string   `json:"unit"`     // where it is not the table's
	Printed  string   `json:"printed"`  // unit on the form, where that is not the relation's
	Values   string   `json:"values"`   // where it is not the table's
	Optional bool     `json:"optional"` // not every report of the form has it
	Recalled bool     `json:"recalled"` // wording not confirmed by a copy of the form: a match is remarked
	Aliases  []string `json:"aliases"`

	vague bool // its label heads a column, too
}

// Identity is what must hold between the numbers of one report: the terms of Sum together equal those of Equals, or are
// not above (<=) or not below (>=) them, or are zero if and only if they are (iff_zero). No term in Equals means zero.
// Over says what the terms are: rows, judged in every column (or in Columns only), or columns, judged in every row (or
// in Rows only).
type Identity struct {
	ID         string              `json:"id"`
	Relation   string              `json:"relation"`
	Over       string              `json:"over"`
	Rows       []string            `json:"rows"`
	Columns    []string            `json:"columns"`
	Op         string              `json:"op"` // == when empty, <=, >=, iff_zero
	Sum        []string            `json:"sum"`
	Equals     []string            `json:"equals"`
	Instead    map[string][]string `json:"instead"`     // a term that may stand for several of Sum
	SkipAbsent bool                `json:"skip_absent"` // terms of Sum that are not in the document are left out
	Severity   string              `json:"severity"`
	Source     string              `json:"source"`   // stated on the form, or arithmetical
	Sentence   string              `json:"sentence"` // what it says, in words
}

// Terms returns the terms of Sum for a report in which only some rows or columns are printed: a term of Instead takes the
// place of those it stands for where it is printed and none of them is.
func (id Identity) Terms(printed func(term string) bool) []string {
	terms := id.Sum
	for one, several := range id.Instead {
		if printed(one) && !slices.ContainsFunc(several, printed) {
			terms = slices.DeleteFunc(slices.Clone(terms), func(t string) bool { return slices.Contains(several, t) })
			terms = append(terms, one)
		}
	}
	return terms
}

// Label is one id of a form with its wording; the rows of the public relation labels.
type Label struct {
	Relation, ID, Form, Number, LabelZH, LabelEN, Parent string
}

//go:embed editions/*.json
var files embed.FS

// load reads the embedded editions once. They are part of the program: a bad one is a mistake of ours that the first
// test run shows, so it panics.
var load = sync.OnceValue(func() []*Edition {
	entries, err := files.ReadDir("editions")
	if err != nil {
		panic(fmt.Sprintf("form: embedded editions: %v", err))
	}
	var all []*Edition
	for _, e := range entries {
		b, err := files.ReadFile(path.Join("editions", e.Name()))
		if err != nil {
			panic(fmt.Sprintf("form: edition %s: %v", e.Name(), err))
		}
		d := json.NewDecoder(strings.NewReader(string(b)))
		d.DisallowUnknownFields()
		var ed Edition
		if err := d.Decode(&ed); err != nil {
			panic(fmt.Sprintf("form: edition %s: %v", e.Name(), err))
		}
		for i := range ed.Tables {
			ed.Tables[i].index()
		}
		all = append(all, &ed)
	}
	for _, ed := range all {
		if len(ed.Sections) == 0 {
			ed.Sections = byID(all, "2021").Sections
		}
		ed.indexRelations()
	}
	return all
})

// Editions returns the official forms this version reads, oldest file name first. The result is shared: do not change it.
func Editions() []*Edition { return load() }

// ByID returns the edition with that id, nil if there is none.
func ByID(id string) *Edition { return byID(Editions(), id) }

func byID(all []*Edition, id string) *Edition {
	for _, e := range all {
		if e.ID == id {
			return e
		}
	}
	return nil
}

// Labels lists every row and column id of every edition with its Chinese and English wording. ID is the id as the public
// relations print it; a column's Parent is its group, or the table whose rows it belongs to.
func Labels() []Label {
	var out []Label
	for _, e := range Editions() {
		seen := map[[2]string]bool{}
		add := func(l Label) {
			k := [2]string{l.Relation, l.ID}
			if !seen[k] {
				seen[k] = true
				l.Form = e.ID
				out = append(out, l)
			}
		}
		for _, t := range e.Tables {
			for _, r := range t.Rows {
				add(Label{Relation: t.Relation, ID: r.ID, Number: r.Number, LabelZH: r.Label, LabelEN: r.En, Parent: r.Parent})
			}
			for _, c := range t.Columns {
				parent := c.Group
				if c.Row != "" {
					parent = "" // the same five columns under every channel
				}
				add(Label{Relation: t.Relation, ID: c.ID, LabelZH: c.Label, LabelEN: c.En, Parent: parent})
			}
			for _, g := range t.Groups {
				add(Label{Relation: t.Relation, ID: g.ID, LabelZH: g.Label, LabelEN: g.En, Parent: g.Parent})
			}
		}
		for _, s := range e.Sections {
			add(Label{Relation: "sections", ID: s.ID, Number: s.Number, LabelZH: s.Title, LabelEN: s.ID})
		}
	}
	return out
}

// header is what a column header cell can stand for.
type header struct {
	column *Column
	unit   string // the unit its numbers are printed in
}

// index prepares the look-up of labels by their normal form.
func (t *Table) index() {
	t.headers, t.rowsByLabel = map[string][]header{}, map[string][]*Row{}
	t.groupLabels, t.leadLabels = map[string]string{}, map[string]bool{}
	t.cornerLabel = text.Normal(t.Corner)
	add := func(label string, h header) {
		n := text.Normal(strings.ReplaceAll(label, "{Y}", anyYear))
		if !slices.ContainsFunc(t.headers[n], func(o header) bool { return o.column == h.column }) {
			t.headers[n] = append(t.headers[n], h)
		}
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		for _, w := range append([]string{c.Label}, c.Aliases...) {
			add(w, header{c, cmp.Or(c.Unit, t.Unit)})
		}
		for _, u := range c.InUnit {
			add(u.Label, header{c, u.Unit})
		}
	}
	for _, g := range t.Groups {
		t.groupLabels[text.Normal(g.Label)] = g.ID
	}
	for _, w := range slices.Concat(t.LabelColumns, t.UnitColumns) {
		t.leadLabels[text.Normal(w)] = slices.Contains(t.UnitColumns, w)
	}
	for i := range t.Rows {
		r := &t.Rows[i]
		r.vague = t.headers[text.Normal(r.Label)] != nil
		for _, w := range append([]string{r.Label}, r.Aliases...) {
			n := text.Normal(w)
			if !slices.Contains(t.rowsByLabel[n], r) {
				t.rowsByLabel[n] = append(t.rowsByLabel[n], r)
			}
		}
	}
}

// aYear is a year inside a header, which editions write {Y} and the index writes anyYear.
var aYear = regexp.MustCompile(`20[0-9]{2}`)

const anyYear = "0000"

// headersNamed returns the columns that a header in normal form can stand for.
func (t *Table) headersNamed(label string) []header {
	if isDigits(label) {
		return nil
	}
	if hs := t.headers[label]; hs != nil || !strings.Contains(label, "20") {
		return hs
	}
	return t.headers[aYear.ReplaceAllString(label, anyYear)]
}

// isDigits reports whether a text in normal form is of digits or blank, as most cells of a form are: no label is.
func isDigits(n string) bool {
	for i := range len(n) {
		if n[i] < '0' || n[i] > '9' {
			return false
		}
	}
	return true
}

// unnumbered is a row label in normal form without what may stand before it: 其中: 一、 (一) 1. 1、
func unnumbered(label string) string {
	const numerals, digits = "一二三四五六七八九十", "0123456789"
	if rest, ok := strings.CutPrefix(label, "其中"); ok {
		label = strings.TrimPrefix(rest, ":")
	}
	if rest, ok := strings.CutPrefix(label, "、"); ok {
		return rest
	}
	if open, ok := strings.CutPrefix(label, "("); ok {
		if rest, ok := strings.CutPrefix(strings.TrimLeft(open, numerals), ")"); ok && len(rest)+1 < len(open) {
			return rest
		}
		return label
	}
	rest := strings.TrimLeft(label, digits)
	if rest == label {
		rest = strings.TrimLeft(label, numerals)
	}
	if rest != label {
		for _, sign := range []string{"、", "."} {
			if behind, ok := strings.CutPrefix(rest, sign); ok {
				return behind
			}
		}
	}
	return label
}

// rowsNamed returns the rows that a label in normal form can name, with its numeral or without.
func (t *Table) rowsNamed(label string) []*Row {
	if isDigits(label) {
		return nil
	}
	if rs := t.rowsByLabel[label]; rs != nil {
		return rs
	}
	if bare := unnumbered(label); bare != label {
		return t.rowsByLabel[bare]
	}
	return nil
}

// rowNamed is the row that a label names after the row last, where several rows have the same label: the first one whose
// parent is last, or a row above last. nil where no row, or none that can stand there, has it.
func (t *Table) rowNamed(label string, last *Row) *Row {
	rows := t.rowsNamed(label)
	if len(rows) == 1 {
		return rows[0]
	}
	for _, r := range rows {
		for at := last; at != nil; at = t.row(at.Parent) {
			if r.Parent == at.ID {
				return r
			}
		}
	}
	return nil
}

// row returns the row with that id, nil if there is none.
func (t *Table) row(id string) *Row {
	for i := range t.Rows {
		if t.Rows[i].ID == id {
			return &t.Rows[i]
		}
	}
	return nil
}
