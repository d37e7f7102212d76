package form

import (
	"github.com/shopspring/decimal"

	"nianbao/extract/text"
)

// tenThousands is the power of ten that turns an amount in the unit into 万元.
var tenThousands = map[string]int32{"元": -4, "万元": 0, "亿元": 4}

// convert turns a printed number into the unit of its relation, exactly. It refuses a fraction where the form counts,
// and a unit of money where the form counts things or the other way round. An amount whose unit neither the cell nor
// the header says keeps its number, with unit "unknown".
func convert(v text.Value, b band) (n decimal.Decimal, unit string, ok bool) {
	power, money := tenThousands[v.Unit]
	if b.table.Values == "count" {
		return v.Number, b.table.Unit, !money && v.Number.IsInteger()
	}
	if v.Unit == "" {
		if power, money = tenThousands[b.unit]; !money {
			return v.Number, "unknown", true
		}
	}
	return v.Number.Shift(power), b.table.Unit, money
}
