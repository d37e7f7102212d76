package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"

	"nianbao/extract"
	"nianbao/extract/document"
	"nianbao/extract/form"
)

type extractCmd struct {
	ocrFlag
	Files  []string `arg:"" name:"file" help:"Documents to read; - is standard input."`
	Format string   `enum:"json,csv" default:"json" placeholder:"json|csv" help:"An object a document, or a line a cell."`
}

func (*extractCmd) Help() string {
	return `Prints, for each document, the report with its tables, cells, sections and findings. A document that is no
annual report prints "report": null and why, which is no failure. One that cannot be read prints "error", the others go
on, and the exit status is 1. Of a zip or rar each file in it is a document, by the name ARCHIVE#FILE.

Examples:

  nianbao extract page.html | jq .report
  nianbao extract --format csv *.html *.docx *.zip > cells.csv
  curl -s http://example.gov.cn/report.html | nianbao extract -`
}

// Run reads the documents one after the other.
func (c *extractCmd) Run(ctx context.Context, a *app) (err error) {
	if a.recognizer, err = c.recognizer(ctx); err != nil {
		return err
	}
	r := newReader(a.log, a.recognizer)
	defer func() { err = errors.Join(err, r.close()) }()
	e := extracting{reader: r, out: jsonLines{a.stdout}, log: a.log}
	if c.Format == "csv" {
		e.out = newCellLines(a.stdout)
	}
	for _, source := range c.Files {
		if ctx.Err() != nil {
			return interrupted(ctx, nil)
		}
		body, err := readSource(source, a.stdin, maxDocument)
		if err != nil {
			err = e.fail(source, err)
		} else {
			err = e.document(ctx, source, extract.Input{Body: body})
		}
		if err != nil {
			return fmt.Errorf("write the result of %s: %w", source, err)
		}
	}
	if len(e.failed) > 0 {
		return fmt.Errorf("%d of %d documents could not be read: %s", len(e.failed), e.documents, strings.Join(e.failed, ", "))
	}
	return nil
}

// extracting is one run of extract. The errors of its methods are those of writing.
type extracting struct {
	reader    *reader
	out       lineWriter
	log       *slog.Logger
	documents int
	failed    []string
}

// document reads one document, or each file in one that is a container.
func (e *extracting) document(ctx context.Context, source string, in extract.Input) error {
	reading, err := e.reader.read(ctx, in)
	var members []document.Member
	if isContainer(reading) {
		members, err = e.reader.members(ctx, in.Body)
	}
	if ctx.Err() != nil {
		return interrupted(ctx, nil)
	}
	if err == nil && len(members) == 0 {
		e.documents++
		return e.out.reading(source, in.Body, reading)
	}
	if err != nil {
		if err := e.fail(source, err); err != nil {
			return err
		}
	}
	for _, m := range members {
		in := extract.Input{Body: m.Body}
		if len(members) > 1 {
			in.ListTitle = m.Title()
		}
		if err := e.document(ctx, source+"#"+m.Name, in); err != nil {
			return err
		}
	}
	return nil
}

// fail prints that a document could not be read.
func (e *extracting) fail(source string, err error) error {
	e.documents++
	e.failed = append(e.failed, source)
	e.log.Error("cannot read document", "source", source, "error", err)
	return e.out.failure(source, err)
}

// maxDocument is how much of a file is read: no report comes near, a wrong argument such as /dev/zero does.
const maxDocument = 256 << 20

// readSource reads a file, or standard input for -, of so many bytes at most.
func readSource(source string, stdin io.Reader, most int64) ([]byte, error) {
	in := stdin
	if source != "-" {
		f, err := os.Open(source)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	body, err := io.ReadAll(io.LimitReader(in, most+1))
	if err == nil && int64(len(body)) > most {
		err = fmt.Errorf("%s is larger than %d MiB", source, most>>20)
	}
	return body, err
}

// lineWriter prints what became of one document.
type lineWriter interface {
	reading(source string, body []byte, r extract.Reading) error
	failure(source string, err error) error
}

// jsonLines prints JSON Lines: one object a document.
type jsonLines struct{ w io.Writer }

func (j jsonLines) reading(source string, body []byte, r extract.Reading) error {
	return j.print(readingLine(source, body, r))
}

func (j jsonLines) failure(source string, err error) error { return j.print(errorLine(source, err)) }

func (j jsonLines) print(line object) error {
	text, err := marshal(line)
	if err != nil {
		return err
	}
	_, err = j.w.Write(append(text, '\n'))
	return err
}

// cellLines prints CSV as in RFC 4180: a header, then one line a cell. Documents without cells print nothing.
type cellLines struct{ w *csv.Writer }

func newCellLines(w io.Writer) cellLines {
	c := cellLines{csv.NewWriter(w)}
	_ = c.w.Write([]string{"source", "relation", "row_id", "column_id", "value", "raw", "state", "note",
		"table_no", "row_no", "column_no"}) // an error stays in the writer and shows at the next flush
	c.w.Flush()
	return c
}

func (c cellLines) reading(source string, _ []byte, r extract.Reading) error {
	if r.Report != nil {
		for _, cell := range r.Report.Cells {
			_ = c.w.Write(cellRecord(source, cell))
		}
	}
	c.w.Flush()
	return c.w.Error()
}

func (cellLines) failure(string, error) error { return nil } // the log has named it

func cellRecord(source string, c form.Cell) []string {
	value := ""
	if c.Value.Valid {
		value = c.Value.Decimal.String()
	}
	return []string{source, c.Relation, c.RowID, c.ColumnID, value, c.Raw, string(c.State), c.Note,
		strconv.Itoa(c.Table), strconv.Itoa(c.Row), strconv.Itoa(c.Column)}
}
