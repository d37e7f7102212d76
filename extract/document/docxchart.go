package document

import (
	"encoding/xml"
	"path"
	"strconv"

	"nianbao/extract/grid"
	"nianbao/extract/text"
)

// chartPoints is a cache of labels or figures in a chart (ECMA-376 part 1, 21.2.2).
type chartPoints struct {
	Points []struct {
		At    int    `xml:"idx,attr"`
		Value string `xml:"v"`
	} `xml:"pt"`
}

// chartTable is the table that a chart was drawn from, as the chart keeps it: a column of categories, and one of figures for
// each series, their names above.
func chartTable(p *pack, name string) (t Table, ok bool, err error) {
	var chart struct {
		Plots struct {
			All []struct {
				Series []struct {
					Name       chartPoints `xml:"tx>strRef>strCache"`
					Categories chartPoints `xml:"cat>strRef>strCache"`
					Numbers    chartPoints `xml:"cat>numRef>numCache"`
					Values     chartPoints `xml:"val>numRef>numCache"`
				} `xml:"ser"`
			} `xml:",any"`
		} `xml:"chart>plotArea"`
	}
	err = p.parseUpTo(smallPart, name, func(d *xml.Decoder, e xml.StartElement) error { return d.DecodeElement(&chart, &e) })
	if err != nil {
		return Table{}, false, err
	}
	var cells []grid.Cell
	taken := map[[2]int]bool{}
	put := func(row, column int, value string) {
		if row < 0 || row > 10_000 || taken[[2]int{row, column}] {
			return
		}
		taken[[2]int{row, column}] = true
		cells = append(cells, grid.Cell{Text: text.Fold(value), Row: row, Column: column, Rowspan: 1, Colspan: 1})
	}
	column := 0
	for _, plot := range chart.Plots.All {
		for _, s := range plot.Series {
			column++
			for _, p := range s.Name.Points {
				put(0, column, p.Value)
			}
			for _, p := range append(s.Categories.Points, s.Numbers.Points...) {
				put(p.At+1, 0, p.Value)
			}
			for _, p := range s.Values.Points {
				put(p.At+1, column, shortest(p.Value))
			}
		}
	}
	if column == 0 || len(cells) == 0 {
		return Table{}, false, nil
	}
	put(0, 0, "")
	return Table{Grid: sorted(cells), Parent: -1, Chart: path.Base(name)}, true, nil
}

// shortest is a number as Excel shows it where no format is given: 15 digits, without an exponent if it is no larger.
func shortest(s string) string {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return s
	}
	return general(f)
}
