package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"nianbao/extract/form"
	"nianbao/extract/text"
)

// record is a row of a table of another archive. Its columns are those that this schema has.
type record struct {
	table   string
	columns []string
	more    []string // expressions that were asked for, too
	values  []any
}

// query reads such rows.
func (r record) query(from string) string {
	var all []string
	for _, c := range r.columns {
		all = append(all, "t."+identifier(c))
	}
	return `SELECT ` + strings.Join(append(all, r.more...), ", ") + ` FROM ` + from
}

func (r record) at(column string) int {
	if i := slices.Index(r.columns, column); i >= 0 {
		return i
	}
	return len(r.columns) + slices.Index(r.more, column)
}

// get is the value of a column, or of one of more.
func (r record) get(column string) any { return r.values[r.at(column)] }

func (r record) set(column string, value any) { r.values[r.at(column)] = value }

// text is a value as text, "" for NULL.
func (r record) text(column string) string {
	s, _ := r.get(column).(string)
	return s
}

// number is a value as a number, 0 for NULL.
func (r record) number(column string) int64 {
	n, _ := r.get(column).(int64)
	return n
}

// insert writes the row into the same table.
func (r record) insert(ctx context.Context, tx *sql.Tx, verb string) error {
	var names []string
	for _, c := range r.columns {
		names = append(names, identifier(c))
	}
	_, err := tx.ExecContext(ctx, verb+` INTO `+r.table+`(`+strings.Join(names, ", ")+`) VALUES (`+
		strings.TrimSuffix(strings.Repeat("?, ", len(names)), ", ")+`)`, r.values[:len(names)]...)
	return err
}

// timeColumns are those that have a time in each table that has them, jsonColumns those that have JSON, which queries
// unpack.
var (
	timeColumns = []string{"fetched_at", "started_at", "finished_at", "first_seen_at", "last_seen_at", "missed_at", "gone_at",
		"verified_at", "last_ok_at", "read_at", "ended_at", "at"}
	jsonColumns = []string{"request_headers", "headers", "redirects"}
)

// saidNumber is a number that people say is printed: one they gave, or that was read when they confirmed it.
var saidNumber = regexp.MustCompile(`^-?[0-9]{1,40}(\.[0-9]{1,40})?$`)

// check refuses what no nianbao writes and what would do harm in an archive: a time that sorts nowhere, a header that does
// not parse, text that is none.
func (r record) check() error {
	if r.table == "annotation" && (r.get("relation") != nil || r.get("row_id") != nil || r.get("column_id") != nil) {
		cell := form.Cell{Relation: r.text("relation"), RowID: r.text("row_id"), ColumnID: r.text("column_id"), State: text.StateBlank}
		if err := checkCells([]form.Cell{cell}); err != nil {
			return refused("damaged: annotation is about no cell: %v", err)
		}
	}
	for _, v := range r.values[len(r.columns):] {
		if s, ok := v.(string); ok && !utf8.ValidString(s) {
			return refused("damaged: what belongs to a row of %s is no UTF-8", r.table)
		}
	}
	for i, c := range r.columns {
		s, ok := r.values[i].(string)
		if !ok {
			if r.values[i] != nil && (slices.Contains(timeColumns, c) || slices.Contains(jsonColumns, c)) {
				return refused("damaged: %s.%s is no text", r.table, c)
			}
			continue
		}
		switch {
		case !utf8.ValidString(s):
			return refused("damaged: %s.%s is no UTF-8", r.table, c)
		case r.isTime(c) && !isStamp(s):
			return refused("damaged: %s.%s has %.40q, which is no time", r.table, c, s)
		case r.table == "annotation" && c == "value" && r.get("relation") != nil && !saidNumber.MatchString(s):
			return refused("damaged: %s.%s has %.40q, which is no number", r.table, c, s)
		case slices.Contains(jsonColumns, c) && !json.Valid([]byte(s)):
			return refused("damaged: %s.%s has %.40q, which is no JSON", r.table, c, s)
		}
	}
	return nil
}

func (r record) isTime(column string) bool {
	return slices.Contains(timeColumns, column) || r.table == "host_rest" && (column == "until" || column == "since")
}

// isStamp says whether a text is a time as stamp writes it.
func isStamp(s string) bool {
	t, err := time.Parse(instant, s)
	return err == nil && stamp(t) == s
}
