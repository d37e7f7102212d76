package form

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
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
	Sections     []Section  `json:"sections"`
	Tables       []Table    `json:"tables"`
	Identities   []Identity `json:"identities"`
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
	ID       string   `json:"id"`
	Relation string   `json:"relation"` // public relation its numbers go to
	Caption  string   `json:"caption"`
	Corner   string   `json:"corner"`  // label of the corner, ignored by name
	Unit     string   `json:"unit"`    // unit of the relation's values: 件, 万元
	Values   string   `json:"values"`  // count: whole numbers; amount: decimals
	Stacked  bool     `json:"stacked"` // one of several blocks in one table, each under its own header row
	Groups   []Group  `json:"groups"`
	Columns  []Column `json:"columns"`
	Rows     []Row    `json:"rows"`

	headers     map[string][]header // by label in normal form
	rowsByLabel map[string]*Row
	groupLabels map[string]string // label in normal form to id
}

// Group is a header cell over several columns.
type Group struct {
	ID     string `json:"id"`
	Label  string `json:"label"`
	En     string `json:"en"`
	Parent string `json:"parent"`
}

// Column is a column of numbers. In 表四, whose one row holds three channels side by side, Row names the channel.
type Column struct {
	ID      string       `json:"id"`
	Row     string       `json:"row"`
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
// in it.
type Row struct {
	ID      string   `json:"id"`
	Number  string   `json:"number"` // （一）, 1.
	Label   string   `json:"label"`
	En      string   `json:"en"`
	Parent  string   `json:"parent"`
	Header  bool     `json:"header"`
	Aliases []string `json:"aliases"`
}

// Identity is a sum that must hold inside one report: the terms of Sum add up to those of Equals. Over says what the
// terms are: rows, judged in every column, or columns, judged in every row (or in Rows only).
type Identity struct {
	ID       string   `json:"id"`
	Relation string   `json:"relation"`
	Over     string   `json:"over"`
	Rows     []string `json:"rows"`
	Sum      []string `json:"sum"`
	Equals   []string `json:"equals"`
	Severity string   `json:"severity"`
	Source   string   `json:"source"`   // stated on the form, or arithmetical
	Sentence string   `json:"sentence"` // what it says, in words
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
	return all
})

// Editions returns the official forms this version reads, oldest file name first. The result is shared: do not change it.
func Editions() []*Edition { return load() }

// ByID returns the edition with that id, nil if there is none.
func ByID(id string) *Edition {
	for _, e := range Editions() {
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
	t.headers, t.rowsByLabel = map[string][]header{}, map[string]*Row{}
	t.groupLabels = map[string]string{}
	for i := range t.Columns {
		c := &t.Columns[i]
		for _, w := range append([]string{c.Label}, c.Aliases...) {
			n := text.Normal(w)
			t.headers[n] = append(t.headers[n], header{c, t.Unit})
		}
		for _, u := range c.InUnit {
			n := text.Normal(u.Label)
			t.headers[n] = append(t.headers[n], header{c, u.Unit})
		}
	}
	for _, g := range t.Groups {
		t.groupLabels[text.Normal(g.Label)] = g.ID
	}
	for i := range t.Rows {
		r := &t.Rows[i]
		for _, w := range append([]string{r.Label}, r.Aliases...) {
			t.rowsByLabel[text.Normal(w)] = r
		}
	}
}

// numbering is the numeral before a row label, in normal form: 一、 (一) 1. 1、
var numbering = regexp.MustCompile(`^(?:\([一二三四五六七八九十]+\)|[一二三四五六七八九十]+[、.]|[0-9]+[、.]|、)`)

// rowNamed finds the row that a label in normal form names, with its numeral or without.
func (t *Table) rowNamed(label string) *Row {
	if r := t.rowsByLabel[label]; r != nil {
		return r
	}
	if m := numbering.FindString(label); m != "" {
		return t.rowsByLabel[label[len(m):]]
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

// under reports whether the row stands below the header row with that id.
func (t *Table) under(r *Row, header string) bool {
	for p := r.Parent; p != ""; {
		if p == header {
			return true
		}
		up := t.row(p)
		if up == nil {
			return false
		}
		p = up.Parent
	}
	return false
}
