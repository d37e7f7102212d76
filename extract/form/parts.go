package form

import (
	"strings"

	"nianbao/extract/grid"
	"nianbao/extract/text"
)

// indexRelations notes of each wording which relation it belongs to: "" where it is of several (总计).
func (e *Edition) indexRelations() {
	e.relations = map[string]string{}
	add := func(wording, relation string) {
		if was, ok := e.relations[wording]; ok && was != relation {
			relation = ""
		}
		e.relations[wording] = relation
	}
	for i := range e.Tables {
		t := &e.Tables[i]
		e.several = e.several || t.Relation != e.Tables[0].Relation
		add(text.Normal(t.Caption), t.Relation)
		for n := range t.headers {
			add(n, t.Relation)
		}
		for n := range t.groupLabels {
			add(n, t.Relation)
		}
		for n := range t.rowsByLabel {
			add(n, t.Relation)
		}
		for _, s := range e.Sections {
			if s.ID != t.Relation {
				continue
			}
			for _, title := range append([]string{s.Title}, s.Aliases...) {
				add(text.Normal(title), t.Relation)
			}
		}
	}
}

// relationOf is the only relation that a label in normal form can be of, "" for none.
func (e *Edition) relationOf(n string) string {
	if r, ok := e.relations[n]; ok {
		return r
	}
	for i := range e.Tables {
		t := &e.Tables[i]
		if strings.Contains(n, "勾稽关系") && strings.Contains(t.Corner, "勾稽关系") || t.Stacked && strings.HasPrefix(n, "第二十条") {
			return t.Relation
		}
	}
	return e.relations[unnumbered(n)]
}

// run is some rows of a grid that are of one relation.
type run struct {
	from     int
	relation string
	labelled int // rows with a label of that relation alone
}

// parts takes a grid apart that holds several tables of the form, one below the other, as a sheet of a spreadsheet does:
// each table in a grid of its own, with its cells at their places. A grid that holds one is left as it is, and so is one
// with a cell that reaches from one table into the next.
func (e *Edition) parts(s *sheet) []*sheet {
	whole := []*sheet{s}
	if !e.several {
		return whole
	}
	const least = 2 // labelled rows that make a table
	var all, runs []run
	for r := range s.rows {
		switch relation := e.relationOfRow(s, r); {
		case relation == "":
		case len(all) == 0 || all[len(all)-1].relation != relation:
			all = append(all, run{r, relation, 1})
		default:
			all[len(all)-1].labelled++
		}
	}
	for _, x := range all {
		if x.labelled >= least && (len(runs) == 0 || runs[len(runs)-1].relation != x.relation) {
			runs = append(runs, x)
		}
	}
	if len(runs) < 2 {
		return whole
	}
	runs[0].from = 0
	cells := make([][]grid.Cell, len(runs))
	for _, c := range s.g.Cells {
		i := len(runs) - 1
		for runs[i].from > c.Row {
			i--
		}
		if i+1 < len(runs) && c.Row+c.Rowspan > runs[i+1].from {
			return whole
		}
		cells[i] = append(cells[i], c)
	}
	var parts []*sheet
	for _, cs := range cells {
		g := grid.New(cs)
		parts = append(parts, newSheet(s.no, &g))
	}
	return parts
}

// relationOfRow is the relation that the labels beginning in a row are of, "" where none or several are named.
func (e *Edition) relationOfRow(s *sheet, r int) string {
	found := ""
	for _, c := range s.row(r) {
		if c.Row != r || isDigits(c.norm) || len(c.norm) >= longestLabel {
			continue
		}
		switch relation := e.relationOf(c.norm); {
		case relation == "" || relation == found:
		case found != "":
			return ""
		default:
			found = relation
		}
	}
	return found
}
