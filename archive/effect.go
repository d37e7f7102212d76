package archive

import (
	"cmp"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// Effect is what became of one report by saving a reading: it came, went, or shows other numbers.
type Effect struct {
	ReportID     int64
	Key          string // as it is, or was
	New, Lost    bool
	OldExtractor string         // of the reading that spoke for it; "" of a new one
	NewExtractor string         // "" of a lost one
	Numbers      []NumberEffect // of a report that was there and is
}

// NumberEffect is a number that changed in cells.
type NumberEffect struct {
	Relation, RowID, ColumnID string
	Old, New                  string // decimal; "" for none
}

// figures is what a report shows: the key and extractor are "" when there is no such report.
type figures struct {
	key, extractor string
	numbers        map[[3]string]float64
}

// remember keeps what a report shows before it changes, if somebody wants to know.
func (s *saving) remember(report int64) error {
	if s.before == nil {
		return nil
	}
	if _, ok := s.before[report]; ok {
		return nil
	}
	f, err := s.figures(report)
	s.before[report] = f
	return err
}

func (s *saving) figures(report int64) (figures, error) {
	f := figures{numbers: map[[3]string]float64{}}
	ok, err := found(s.tx.QueryRowContext(s.ctx, `SELECT r.key, rd.extractor FROM report r JOIN reading rd USING (capture_id)
		WHERE r.report_id = ?`, report).Scan(&f.key, &f.extractor))
	if err != nil || !ok {
		return f, err
	}
	_, err = selectRows(s.ctx, s.tx, func(row scanner) (struct{}, error) {
		var place [3]string
		var value sql.NullFloat64
		err := row.Scan(&place[0], &place[1], &place[2], &value)
		if value.Valid {
			f.numbers[place] = value.Float64
		}
		return struct{}{}, err
	}, `SELECT f.relation, f.row_id, f.column_id, c.value FROM cell c JOIN field f USING (field_id)
		WHERE c.report_id = ?`, report)
	return f, err
}

// effects compares what reports showed with what they show now.
func (s *saving) effects() ([]Effect, error) {
	var out []Effect
	for _, report := range slices.Sorted(maps.Keys(s.before)) {
		was := s.before[report]
		is, err := s.figures(report)
		if err != nil {
			return nil, fmt.Errorf("numbers of report %d: %w", report, err)
		}
		e := Effect{ReportID: report, Key: cmp.Or(is.key, was.key), New: was.key == "" && is.key != "",
			Lost: was.key != "" && is.key == "", OldExtractor: was.extractor, NewExtractor: is.extractor}
		if was.key != "" && is.key != "" {
			e.Numbers = differences(was.numbers, is.numbers)
		}
		if e.New || e.Lost || len(e.Numbers) > 0 {
			out = append(out, e)
		}
	}
	return out, nil
}

// differences lists the places with another number, or with a number in one only.
func differences(old, new map[[3]string]float64) []NumberEffect {
	text := func(numbers map[[3]string]float64, place [3]string) string {
		if n, ok := numbers[place]; ok {
			return strconv.FormatFloat(n, 'f', -1, 64)
		}
		return ""
	}
	all := maps.Clone(old)
	maps.Copy(all, new)
	var out []NumberEffect
	for _, place := range slices.SortedFunc(maps.Keys(all), func(a, b [3]string) int { return slices.Compare(a[:], b[:]) }) {
		e := NumberEffect{place[0], place[1], place[2], text(old, place), text(new, place)}
		if e.Old != e.New {
			out = append(out, e)
		}
	}
	return out
}
