package mention

import "github.com/shopspring/decimal"

// Mention is a figure that the running text of a report states. The field names follow the public relation mentions.
type Mention struct {
	Section     string          `json:"section"` // id of the section, as extract.Section.ID
	Metric      string          `json:"metric"`  // what is counted: an id of metrics.json
	Value       decimal.Decimal `json:"value"`   // in Unit; 万 and 亿 multiplied out, 万元 kept as the unit
	Unit        string          `json:"unit"`    // as printed: 条, 件, 万元
	Approximate bool            `json:"approximate"`
	Quote       string          `json:"quote"` // the words it was read from, as printed
}
