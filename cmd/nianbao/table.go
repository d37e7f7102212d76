package main

import (
	"bytes"
	"io"
	"strings"

	"github.com/rivo/uniseg"
)

// table prints rows under a header with columns aligned as a terminal shows them: a Chinese character is two wide.
type table struct {
	header []string
	rows   [][]string
}

func (t *table) add(cells ...string) { t.rows = append(t.rows, cells) }

// writeTo prints the table, each line after indent. The last column is not padded.
func (t *table) writeTo(w io.Writer, indent string) error {
	widths := make([]int, len(t.header))
	lines := append([][]string{t.header}, t.rows...)
	for _, line := range lines {
		for i, cell := range line {
			cell = spelled(cell, true)
			line[i] = cell
			widths[i] = max(widths[i], uniseg.StringWidth(cell))
		}
	}
	var out bytes.Buffer
	for _, line := range lines {
		var text strings.Builder
		text.WriteString(indent)
		for i, cell := range line {
			text.WriteString(cell)
			if i < len(line)-1 {
				text.WriteString(strings.Repeat(" ", widths[i]-uniseg.StringWidth(cell)+2))
			}
		}
		out.WriteString(strings.TrimRight(text.String(), " ") + "\n")
	}
	_, err := w.Write(out.Bytes())
	return err
}
