package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"nianbao/archive"
	"nianbao/extract/check"
)

type annotateCmd struct {
	File     string   `arg:"" optional:"" name:"file" help:"The CSV file; - is standard input."`
	By       string   `placeholder:"NAME" env:"NIANBAO_BY" help:"Who says so, where the file does not tell."`
	Template bool     `help:"Print a CSV file to fill in instead: a line each cell with a contradiction, a doubt or a note."`
	Where    []string `placeholder:"TERM" help:"--template: only these reports: year=2023, year=2019-2023, region=37 (a division and all in it), site=KEY; may be repeated."`
	Rule     []string `placeholder:"RULE" help:"--template: only cells with a finding of this rule; may be repeated."`
	Severity []string `placeholder:"SEVERITY" enum:"contradiction,doubt,note" help:"--template: only cells with a finding of this severity; may be repeated."`
	Excel    bool     `help:"--template: for spreadsheets: a byte order mark, and an apostrophe before what could be taken for a formula."`
}

func (*annotateCmd) Help() string {
	return `Takes a person's confirmations and corrections into the archive, where neither crawl nor reextract touches them. Each
is about the bytes the person looked at (sha256): when the publisher changes them it is stale, and no longer applied.

--template prints the cells that are worth a look. Open the page (url, or nianbao get SHA256), fill in verdict and, where
it is needed, value and note; lines without a verdict are passed over. Verdicts:

  confirmed       what was read is printed there                          the cell's state becomes checked
  misread         value is printed there; empty: no number                overrides our reading, state checked; sums are judged anew
  source_error    what was read is printed there, and is wrong            changes nothing
  not_a_report    the document is none (no relation, row_id, column_id)   it leaves reports; its captures stay
  same_authority  its author is the one in value, under another name      both get one authority_id
  retract         forget what was said of this cell or report

value of same_authority is an authority_id, or a division's code and a name: 371503 聊城市茌平区水利局. A later line on the same
thing replaces the one before; the same file twice changes nothing. One wrong line, and nothing of the file is taken; each
wrong one is named.

Examples:

  nianbao annotate --template --where year=2023 --severity contradiction > check.csv
  nianbao annotate --by 'Zhang San' check.csv
  nianbao annotate --template --excel > check.csv`
}

// Run prints the template, or takes the file in.
func (c *annotateCmd) Run(ctx context.Context, a *app) (err error) {
	if c.Template {
		return c.template(ctx, a)
	}
	if c.File == "" {
		return usageError("name a CSV file, or ask for one to fill in with --template")
	}
	if len(c.Where)+len(c.Rule)+len(c.Severity) > 0 || c.Excel {
		return usageError("--where, --rule, --severity and --excel are for --template")
	}
	text, err := readSource(c.File, a.stdin, maxAnnotations)
	if err != nil {
		return usageError("%w", err)
	}
	words, lines, err := readAnnotations(c.File, text, strings.TrimSpace(c.By))
	if err != nil {
		return usageError("%w", err)
	}
	if err := mustExist(ctx, a); err != nil {
		return err
	}
	opened, err := openForWriting(ctx, a)
	if err != nil {
		return err
	}
	defer closeArchive(opened, &err)
	done, err := opened.Annotate(ctx, words)
	var refused archive.RefusedError
	switch {
	case errors.As(err, &refused):
		var all []error
		for _, r := range refused {
			all = append(all, fmt.Errorf("%s:%d: %w", c.File, lines[r.Index], r.Err))
		}
		return usageError("nothing is taken from the file:\n%w", errors.Join(all...))
	case err != nil:
		return interrupted(ctx, err)
	}
	_, err = io.WriteString(a.stdout, annotatedText(done))
	return err
}

// The most that is read of a file, a hundred thousand lines, and the most commas of a line.
const (
	maxAnnotations = 16 << 20
	maxCommas      = 10_000
)

// annotatedText says what came of a file.
func annotatedText(d archive.Annotated) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d annotations new, %d changed, %d unchanged, %d retracted\n", d.New, d.Changed, d.Unchanged, d.Retracted)
	if d.Stale > 0 {
		fmt.Fprintf(&b, "%d of them are not applied: their reports are read from other bytes now\n", d.Stale)
	}
	for _, key := range d.Staying {
		fmt.Fprintf(&b, "%s stays a report: it is read from another source or version\n", key)
	}
	return b.String()
}

// annotationColumns are the columns of the file; those after note are for the reader's eyes, but for value_read.
var annotationColumns = []string{"report_id", "sha256", "relation", "row_id", "column_id", "verdict", "value", "by", "at", "note",
	"key", "authority", "year", "url", "label_zh", "raw", "value_read", "message"}

