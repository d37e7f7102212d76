package archive

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"
)

// instant is how times are written: ISO 8601, UTC, milliseconds, always as long, so that text order is time order.
const instant = "2006-01-02T15:04:05.000Z"

// stamp writes a time.
func stamp(t time.Time) string { return t.UTC().Format(instant) }

// unstamp reads a time that stamp wrote; the zero time for NULL.
func unstamp(s sql.NullString) (time.Time, error) {
	if !s.Valid {
		return time.Time{}, nil
	}
	return time.Parse(instant, s.String)
}

// orNull turns "" and 0, which mean "not known" in the rooms' types, into NULL.
func orNull[T comparable](v T) any {
	var zero T
	if v == zero {
		return nil
	}
	return v
}

// jsonText is v as JSON, readable: no \u003c for <.
func jsonText(v any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// headerText is a header as JSON {name: [value]}. Field values are bytes (RFC 9110 section 5.5); one that is no UTF-8,
// such as a file name in GBK, goes as {"base64": …} so that nothing is lost.
func headerText(h http.Header) (string, error) { return jsonText(headerJSON(h)) }

func headerJSON(h http.Header) map[string][]any {
	out := make(map[string][]any, len(h))
	for name, values := range h {
		list := make([]any, len(values))
		for i, v := range values {
			if utf8.ValidString(v) {
				list[i] = v
			} else {
				list[i] = map[string][]byte{"base64": []byte(v)}
			}
		}
		out[name] = list
	}
	return out
}

// clean makes a text from outside fit for a TEXT column: bytes that are no UTF-8 become U+FFFD.
func clean(s string) string { return strings.ToValidUTF8(s, "\ufffd") }

// withoutFragment cuts what a client never sends.
func withoutFragment(address string) string {
	address, _, _ = strings.Cut(address, "#")
	return address
}

// selectRows runs a query and returns one T per row, as scan reads it.
func selectRows[T any](ctx context.Context, db querier, scan func(scanner) (T, error), query string, args ...any) (
	[]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// scanner is a row, of one or of many.
type scanner interface{ Scan(dest ...any) error }

// selectTexts returns the first column of a query.
func selectTexts(ctx context.Context, db querier, query string, args ...any) ([]string, error) {
	return selectRows(ctx, db, func(row scanner) (s string, err error) { return s, row.Scan(&s) }, query, args...)
}

// selectInts returns the first column of a query.
func selectInts(ctx context.Context, db querier, query string, args ...any) ([]int64, error) {
	return selectRows(ctx, db, func(row scanner) (n int64, err error) { return n, row.Scan(&n) }, query, args...)
}

// found turns "no row" into false.
func found(err error) (bool, error) {
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
