package main

import (
	"database/sql"
	"fmt"
	"net/url"
	"strings"

	_ "modernc.org/sqlite"
)

// queryArchive asks an archive as its users do, read-only, and returns each row with its values joined by "|".
func queryArchive(name, query string) ([]string, error) {
	db, err := sql.Open("sqlite", "file:"+url.PathEscape(name)+"?mode=ro&_pragma=busy_timeout(5000)")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	rows, err := db.Query(query)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var lines []string
	for rows.Next() {
		values := make([]sql.NullString, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		line := make([]string, len(columns))
		for i, v := range values {
			line[i] = "NULL"
			if v.Valid {
				line[i] = v.String
			}
		}
		lines = append(lines, strings.Join(line, "|"))
	}
	return lines, rows.Err()
}

// alterArchive changes an archive behind the program's back, as a failing disk or a careless hand would.
func alterArchive(name, statement string) error {
	db, err := sql.Open("sqlite", "file:"+url.PathEscape(name))
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(statement)
	return err
}
