// Package grid turns tables into grids: which cell covers which slot, and what a reader sees in it.
//
//   - grid.go: Grid and Cell
//   - slots.go: New, At, Row, Column and how cells cover slots; the limits
//   - html.go: FromHTML, a table element as a Grid
//   - text.go: Text, what a reader sees of a node
//   - display.go: which elements are shown, and which break lines
//   - json.go: a grid as JSON
//
// # Decisions
//
//   - The algorithm is WHATWG's "forming a table" (HTML standard, section 4.9.12.1): cells fill the first free slots
//     of their row, colspan is at most 1000 and rowspan at most 65534, rowspan=0 reaches to the end of the row group,
//     cells may overlap, columns may come from col elements.
//   - A browser is the judge, so where browsers do not follow the algorithm, the grid follows them, and the comparison
//     with Chromium needs no exceptions. There are three such places. A rowspan ends with its row group (the algorithm
//     would append rows that nobody sees). The first thead comes first even if it is written last, and only the first
//     tfoot comes last (CSS 2.2, section 17.2; the algorithm leaves theads in place and puts every tfoot last). Rows,
//     groups and cells that are not displayed take no slots (spreadsheets end their HTML with a hidden row that only
//     holds column widths).
//   - Hidden means the hidden attribute or an inline style; style sheets are not read, as the archive need not have
//     them.
//   - Where cells overlap, At answers the one that came first. So every cell is found at its own origin.
//   - A table has at most 2,000,000 slots and 200,000 cells, and its cells together cover at most twice as many slots;
//     the first row that does not fit and all rows after it are cut. No real report comes near; a hostile one must not
//     take the machine.
//   - Nothing recurses, so that no depth of nesting can exhaust the stack.
//   - Text puts a line break where a block begins or ends and nothing between inline elements, as innerText does. The
//     text of text areas, of embedded objects and of images is left out.
package grid
