package document

import "testing"

// TestMergesOfRows: what a row's properties say of merging after its cells were defined ([MS-DOC] section 2.6.3: sprmTVertMerge,
// sprmTMerge). LibreOffice writes the flags of the definition only.
func TestMergesOfRows(t *testing.T) {
	definition := func(more ...byte) little {
		out := little{0x08, 0xD6, 0, 0, 3}
		for _, edge := range []byte{0, 4, 8, 12} { // times 256
			out = append(out, 0, edge)
		}
		for range 3 * 20 {
			out = append(out, 0)
		}
		out[2] = byte(len(out) - 3)
		return append(out, more...)
	}
	row := func(t *docTable, more ...byte) {
		for _, text := range []string{"a", "b", "c"} {
			t.row.cells = append(t.row.cells, flow{{text: text}})
		}
		t.endRow(describe(definition(more...)))
	}
	var table docTable
	row(&table, 0x2B, 0xD6, 2, 0, 3, 0x24, 0x56, 1, 3)
	row(&table, 0x2B, 0xD6, 2, 0, 1)
	got := formTable(table.rows).cells
	if len(got) != 4 || got[0].rowspan != 2 || got[1].colspan != 2 || got[2].column != 1 || got[3].column != 2 {
		t.Errorf("%+v", got)
	}
}
