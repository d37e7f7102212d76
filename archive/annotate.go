package archive

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"nianbao/extract/division"
	"nianbao/extract/form"
	"nianbao/extract/title"
)

// Annotation is a person's word on a cell, a document or its author. Relation, RowID and ColumnID name the cell, all or none.
type Annotation struct {
	SHA256                    string // of the bytes that were looked at, 64 hex digits
	Relation, RowID, ColumnID string
	Verdict                   string    // one of the verdicts below
	Value                     string    // misread: the number that is printed, "" for none. same_authority: the other one, by id or "CODE NAME"
	By                        string    // who says so
	At                        time.Time // zero for now
	Note                      string
	Wrong                     error   // why it cannot be taken, if that is known already
	Shown                     *string // the number that the person was shown, as decimal text; nil if that is not known
}

// The verdicts.
const (
	Confirmed     = "confirmed"      // what was read is printed there
	Misread       = "misread"        // Value is printed there
	SourceError   = "source_error"   // what was read is printed there, and wrong
	NotAReport    = "not_a_report"   // the document is none
	SameAuthority = "same_authority" // its author is the authority in Value under another name
	Retract       = "retract"        // forget what was said of this
)

// Annotated is what Annotate did.
type Annotated struct {
	New, Changed, Unchanged, Retracted int
	Stale                              int      // of the new and changed: the report is read from other bytes, so they are not applied
	Staying                            []string // keys of reports that stay after not_a_report, since they have other sources
}

// Refusal is why one annotation cannot be taken.
type Refusal struct {
	Index int // in the list
	Err   error
}

// RefusedError says which annotations cannot be taken.
type RefusedError []Refusal

func (e RefusedError) Error() string {
	texts := make([]string, len(e))
	for i, r := range e {
		texts[i] = fmt.Sprintf("annotation %d: %v", r.Index+1, r.Err)
	}
	return strings.Join(texts, "; ")
}

// Annotate takes people's words into the archive, all of them in one transaction, and applies them. Of several on the same
// thing the last counts, also over what was said before. What is there already changes nothing. A RefusedError names all that
// cannot be taken; none is taken then.
func (a *Archive) Annotate(ctx context.Context, words []Annotation) (Annotated, error) {
	var out Annotated
	now := a.now()
	err := a.withStatements(ctx, "annotate", func(db *statements) error {
		n := &annotating{saving: a.saving(ctx, db), out: &out, now: now, near: map[int64]bool{}}
		var refused RefusedError
		for i, w := range words {
			d, other, err := n.check(&w)
			if err == nil && !isLater(words[i+1:], w) {
				err = n.take(d, w, other)
			}
			if err != nil {
				if DiskFailed(err) {
					return err
				}
				refused = append(refused, Refusal{i, err})
			}
		}
		if refused != nil {
			return refused
		}
		if err := n.apply(); err != nil {
			return err
		}
		for i, w := range words {
			if w.Verdict == SameAuthority && !isLater(words[i+1:], w) {
				if err := n.checkSame(w); err != nil {
					refused = append(refused, Refusal{i, err})
				}
			}
		}
		if refused != nil {
			return refused
		}
		return nil
	})
	if err != nil {
		return Annotated{}, err
	}
	return out, nil
}

// isLater says whether something is said later of the same thing.
func isLater(later []Annotation, w Annotation) bool {
	return slices.ContainsFunc(later, func(l Annotation) bool {
		return l.SHA256 == w.SHA256 && l.Relation == w.Relation && l.RowID == w.RowID && l.ColumnID == w.ColumnID &&
			(l.link() == w.link() || l.Verdict == Retract && l.link() == "") // which takes back all links of the document
	})
}

// link is the other authority that an annotation is about; "" if it is about a cell or a document.
func (w Annotation) link() string {
	if w.Verdict == SameAuthority || w.Verdict == Retract && w.Relation == "" {
		return w.Value
	}
	return ""
}

// annotating is one Annotate under way.
type annotating struct {
	*saving
	out     *Annotated
	now     time.Time
	touched []string       // digests of documents that something new was said of
	near    map[int64]bool // bodies whose links changed
	denied  []int64        // reports of documents that are none
}

// looked is a reading that people can speak of.
type looked struct {
	source
	report int64  // 0 if a person said that it is none
	read   string // digest of the bytes the report is read from
}

