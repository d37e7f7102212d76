package form

import (
	"github.com/shopspring/decimal"

	"nianbao/extract/text"
)

// Cell is one cell of an official form as a report prints it. Relation, RowID and ColumnID name the public relation, its
// key and its column: applications/granted/total, disputes/review/upheld, disclosure/normative_documents/in_force.
type Cell struct {
	Relation string
	RowID    string
	ColumnID string
	Value    decimal.NullDecimal // valid only when State is number; in the unit of the relation (money in 万元)
	Raw      string              // the text of the cell as printed, white space folded
	State    text.State
	Note     string // remark printed beside the number, or how the value came about; else ""
	Unit     string // 件, 万元, or unknown
	Table    int    // index of the table in the document
	Row      int    // slot of the cell's origin in that table, from 0
	Column   int
}
