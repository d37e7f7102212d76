package grid

// Cell is one cell of a table, placed at the slot where it begins (its origin).
// Row and Column count from 0, as in the WHATWG algorithm "forming a table".
type Cell struct {
	Text    string `json:"text"` // as a reader sees it: nested tables left out, white space folded, \n between lines
	Row     int    `json:"row"`
	Column  int    `json:"column"`
	Rowspan int    `json:"rowspan"`
	Colspan int    `json:"colspan"`
	Header  bool   `json:"-"` // a th element
}

// Grid is a rectangular table. Every slot is covered by a cell or is empty (a hole).
type Grid struct {
	Rows    int
	Columns int
	Cells   []Cell // in document order, each once

	slots []int32 // Rows*Columns, index into Cells plus one; 0 is a hole
}