// document finds what was read in some bytes.
func (n *annotating) document(sha256 string) (d looked, err error) {
	ok, err := found(n.tx.QueryRowContext(n.ctx, `SELECT c.capture_id, a.url, c.sha256, rd.report, ifnull(rd.report_id, 0),
			ifnull((SELECT rc.sha256 FROM report r JOIN capture rc USING (capture_id) WHERE r.report_id = rd.report_id), '')
		FROM capture c JOIN address a USING (address_id) JOIN reading rd USING (capture_id)
		WHERE c.sha256 = ? AND rd.report IS NOT NULL ORDER BY rd.report_id IS NULL, c.capture_id LIMIT 1`, sha256).
		Scan(&d.capture, &d.url, &d.sha256, &d.packed, &d.report, &d.read))
	if err == nil && !ok {
		err = errNotRead
	}
	return d, err
}

var errNotRead = errors.New("no report was read from bytes with this sha256; see the relation sources")

var (
	digestText = regexp.MustCompile(`^[0-9a-f]{64}$`)
	numberTerm = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]{1,6})?$`)
)

// check sees that an annotation can be taken, and completes it: the document it speaks of, and the other body that it names.
func (n *annotating) check(w *Annotation) (d looked, other int64, err error) {
	if w.Wrong != nil {
		return d, 0, w.Wrong
	}
	if !digestText.MatchString(w.SHA256) {
		return d, 0, fmt.Errorf("sha256 %q is no SHA-256 of 64 hex digits", w.SHA256)
	}
	if named := w.Relation != "" || w.RowID != "" || w.ColumnID != ""; named && (w.Relation == "" || w.RowID == "" || w.ColumnID == "") {
		return d, 0, errors.New("relation, row_id and column_id name a cell together, or are empty together")
	}
	if w.By == "" && w.Verdict != Retract {
		return d, 0, errors.New("it does not say who says so: fill by, or give --by")
	}
	d, err = n.document(w.SHA256)
	if err != nil && !(errors.Is(err, errNotRead) && w.Verdict == Retract) { // what was said before can be taken back
		return d, 0, err
	}
	err = nil
	switch w.Verdict {
	case Confirmed, Misread, SourceError:
		err = n.checkCell(d, w)
	case NotAReport, SameAuthority, Retract:
		if w.Verdict != Retract && w.Relation != "" {
			return d, 0, fmt.Errorf("%s is about a report: leave relation, row_id and column_id empty", w.Verdict)
		}
		if w.Verdict == SameAuthority || w.Verdict == Retract && w.Relation == "" && w.Value != "" {
			other, err = n.otherBody(d, w.Value)
		}
	default:
		err = fmt.Errorf("verdict %q is none of confirmed, misread, source_error, not_a_report, same_authority, retract", w.Verdict)
	}
	return d, other, err
}

// take writes one annotation, or takes it back.
func (n *annotating) take(d looked, w Annotation, other int64) error {
	if w.Verdict == Retract {
		return n.retract(d, w, other)
	}
	return n.write(d, w, other)
}

// checkCell sees that the cell is one of the document's form, and completes what is said of it: confirmed is the number that
// is read there now.
func (n *annotating) checkCell(d looked, w *Annotation) error {
	if w.Relation == "" {
		if w.Verdict == Misread {
			return errors.New("misread is about a cell: relation, row_id and column_id are empty")
		}
		if w.Value != "" {
			return errors.New("there is a value and no cell")
		}
		return nil
	}
	if w.Value != "" && !numberTerm.MatchString(w.Value) {
		return fmt.Errorf("value %q is no number: digits, with a point before decimals, without commas and unit", w.Value)
	}
	read, err := n.unpackReport(d.source)
	if err == nil {
		read, err = n.annotated(d.sha256, read)
	}
	if err != nil {
		return err
	}
	place := [3]string{w.Relation, w.RowID, w.ColumnID}
	i := slices.IndexFunc(read.Cells, func(c form.Cell) bool { return place == [3]string{c.Relation, c.RowID, c.ColumnID} })
	if _, known := unitOnForm(read.Form, place); i < 0 && !known {
		return fmt.Errorf("there is no cell %s/%s/%s on the form %s", w.Relation, w.RowID, w.ColumnID, read.Form)
	}
	if w.Verdict != Confirmed {
		return nil
	}
	if i < 0 {
		return errors.New("nothing was read there that could be confirmed; say misread, with the number that is printed")
	}
	now := ""
	if v := read.Cells[i].Value; v.Valid {
		now = v.Decimal.String()
	}
	if w.Value == "" && w.Shown != nil && !sameNumber(*w.Shown, now) {
		return fmt.Errorf("the archive has %s there, not %s as the file says: look again",
			cmp.Or(now, "no number"), cmp.Or(*w.Shown, "no number"))
	}
	w.Value = cmp.Or(w.Value, now)
	return nil
}

// sameNumber compares decimal texts, "" for none.
func sameNumber(x, y string) bool {
	a, errA := decimal.NewFromString(x)
	b, errB := decimal.NewFromString(y)
	return x == y || errA == nil && errB == nil && a.Equal(b)
}

// otherBody finds the body that a person named beside the document's author: by authority_id, or as code and name.
func (n *annotating) otherBody(d looked, value string) (int64, error) {
	own, err := selectInts(n.ctx, n.tx, `SELECT body FROM report WHERE report_id = ? AND body IS NOT NULL`, d.report)
	if err != nil {
		return 0, err
	}
	if len(own) == 0 {
		return 0, errors.New("the report names no authority")
	}
	body, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		code, name, _ := strings.Cut(value, " ")
		name = title.NameOf(strings.TrimSpace(name)).Normal
		place, placed := division.Resolve(name, division.Hint{Region: code})
		if name == "" || !placed {
			return 0, fmt.Errorf("value %q is neither an authority_id nor a division's code and a name, as in 371503 聊城市茌平区水利局", value)
		}
		body = bodyNumber("", name, place, placed)
	}
	var known bool
	if err := n.tx.QueryRowContext(n.ctx, `SELECT EXISTS (SELECT 1 FROM report WHERE body = ?1)
		OR EXISTS (SELECT 1 FROM authorities WHERE authority_id = ?1)`, body).Scan(&known); err != nil {
		return 0, err
	}
	switch {
	case !known:
		return 0, fmt.Errorf("the archive has no authority %s", value)
	case body == own[0]:
		return 0, fmt.Errorf("%s is the report's own authority", value)
	}
	n.near[own[0]], n.near[body] = true, true
	return body, nil
}

// write writes an annotation, unless it is there.
func (n *annotating) write(d looked, w Annotation, other int64) error {
	var had struct{ verdict, value, by, at, note string }
	there, err := found(n.tx.QueryRowContext(n.ctx, `SELECT verdict, ifnull(value, ''), by, at, ifnull(note, '') FROM annotation
		WHERE sha256 = ?1 AND ifnull(relation, '') = ?2 AND ifnull(row_id, '') = ?3 AND ifnull(column_id, '') = ?4
			AND ifnull(other_body, 0) = ?5`, w.SHA256, w.Relation, w.RowID, w.ColumnID, other).
		Scan(&had.verdict, &had.value, &had.by, &had.at, &had.note))
	if err != nil {
		return err
	}
	at := stamp(cmp.Or(w.At, n.now))
	if there && had.verdict == w.Verdict && sameNumber(had.value, w.Value) && had.by == clean(w.By) && had.note == clean(w.Note) &&
		(w.At.IsZero() || had.at == at) {
		n.out.Unchanged++
		return nil
	}
	_, err = n.tx.ExecContext(n.ctx, `INSERT OR REPLACE INTO annotation(sha256, relation, row_id, column_id, verdict, value,
			other_body, report_id, by, at, note) VALUES (?, ?, ?, ?, ?, ?, ?,
			coalesce(nullif(?, 0), (SELECT report_id FROM annotation WHERE sha256 = ?1 ORDER BY annotation_id LIMIT 1), 0), ?, ?, ?)`,
		w.SHA256, orNull(w.Relation), orNull(w.RowID), orNull(w.ColumnID), w.Verdict, orNull(clean(w.Value)), orNull(other),
		d.report, clean(w.By), at, orNull(clean(w.Note)))
	if err != nil {
		return err
	}
	if there {
		n.out.Changed++
	} else {
		n.out.New++
	}
	if w.Relation != "" && d.read != "" && d.read != w.SHA256 {
		n.out.Stale++
	}
	if w.Verdict == NotAReport && d.report != 0 {
		n.denied = append(n.denied, d.report)
	}
	n.touch(w.SHA256)
	return nil
}

func (n *annotating) touch(sha256 string) {
	n.tx.linked = nil
	if !slices.Contains(n.touched, sha256) {
		n.touched = append(n.touched, sha256)
	}
}

// retract removes what was said: of the cell; else of the document, or of its author and the other one.
func (n *annotating) retract(d looked, w Annotation, other int64) error {
	if w.Relation == "" && other == 0 { // all that links its author
		bodies, err := selectInts(n.ctx, n.tx, `SELECT other_body FROM annotation WHERE sha256 = ?1 AND other_body IS NOT NULL
			UNION SELECT body FROM report WHERE report_id = ?2 AND body IS NOT NULL`, w.SHA256, d.report)
		if err != nil {
			return err
		}
		for _, b := range bodies {
			n.near[b] = true
		}
	}
	result, err := n.tx.ExecContext(n.ctx, `DELETE FROM annotation WHERE sha256 = ?1 AND ifnull(relation, '') = ?2
		AND ifnull(row_id, '') = ?3 AND ifnull(column_id, '') = ?4 AND (?5 = 0 OR other_body = ?5)`,
		w.SHA256, w.Relation, w.RowID, w.ColumnID, other)
	if err != nil {
		return err
	}
	gone, err := result.RowsAffected()
	if err != nil {
		return err
	}
	if gone == 0 {
		n.out.Unchanged++
		return nil
	}
	n.out.Retracted += int(gone)
	n.touch(w.SHA256)
	return nil
}

// apply makes the archive say what people say now.
func (n *annotating) apply() error {
	for _, sha256 := range n.touched {
		captures, err := selectInts(n.ctx, n.tx, `SELECT c.capture_id FROM capture c JOIN reading rd USING (capture_id)
			WHERE c.sha256 = ? AND rd.report IS NOT NULL ORDER BY c.capture_id`, sha256)
		if err != nil {
			return err
		}
		for _, id := range captures {
			if err := n.refile(id); err != nil {
				return fmt.Errorf("capture %d: %w", id, err)
			}
		}
	}
	for _, id := range n.denied {
		keys, err := selectTexts(n.ctx, n.tx, `SELECT key FROM report WHERE report_id = ?`, id)
		if err != nil {
			return err
		}
		n.out.Staying = append(n.out.Staying, keys...)
	}
	if len(n.near) == 0 {
		return nil
	}
	var near []int64
	for b := range n.near {
		near = append(near, b)
	}
	n.capture = captured{}
	return n.regroupAll(near, nil)
}

// refile files what was read in a capture anew: with its report, or with none if a person says so.
func (s *saving) refile(id int64) error {
	if err := s.load(id); err != nil {
		return err
	}
	before := s.capture.reportID
	denied, err := s.notAReport()
	if err != nil {
		return err
	}
	if denied == nil && before != 0 {
		return s.settle(before)
	}
	var kind, reason any
	report := int64(0)
	if denied != nil {
		kind, reason = clean(denied.Kind), clean(denied.Reason)
		err = s.forgetCapture()
	} else {
		report, err = s.reportAgain(id)
	}
	if err != nil {
		return err
	}
	if _, err := s.tx.ExecContext(s.ctx, `UPDATE reading SET report_id = ?, not_report = ?, reason = ? WHERE capture_id = ?`,
		orNull(report), kind, reason, id); err != nil {
		return err
	}
	return errors.Join(s.settle(report), s.settle(before))
}

// reportAgain decides which report an archived reading is.
func (s *saving) reportAgain(id int64) (int64, error) {
	if err := s.tx.QueryRowContext(s.ctx, `SELECT extractor FROM reading WHERE capture_id = ?`, id).Scan(&s.extractor); err != nil {
		return 0, err
	}
	r, err := s.reportIn(id)
	if err == nil {
		r, err = s.located(s.capture.url, r)
	}
	if err != nil {
		return 0, err
	}
	return s.reportOf(r)
}

// checkSame sees that the two are one authority now.
func (n *annotating) checkSame(w Annotation) error {
	d, err := n.document(w.SHA256)
	if err != nil {
		return err
	}
	other, err := n.otherBody(d, w.Value)
	if err != nil {
		return err
	}
	own, err := selectInts(n.ctx, n.tx, `SELECT body FROM report WHERE report_id = ?`, d.report)
	if err != nil {
		return err
	}
	all, err := n.reachable(own[0], other)
	if err != nil || all.one() {
		return err
	}
	years := map[int]int64{}
	for _, c := range all.claims {
		if b, ok := years[c.year]; ok && c.year != 0 && b != c.body {
			return fmt.Errorf("%s cannot be the same authority: both, or bodies that are one with them, have a report for %d", w.Value, c.year)
		}
		years[c.year] = c.body
	}
	return nil
}
