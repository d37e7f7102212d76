package archive

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strings"
)

// publicRelations are the relations that people may query, in the order of design.md section 3. Renaming or removing
// one is a breaking change.
var publicRelations = []string{
	"reports", "panel", "applications", "disputes", "disclosure", "statistics", "series", "sections", "mentions",
	"tables", "cells",
	"findings", "revisions", "past_cells", "annotations", "coverage",
	"sources", "links", "captures", "crawls", "visits", "sites",
	"authorities", "divisions", "labels", "archive", "search",
}

// Relation is one public relation of the archive.
type Relation struct {
	Name    string
	Meaning string // what a row is
	Columns []Column
}

// Column is one column of a public relation.
type Column struct {
	Name    string
	Type    string // as SQLite declares it; "" in search, a virtual table
	Meaning string
	Unit    string // "" for none
	Example string // a value from this archive, shortened; "" when there is none
}

// Relations describes the public relations as they are in this file: names and types from SQLite, meanings and units
// from the comments in its schema, examples from its rows.
func (a *Archive) Relations(ctx context.Context) ([]Relation, error) {
	out := make([]Relation, 0, len(publicRelations))
	for _, name := range publicRelations {
		r, err := a.relation(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("describe relation %s: %w", name, err)
		}
		out = append(out, r)
	}
	return out, nil
}

func (a *Archive) relation(ctx context.Context, name string) (Relation, error) {
	var ddl string
	if err := a.read.QueryRowContext(ctx, `SELECT sql FROM sqlite_schema WHERE name = ?`, name).Scan(&ddl); err != nil {
		return Relation{}, err
	}
	columns, err := selectRows(ctx, a.read, func(row scanner) (c Column, err error) {
		return c, row.Scan(&c.Name, &c.Type)
	}, `SELECT name, iif(type = 'NUM', 'INTEGER', type) FROM pragma_table_info(?) ORDER BY cid`, name) // NUM: whole numbers, computed
	if err != nil {
		return Relation{}, err
	}
	r := Relation{Name: name, Columns: columns}
	r.document(ddl)
	return r, a.addExamples(ctx, &r)
}

var (
	unitPattern    = regexp.MustCompile(`^(.*?)\s*\[([^\]]+)\]$`)
	columnPattern  = regexp.MustCompile(`^"?(\w+)"?`)
	commentPattern = regexp.MustCompile(`^(\w+): (.*)$`)
)

// document takes meanings and units from the comments of a CREATE statement. The first comment that belongs to no column
// is the relation's; a column's stands behind it, or, in a virtual table, which cannot have comments inside, on a line of its
// own as "name: meaning". Each may go on in the next line. What stands in a view's query is about the query.
func (r *Relation) document(ddl string) {
	head, _, _ := strings.Cut(ddl, "\n) AS ")
	var last *Column
	for line := range strings.Lines(head) {
		code, comment, ok := strings.Cut(line, "--")
		if !ok {
			continue
		}
		code, comment = strings.TrimSpace(code), strings.TrimSpace(comment)
		name, meaning := "", comment
		if m := columnPattern.FindStringSubmatch(code); m != nil {
			name = m[1]
		} else if m := commentPattern.FindStringSubmatch(comment); m != nil {
			name, meaning = m[1], m[2]
		}
		if c := r.column(name); c != nil {
			last = c
			c.Meaning = meaning
		} else if r.Meaning == "" {
			r.Meaning = meaning
		} else if code != "" {
			continue
		} else if last != nil {
			last.Meaning += " " + comment
		} else {
			r.Meaning += " " + comment
		}
	}
	for i := range r.Columns {
		c := &r.Columns[i]
		if m := unitPattern.FindStringSubmatch(c.Meaning); m != nil {
			c.Meaning, c.Unit = m[1], m[2]
		}
	}
}

// column finds a column by name, nil if there is none.
func (r *Relation) column(name string) *Column {
	for i := range r.Columns {
		if r.Columns[i].Name == name {
			return &r.Columns[i]
		}
	}
	return nil
}

// The examples come from the first rows and are cut to a length that fits a line.
const (
	exampleRows  = 20
	exampleRunes = 60
)

// addExamples fills in the first value of each column.
func (a *Archive) addExamples(ctx context.Context, r *Relation) error {
	rows, err := a.read.QueryContext(ctx, fmt.Sprintf(`SELECT * FROM "%s" LIMIT %d`, r.Name, exampleRows))
	if err != nil {
		return err
	}
	defer rows.Close()
	values := make([]sql.NullString, len(r.Columns))
	into := make([]any, len(values))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			if c := &r.Columns[i]; c.Example == "" && v.String != "" {
				c.Example = shorten(v.String)
			}
		}
	}
	return rows.Err()
}

// shorten cuts a text to one line of exampleRunes.
func shorten(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if runes := []rune(s); len(runes) > exampleRunes {
		return string(runes[:exampleRunes-1]) + "…"
	}
	return s
}
