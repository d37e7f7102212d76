package form

import (
	"cmp"

	"github.com/shopspring/decimal"

	"nianbao/extract/text"
)

// tenThousands is the power of ten that turns an amount in the unit into 万元.
var tenThousands = map[string]int32{"元": -4, "万元": 0, "亿元": 4}

// unknown is the unit of an amount whose unit nothing says.
const unknown = "unknown"

// kind is what the numbers of a row and column are.
type kind struct {
	count   bool
	unit    string // of the relation
	printed string // of a number printed without a unit; unknown where nothing says it
}

// kindOf puts together what row, column, table and a column of units say. Money in a relation is in 万元.
func kindOf(r *Row, b band, unitColumn string) kind {
	if r == nil {
		r = &Row{}
	}
	k := kind{
		count:   cmp.Or(r.Values, b.column.Values, b.table.Values) == "count",
		unit:    cmp.Or(r.Unit, b.column.Unit, b.table.Unit),
		printed: cmp.Or(r.Printed, b.unit),
	}
	_, money := tenThousands[unitColumn]
	switch {
	case k.count && unitColumn != "" && !money:
		k.unit = unitColumn // 条 or 件, as this report counts
	case !k.count && money:
		k.printed = unitColumn
	case !k.count && r.Unit != "" && r.Printed == "":
		k.printed = r.Unit
	}
	return k
}

// convert turns a printed number into the unit of its relation, exactly. It refuses a fraction where the form counts,
// and a unit of money where the form counts things or the other way round. An amount whose unit nothing says keeps its
// number, with unit "unknown".
func (k kind) convert(v text.Value) (n decimal.Decimal, unit string, ok bool) {
	power, money := tenThousands[v.Unit]
	if k.count {
		return v.Number, k.unit, !money && v.Number.IsInteger()
	}
	if v.Number.IsZero() && (v.Unit == "" || money) {
		return v.Number, k.unit, true // nothing is nothing in any unit
	}
	if v.Unit == "" {
		if power, money = tenThousands[k.printed]; !money {
			return v.Number, unknown, true
		}
	}
	return v.Number.Shift(power), k.unit, money
}
