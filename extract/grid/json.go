package grid

import (
	"encoding/json"
	"fmt"
)

// MarshalJSON writes the cells at their origins, in document order: [{"text", "row", "column", "rowspan", "colspan"}].
func (g Grid) MarshalJSON() ([]byte, error) {
	if g.Cells == nil {
		return []byte("[]"), nil
	}
	return json.Marshal(g.Cells)
}

// UnmarshalJSON reads what MarshalJSON wrote. What JSON does not keep is lost: which cells are headers, and empty rows
// and columns after the last cell.
func (g *Grid) UnmarshalJSON(data []byte) error {
	var cells []Cell
	if err := json.Unmarshal(data, &cells); err != nil {
		return fmt.Errorf("read the cells of a grid: %w", err)
	}
	*g = New(cells)
	return nil
}
