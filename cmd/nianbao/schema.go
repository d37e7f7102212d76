package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"nianbao/archive"
	"nianbao/crawler"
)

type schemaCmd struct {
	Format string `enum:"text,json" default:"text" placeholder:"text|json" help:"Tables, or one object a relation."`
}

func (*schemaCmd) Help() string {
	return `Describes the relations that people may query: columns, types, meanings, units, and examples from the
archive; where there is no archive, from the demo's reports.

Examples:

  nianbao schema
  nianbao schema --format json --archive nianbao-demo.db`
}

// Run describes the relations of the archive, or of one made of the demo's pages for this purpose.
func (c *schemaCmd) Run(ctx context.Context, a *app) error {
	relations, err := relationsOf(ctx, a)
	if errors.Is(err, fs.ErrNotExist) && !a.explicit {
		relations, err = demoRelations(ctx)
	}
	if err != nil {
		return err
	}
	if c.Format == "json" {
		return printRelationsJSON(a.stdout, relations)
	}
	return printRelations(a.stdout, relations)
}

func relationsOf(ctx context.Context, a *app) (relations []archive.Relation, err error) {
	opened, err := openForReading(ctx, a)
	if err != nil {
		return nil, err
	}
	defer closeArchive(opened, &err)
	return opened.Relations(ctx)
}

// demoRelations describes an archive of the demo site that is thrown away.
func demoRelations(ctx context.Context) (relations []archive.Relation, err error) {
	dir, err := os.MkdirTemp("", "nianbao-schema-")
	if err != nil {
		return nil, fmt.Errorf("make a folder for the examples: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	demo := &app{clock: crawler.SystemClock(), quiet: true,
		stdout: io.Discard, screen: &screen{out: io.Discard}, log: slog.New(slog.DiscardHandler),
		now: time.Now, archive: filepath.Join(dir, "examples.db"),
	}
	if _, _, err := crawlDemoSite(ctx, demo); err != nil {
		return nil, fmt.Errorf("make the examples: %w", err)
	}
	return relationsOf(ctx, demo)
}

func printRelations(w io.Writer, relations []archive.Relation) error {
	var out strings.Builder
	for i, r := range relations {
		if i > 0 {
			out.WriteString("\n")
		}
		fmt.Fprintf(&out, "%s: %s\n", r.Name, r.Meaning)
		t := table{header: []string{"column", "type", "unit", "example", "meaning"}}
		for _, c := range r.Columns {
			t.add(c.Name, c.Type, c.Unit, c.Example, c.Meaning)
		}
		if err := t.writeTo(&out, "  "); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func printRelationsJSON(w io.Writer, relations []archive.Relation) error {
	for _, r := range relations {
		columns := list(r.Columns, func(c archive.Column) any {
			return object{
				{"column", c.Name}, {"type", orNull(c.Type)}, {"meaning", c.Meaning}, {"unit", orNull(c.Unit)},
				{"example", orNull(c.Example)},
			}
		})
		line := object{{"relation", r.Name}, {"meaning", r.Meaning}, {"columns", columns}}
		if err := (jsonLines{w}).print(line); err != nil {
			return err
		}
	}
	return nil
}
