package archive

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"nianbao/extract"
	"nianbao/extract/check"
	"nianbao/extract/form"
	"nianbao/extract/text"
)

// stateChecked is the state of a cell that a person looked at.
const stateChecked text.State = "checked"

// notReportKind is the kind of a document that a person says is no report.
const notReportKind = "annotated"

// word is what a person said of a cell.
type word struct {
	place   [3]string
	verdict string
	value   decimal.NullDecimal // what is printed there
	by, at  string
	note    string
}

// words returns what people said of the cells of a document.
func (s *saving) words(sha256 string) ([]word, error) {
	words, err := selectRows(s.ctx, s.tx, func(row scanner) (w word, err error) {
		var value string
		if err := row.Scan(&w.place[0], &w.place[1], &w.place[2], &w.verdict, &value, &w.by, &w.at, &w.note); err != nil || value == "" {
			return w, err
		}
		d, err := decimal.NewFromString(value)
		w.value = decimal.NewNullDecimal(d)
		return w, err
	}, `SELECT relation, row_id, column_id, verdict, ifnull(value, ''), by, at, ifnull(note, '') FROM annotation
		WHERE sha256 = ? AND relation IS NOT NULL AND verdict IN ('confirmed', 'misread') ORDER BY annotation_id`, sha256)
	if err != nil {
		return nil, fmt.Errorf("find what people said of %s: %w", sha256, err)
	}
	return words, nil
}

// annotated is a report with the cells that people looked at as they said, and its numbers judged anew. What the extractor
// remarked about such a cell is settled.
func (s *saving) annotated(sha256 string, r *extract.Report) (*extract.Report, error) {
	words, err := s.words(sha256)
	if err != nil || len(words) == 0 {
		return r, err
	}
	said := *r
	said.Cells = slices.Clone(r.Cells)
	checked := map[[3]string]bool{}
	for _, w := range words {
		w.apply(&said)
		checked[w.place] = true
	}
	said.Findings = slices.DeleteFunc(slices.Clone(r.Findings), func(f check.Finding) bool {
		return checked[[3]string{f.Relation, f.RowID, f.ColumnID}] && isRemark(f.Rule)
	})
	said.Findings = extract.Rejudge(&said)
	for i, c := range said.Cells {
		if checked[[3]string{c.Relation, c.RowID, c.ColumnID}] {
			said.Cells[i].State = stateChecked
		}
	}
	return &said, nil
}

// isRemark says whether a rule is about how a cell was read.
func isRemark(rule string) bool {
	return slices.ContainsFunc(form.RemarkRules(), func(r form.RemarkRule) bool { return r.ID == rule })
}

// apply puts what a person said into the cell, which is made if the extractor found none there.
func (w word) apply(r *extract.Report) {
	i := slices.IndexFunc(r.Cells, func(c form.Cell) bool { return w.place == [3]string{c.Relation, c.RowID, c.ColumnID} })
	read := "found no such cell"
	if i < 0 {
		i = len(r.Cells)
		unit, _ := unitOnForm(r.Form, w.place)
		r.Cells = append(r.Cells, form.Cell{Relation: w.place[0], RowID: w.place[1], ColumnID: w.place[2], Unit: unit,
			State: text.StateBlank, Table: -1, Row: -1, Column: -1})
	} else {
		read = "read " + numberText(r.Cells[i].Value)
	}
	c := &r.Cells[i]
	same := numberText(c.Value) == numberText(w.value)
	note := fmt.Sprintf("%s by %s, %.10s", w.verdict, w.by, w.at)
	if w.verdict == "misread" {
		note = fmt.Sprintf("misread, says %s, %.10s", w.by, w.at)
	}
	if w.verdict == "misread" || !same {
		note += ": the extractor " + read
	}
	for _, more := range []string{w.note, c.Note} {
		if more != "" {
			note += "; " + more
		}
	}
	c.Note, c.Value, c.State = note, w.value, text.StateBlank
	if w.value.Valid {
		c.State = text.StateNumber
	}
}