// template prints the cells that are worth a look.
func (c *annotateCmd) template(ctx context.Context, a *app) (err error) {
	if c.File != "" {
		return usageError("--template prints a file; it reads none")
	}
	where, err := archive.ParseWhere(c.Where)
	if err != nil {
		return usageError("%w", err)
	}
	for _, rule := range c.Rule { // a slip of the pen would look like an archive without doubts
		if !slices.ContainsFunc(check.Rules(), func(r check.Rule) bool { return r.ID == rule }) {
			return usageError("--rule %q: there is no such rule; they are in the relation labels, under findings", rule)
		}
	}
	opened, err := openForReading(ctx, a)
	if err != nil {
		return err
	}
	defer closeArchive(opened, &err)
	cells, err := opened.DoubtfulCells(ctx, archive.Doubts{Where: where, Rules: c.Rule, Severities: c.Severity})
	if err != nil {
		return interrupted(ctx, err)
	}
	if c.Excel {
		if _, err := io.WriteString(a.stdout, byteOrderMark); err != nil {
			return err
		}
	}
	w := csv.NewWriter(a.stdout)
	_ = w.Write(annotationColumns) // an error stays in the writer
	for _, x := range cells {
		year := ""
		if x.Year != 0 {
			year = strconv.Itoa(x.Year)
		}
		_ = w.Write([]string{strconv.FormatInt(x.ReportID, 10), x.SHA256, x.Relation, x.RowID, x.ColumnID, "", "", "", "", "",
			c.plain(x.Key), c.plain(x.Authority), year, c.plain(x.URL), c.plain(x.Label), c.plain(x.Raw), x.Value, c.plain(x.Message)})
	}
	w.Flush()
	return w.Error()
}

const byteOrderMark = "\ufeff"

// plain keeps a spreadsheet from taking a text for a formula.
func (c *annotateCmd) plain(s string) string {
	if c.Excel {
		return archive.Harmless(s, true)
	}
	return s
}

// readAnnotations reads the file; lines has the line of each annotation. The error is about the file; what is wrong about a line
// stands in its annotation, so that the archive names it with all others.
func readAnnotations(name string, text []byte, by string) (words []archive.Annotation, lines []int, err error) {
	number := 0
	for line := range bytes.Lines(text) {
		if number++; bytes.Count(line, []byte(",")) > maxCommas { // each field costs more than its comma
			return nil, nil, fmt.Errorf("%s:%d: more than %d fields", name, number, maxCommas)
		}
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(text, []byte(byteOrderMark))))
	header, err := r.Read()
	if err != nil {
		return nil, nil, fmt.Errorf("%s: no header row: %w", name, err)
	}
	at := map[string]int{}
	for i, column := range header {
		at[strings.TrimSpace(column)] = i
		if strings.Contains(column, "\r") { // all lines are one, and nothing would be taken
			return nil, nil, fmt.Errorf("%s:1: its lines end as those of old Macs do: save the file as CSV UTF-8", name)
		}
	}
	for _, column := range annotationColumns[1:7] {
		if _, ok := at[column]; !ok {
			return nil, nil, fmt.Errorf("%s:1: the header has no column %s; nianbao annotate --template prints a file to fill in", name, column)
		}
	}
	for {
		fields, err := r.Read()
		if err == io.EOF {
			return words, lines, nil
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) { // where the next line begins is not known
			return append(words, archive.Annotation{Wrong: broken.Err}), append(lines, broken.Line), nil
		}
		line, _ := r.FieldPos(0)
		w, err := annotationOf(fields, at, by)
		switch {
		case err != nil:
			words, lines = append(words, archive.Annotation{Wrong: err}), append(lines, line)
		case w.Verdict != "":
			words, lines = append(words, w), append(lines, line)
		}
	}
}

// annotationOf is one line of the file.
func annotationOf(fields []string, at map[string]int, by string) (w archive.Annotation, err error) {
	field := func(column string) string {
		i, ok := at[column]
		if !ok {
			return ""
		}
		return strings.TrimSpace(fields[i])
	}
	w = archive.Annotation{SHA256: strings.ToLower(field("sha256")), Relation: field("relation"), RowID: field("row_id"),
		ColumnID: field("column_id"), Verdict: strings.ToLower(field("verdict")), Value: field("value"), By: field("by"), Note: field("note")}
	if w.By == "" {
		w.By = by
	}
	if _, ok := at["value_read"]; ok {
		shown := field("value_read")
		w.Shown = &shown
	}
	for _, f := range fields {
		if !utf8.ValidString(f) {
			return w, errors.New("the line is no UTF-8: save the file as CSV UTF-8")
		}
	}
	if text := field("at"); text != "" && w.Verdict != "" {
		if w.At, err = time.Parse(time.RFC3339, text); err != nil {
			return w, fmt.Errorf("at %q is no time like 2026-02-01T08:00:00Z", text)
		}
	}
	return w, nil
}
