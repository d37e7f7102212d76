package text

import "github.com/shopspring/decimal"

// State says what a table cell holds. The names are those of cells.state in the archive.
type State string

// The states of a cell. A cell that is not in the document has no state at all: it has no row.
const (
	StateNumber        State = "number"         // a number was printed
	StateBlank         State = "blank"          // nothing was printed: empty, spaces, &nbsp;
	StateNotApplicable State = "not_applicable" // /, —, -, 无 and the like: printed, but no number
	StateText          State = "text"           // something else was printed that is no single number
)

// Value is what a cell prints, read as strictly as a number in public statistics deserves.
type Value struct {
	State  State
	Number decimal.Decimal // exact; only when State is StateNumber
	Unit   string          // a unit printed in the cell (元, 万元, 亿元, 件, 条, 项, 个, 次 …), else ""
	Note   string          // a remark printed beside the number, as in 22（其中修订16件）, else ""
}