// numberText is a number as decimal text, or the words for none.
func numberText(d decimal.NullDecimal) string {
	if !d.Valid {
		return "no number"
	}
	return d.Decimal.String()
}

// unitOnForm is the unit of a cell that the form has, or any form if the document's is not known; false if there is no such
// cell.
func unitOnForm(id string, place [3]string) (string, bool) {
	editions := form.Editions()
	if e := form.ByID(id); e != nil {
		editions = []*form.Edition{e}
	}
	for _, e := range editions {
		for _, t := range e.Tables {
			for _, r := range t.Rows {
				for _, c := range t.Columns {
					if t.Relation == place[0] && r.ID == place[1] && c.ID == place[2] && (c.Row == "" || c.Row == r.ID) {
						return cmp.Or(r.Unit, c.Unit, t.Unit, "unknown"), true
					}
				}
			}
			for _, c := range t.Columns { // 表四: the columns name the rows
				if t.Relation == place[0] && c.Row == place[1] && c.ID == place[2] {
					return cmp.Or(c.Unit, t.Unit, "unknown"), true
				}
			}
		}
	}
	return "", false
}

// notAReport returns what a person said who denied that the captured document is a report; nil if nobody did.
func (s *saving) notAReport() (*extract.NotReport, error) {
	reasons, err := selectTexts(s.ctx, s.tx, `SELECT by || ' says so, ' || substr(at, 1, 10) || ifnull(': ' || note, '.')
		FROM annotation WHERE sha256 = ? AND verdict = 'not_a_report'`, s.capture.sha256)
	if err != nil {
		return nil, fmt.Errorf("find what people said of %s: %w", s.capture.sha256, err)
	}
	if len(reasons) == 0 {
		return nil, nil
	}
	return &extract.NotReport{Kind: notReportKind, Reason: reasons[0]}, nil
}

// saidSame returns the bodies that people say are this one under another name.
func (s *saving) saidSame(body int64) ([]int64, error) {
	if none, err := s.tx.nobodySaidSame(s.ctx); err != nil || none {
		return nil, err
	}
	bodies, err := selectInts(s.ctx, s.tx, `SELECT n.other_body FROM annotation n JOIN capture c USING (sha256)
			JOIN reading rd USING (capture_id) JOIN report r ON r.report_id = rd.report_id
		WHERE n.other_body IS NOT NULL AND r.body = ?1
		UNION SELECT r.body FROM annotation n JOIN capture c USING (sha256)
			JOIN reading rd USING (capture_id) JOIN report r ON r.report_id = rd.report_id
		WHERE n.other_body = ?1 AND r.body IS NOT NULL`, body)
	if err != nil {
		return nil, fmt.Errorf("find what people said of authority %d: %w", body, err)
	}
	return bodies, nil
}

// saidBy returns the bodies that people named beside the author of a report, or of the capture that is being saved.
func (s *saving) saidBy(report int64) ([]int64, error) {
	if none, err := s.tx.nobodySaidSame(s.ctx); err != nil || none {
		return nil, err
	}
	return selectInts(s.ctx, s.tx, `SELECT n.other_body FROM annotation n JOIN capture c USING (sha256)
			LEFT JOIN reading rd USING (capture_id)
		WHERE n.other_body IS NOT NULL AND (rd.report_id = ? OR c.capture_id = ?)`, report, s.capture.id)
}

// nobodySaidSame tells whether there is no annotation that links authorities, as in most archives.
func (s *statements) nobodySaidSame(ctx context.Context) (bool, error) {
	if s.linked == nil {
		var linked bool
		if err := s.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM annotation WHERE other_body IS NOT NULL)`).
			Scan(&linked); err != nil {
			return false, err
		}
		s.linked = &linked
	}
	return !*s.linked, nil
}
