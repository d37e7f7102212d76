package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"nianbao/archive"
)

type exportCmd struct {
	Format    string   `arg:"" name:"format" enum:"csv,parquet,xlsx,datapackage,warc,slim,datasette-metadata" help:"csv, parquet, xlsx, datapackage, warc, slim or datasette-metadata."`
	Out       string   `placeholder:"DIR" help:"The folder to write to. Default: nianbao-FORMAT."`
	Force     bool     `help:"Write into a folder that is not empty; files of the same names are replaced."`
	Relation  []string `placeholder:"NAME" help:"Only these relations; may be repeated."`
	Where     []string `placeholder:"TERM" help:"Only these reports, and what they refer to: year=2023, year=2019-2023, region=37 (a division and all in it), site=KEY; may be repeated."`
	Excel     bool     `help:"csv: for spreadsheets: a byte order mark, and an apostrophe before what could be taken for a formula."`
	NoContact bool     `name:"without-contacts" help:"csv, parquet, xlsx, datapackage, slim: mask the names, telephone numbers and e-mail addresses that texts print as contacts."`
	License   string   `placeholder:"ID" help:"datapackage: the licence you give the data, such as CC-BY-4.0."`
	Report    []string `placeholder:"REPORT" help:"xlsx: the official tables of this report, by number or key; may be repeated."`
}

func (*exportCmd) Help() string {
	return `Writes the public relations as files, as they are at one moment; a crawl may go on meanwhile. The same archive
makes the same bytes. Files are complete or not there.

  csv                 a file a relation, RFC 4180, UTF-8; NULL is an empty field, an empty text is ""
  parquet             a file a relation, with the types of the archive
  xlsx                one workbook, a sheet a relation, Chinese and English headers
  datapackage         csv with datapackage.json: types, units, keys, provenance, citation
  warc                every request and answer, WARC 1.1, with a CDX index
  slim                the archive without the archived bodies, one file to download and query
  datasette-metadata  metadata.json for Datasette: what relations and columns mean

Examples:

  nianbao export csv --out tables
  nianbao export parquet --archive nianbao-demo.db --relation panel --relation series
  nianbao export xlsx --where year=2019-2023 --where region=37
  nianbao export slim --without-contacts
  nianbao export xlsx --archive nianbao-demo.db --report 371503-聊城市茌平区人民政府-2023`
}

// Run writes the files and says which.
func (c *exportCmd) Run(ctx context.Context, a *app) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	where, err := archive.ParseWhere(c.Where)
	if err != nil {
		return usageError("%w", err)
	}
	opened, err := openForReading(ctx, a)
	if err != nil {
		return err
	}
	defer closeArchive(opened, &err)
	dir := cmp.Or(c.Out, "nianbao-"+c.Format)
	out, err := opened.Export(ctx, archive.ExportOptions{
		Format: c.Format, Dir: dir, Force: c.Force, Relations: c.Relation, Where: where, Excel: c.Excel,
		NoContact: c.NoContact, License: c.License, Reports: c.Report,
	})
	switch {
	case errors.Is(err, archive.ErrExport):
		return usageError("%w", err)
	case err != nil:
		return outputError(interrupted(ctx, err))
	}
	for _, note := range out.Notes {
		if _, err := fmt.Fprintln(a.stdout, note); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintf(a.stdout, "%s: %s; %d rows\n", dir, strings.Join(out.Files, " "), out.Rows)
	return err
}

// check refuses options that the format has no use for: a choice that is ignored makes a file of something else.
func (c *exportCmd) check() error {
	for _, o := range []struct {
		flag, format string
		given        bool
	}{
		{"--excel", "csv", c.Excel}, {"--license", "datapackage", c.License != ""}, {"--report", "xlsx", len(c.Report) > 0},
	} {
		if o.given && c.Format != o.format {
			return usageError("%s is for export %s", o.flag, o.format)
		}
	}
	if len(c.Report) > 0 && (len(c.Relation) > 0 || len(c.Where) > 0) {
		return usageError("--report chooses reports by itself: leave --relation and --where out")
	}
	return nil
}
