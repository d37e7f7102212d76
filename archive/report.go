package archive

import (
	"cmp"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"nianbao/extract"
	"nianbao/extract/check"
	"nianbao/extract/form"
	"nianbao/extract/title"
)

// identity says which report of an authority a report is.
type identity struct {
	authority int64 // authorities.authority_id
	year      int
	scope     string
}

// hash53 is the first 53 bits of a SHA-256: what a float64, and so JavaScript and R, holds exactly.
func hash53(s string) int64 {
	sum := sha256.Sum256([]byte(s))
	return int64(binary.BigEndian.Uint64(sum[:8]) >> 11)
}

// sameReport returns the reports with the author, the year and the scope of a document that was found at a site, but for
// the report except. The author counts by its name and division here (author.body), as no two names that credit codes
// link have a report for the same year. None if the document does not say enough.
func (s *saving) sameReport(site, region string, r *extract.Report, except int64) ([]int64, error) {
	if r.Authority == "" || r.Year == 0 {
		return nil, nil
	}
	ids, err := selectInts(s.ctx, s.tx, `SELECT report_id FROM report
		WHERE body = ? AND year = ? AND scope = ? AND report_id <> ?`,
		authorOf(site, region, r).body, r.Year, cmp.Or(r.Scope, "unknown"), except)
	if err != nil {
		return nil, fmt.Errorf("find the same report: %w", err)
	}
	return ids, nil
}

// reportOf decides which report the document is, and returns its number; that of a report that is not there yet if it
// is none of those that are. In this order:
//
//  1. the report with the same authority, year and scope, wherever it was found;
//  2. the report that this capture was read as before, unless this extractor reads another year from another of its
//     versions: then the address has been used for the reports of several years;
//  3. the report of the same address, unless its year is another;
//  4. a new one.
func (s *saving) reportOf(r *extract.Report) (int64, error) {
	same, err := s.sameReport(s.capture.site, s.capture.region, r, 0)
	if err != nil {
		return 0, err
	}
	if len(same) > 0 {
		return same[0], nil
	}
	if before := s.capture.reportID; before != 0 {
		others, err := selectInts(s.ctx, s.tx, `SELECT capture_id FROM reading WHERE report_id = ? AND capture_id <> ?
			AND extractor = ? AND year <> ?`, before, s.capture.id, s.extractor, r.Year)
		if err != nil {
			return 0, fmt.Errorf("find the report: %w", err)
		}
		if len(others) == 0 || r.Year == 0 {
			return before, nil
		}
	}
	ids, err := selectInts(s.ctx, s.tx, `SELECT r.report_id FROM capture c
		JOIN reading d USING (capture_id) JOIN report r USING (report_id)
		WHERE c.address_id = ? AND c.capture_id <> ? AND (?3 = 0 OR r.year IS NULL OR r.year = ?3)
		ORDER BY c.fetched_at DESC, c.capture_id DESC LIMIT 1`, s.capture.address, s.capture.id, r.Year)
	if err != nil {
		return 0, fmt.Errorf("find the report: %w", err)
	}
	if len(ids) > 0 {
		return ids[0], nil
	}
	id, err := s.newReportID(r.Year)
	if err != nil {
		return 0, err
	}
	return id, s.announce(id)
}

// announce makes a row for a report that is not there yet, as readings refer to it. What it says comes with the reading.
func (s *saving) announce(id int64) error {
	if err := s.remember(id); err != nil {
		return fmt.Errorf("numbers of report %d: %w", id, err)
	}
	_, err := s.tx.ExecContext(s.ctx, `INSERT INTO report(report_id, key, capture_id, scope, form, title, completeness)
		VALUES (?, ?, ?, 'unknown', 'none', '', 'unreadable')`, id,
		fmt.Sprintf("-%014x", id), s.capture.id)
	if err != nil {
		return fmt.Errorf("make report %d: %w", id, err)
	}
	s.empty = id
	return nil
}

// newReportID is the number of a report first archived under the capture's address, or that which it is to keep. Where that
// number is taken, because the address had the report of another year before, the year is hashed too.
func (s *saving) newReportID(year int) (int64, error) {
	name := s.capture.url
	id := cmp.Or(s.number, hash53(name))
	for n := 0; ; n++ {
		taken, err := selectInts(s.ctx, s.tx, `SELECT report_id FROM report WHERE report_id = ?`, id)
		if err != nil {
			return 0, fmt.Errorf("number the report: %w", err)
		}
		if len(taken) == 0 {
			return id, nil
		}
		name = fmt.Sprintf("%s#%d", s.capture.url, year)
		if n > 0 {
			name = fmt.Sprintf("%s.%d", name, n)
		}
		id = hash53(name)
	}
}

// source is a reading that could speak for a report: the newest of its address.
type source struct {
	capture int64
	address int64
	url     string
	site    string
	region  string
	name    string // of the authority whose column the site is, by the register
	sha256  string
	numbers int
	own     bool   // the site is that authority's whose report it is, and the reading is complete
	first   string // when the address first answered
	packed  []byte
}

// sources returns the newest reading of each address of a report, the best one first: complete ones of the site that is
// registered for the very authority come before others, so that no other site speaks for it by printing more; then the one with
// most numbers, among equals the one whose address came first.
func (s *saving) sources(report int64) ([]source, error) {
	all, err := selectRows(s.ctx, s.tx, func(row scanner) (c source, err error) {
		return c, row.Scan(&c.capture, &c.address, &c.url, &c.site, &c.region, &c.name, &c.sha256, &c.numbers, &c.first, &c.packed)
	}, `SELECT c.capture_id, c.address_id, a.url, ifnull(c.site, ''),
			ifnull((SELECT region FROM sites WHERE key = c.site ORDER BY since DESC LIMIT 1), ''),
			ifnull((SELECT name FROM sites WHERE key = c.site ORDER BY since DESC LIMIT 1), ''), c.sha256, r.numbers,
			ifnull(a.first_seen_at, ''), r.report
		FROM reading r JOIN capture c USING (capture_id) JOIN address a USING (address_id)
		WHERE r.report_id = ?1 AND c.capture_id = (SELECT n.capture_id
			FROM reading n JOIN capture nc USING (capture_id)
			WHERE n.report_id = ?1 AND nc.address_id = c.address_id
			ORDER BY nc.fetched_at DESC, nc.capture_id DESC LIMIT 1)`, report)
	if err != nil {
		return nil, fmt.Errorf("find the sources: %w", err)
	}
	if err := s.tellOwn(all); err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(x, y source) int {
		return cmp.Or(ownFirst(x, y), cmp.Compare(y.numbers, x.numbers), cmp.Compare(x.first, y.first), cmp.Compare(x.address, y.address))
	})
	return all, nil
}

func ownFirst(x, y source) int {
	switch {
	case x.own && !y.own:
		return -1
	case y.own && !x.own:
		return 1
	}
	return 0
}

// tellOwn finds the complete sources of the site that is registered for the author, where they are of several sites.
func (s *saving) tellOwn(all []source) error {
	if !slices.ContainsFunc(all, func(c source) bool { return c.site != all[0].site }) {
		return nil
	}
	for i, c := range all {
		if c.name == "" || c.numbers == 0 {
			continue
		}
		r, err := s.unpackReport(c)
		if err != nil {
			return err
		}
		if r.Completeness != "complete" {
			continue
		}
		registered := &extract.Report{Authority: title.NameOf(c.name).Normal, Year: r.Year, SiteCode: r.SiteCode}
		body := authorOf(c.site, c.region, r).body
		all[i].own = body != 0 && body == authorOf(c.site, c.region, registered).body
	}
	return nil
}

// unpackReport decodes the reading of a source. The one that is being saved is at hand.
func (s *saving) unpackReport(c source) (*extract.Report, error) {
	var r extract.Report
	if s.fresh != nil && c.capture == s.capture.id {
		r = *s.fresh
		return s.located(c.url, &r)
	}
	data, err := unpackReading(s.codec.decoder, c.packed, nil)
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		return nil, fmt.Errorf("decode the reading of capture %d: %w", c.capture, err)
	}
	return s.located(c.url, &r)
}

// located is a report with the site code of the page that carries its file, where the file names none: the page says
// where both are.
func (s *saving) located(url string, r *extract.Report) (*extract.Report, error) {
	if r.SiteCode != "" {
		return r, nil
	}
	pages, err := selectRows(s.ctx, s.tx, func(row scanner) (c source, err error) {
		return c, row.Scan(&c.capture, &c.packed)
	}, `SELECT rd.capture_id, rd.report FROM attached t JOIN reading rd USING (capture_id) JOIN capture c USING (capture_id)
		WHERE t.address IN (?, ?) AND rd.report IS NOT NULL ORDER BY c.fetched_at DESC, c.capture_id DESC LIMIT 1`, bothSchemes(url)...)
	if err != nil {
		return nil, fmt.Errorf("find the page that carries %s: %w", url, err)
	}
	if len(pages) == 0 {
		return r, nil
	}
	page, err := s.unpackReport(pages[0])
	if err != nil {
		return nil, err
	}
	copied := *r
	copied.SiteCode = page.SiteCode
	return &copied, nil
}

// settleParted settles the report of a capture that became a version of its own (part).
func (s *saving) settleParted(m move) error {
	if m.from == 0 {
		return nil
	}
	if err := s.load(m.from); err != nil {
		return fmt.Errorf("capture %d: %w", m.from, err)
	}
	return s.settle(s.capture.reportID)
}

// settle makes a report's rows say what its best source says, after its readings changed, and judges it, and the report
// of the year after it, across years.
func (s *saving) settle(id int64) error {
	if id == 0 {
		return nil
	}
	before, err := s.stored(id)
	if err != nil {
		return err
	}
	if err := s.settleAlone(id); err != nil {
		return err
	}
	after, err := s.stored(id)
	if err != nil {
		return err
	}
	return s.compareYears(before, after)
}

// settleAlone is settle without a look at other years. A report without readings is removed: what was captured stays, and
// reading it again may bring the report back. Two reports that turn out to be one become the one that was archived first.
func (s *saving) settleAlone(id int64) error {
	if err := s.remember(id); err != nil {
		return fmt.Errorf("numbers of report %d: %w", id, err)
	}
	sources, err := s.sources(id)
	if err != nil {
		return err
	}
	before, err := s.claimsOf(id)
	if err != nil {
		return err
	}
	if err := s.keepHistory(id); err != nil {
		return err
	}
	if len(sources) == 0 {
		if err := s.remove(id); err != nil {
			return err
		}
		return s.regroup(before, id)
	}
	best := sources[0]
	r, err := s.unpackReport(best)
	if err != nil {
		return err
	}
	twins, err := s.sameReport(best.site, best.region, r, id)
	if err != nil {
		return err
	}
	if len(twins) > 0 {
		if err := s.merge(id, twins[0]); err != nil {
			return err
		}
		return s.regroup(before, id)
	}
	if r, err = s.annotated(best.sha256, r); err != nil {
		return err
	}
	findings, err := s.disagreements(best, r, sources[1:])
	if err != nil {
		return err
	}
	if err := s.clearLate(id, r); err != nil {
		return err
	}
	if err := s.writeReport(id, best, r, append(notWhole(r.Cells), findings...)); err != nil {
		return fmt.Errorf("write report %d: %w", id, err)
	}
	return s.regroup(before, id)
}

// merge makes one report of two, the one with the older capture.
func (s *saving) merge(a, b int64) error {
	order, err := selectInts(s.ctx, s.tx, `SELECT r.report_id FROM reading r JOIN capture c USING (capture_id)
		WHERE r.report_id IN (?, ?) GROUP BY r.report_id ORDER BY min(c.fetched_at), min(c.capture_id)`, a, b)
	if err != nil {
		return fmt.Errorf("merge reports %d and %d: %w", a, b, err)
	}
	keep, drop := order[0], a
	if len(order) > 1 {
		drop = order[1]
	}
	if drop == keep {
		drop = b
	}
	if err := errors.Join(s.remember(a), s.remember(b)); err != nil {
		return fmt.Errorf("merge reports %d and %d: %w", a, b, err)
	}
	const move = `UPDATE reading SET report_id = ? WHERE report_id = ?`
	if _, err := s.tx.ExecContext(s.ctx, move, keep, drop); err != nil {
		return fmt.Errorf("merge reports %d and %d: %w", a, b, err)
	}
	if err := s.remove(drop); err != nil {
		return err
	}
	return s.settle(keep)
}

// remove deletes a report's row, and with it all that refers to it.
func (s *saving) remove(id int64) error {
	delete(s.tx.passages, id)
	delete(s.tx.cells, id)
	if _, err := s.tx.ExecContext(s.ctx, `DELETE FROM report WHERE report_id = ?`, id); err != nil {
		return fmt.Errorf("remove report %d: %w", id, err)
	}
	return nil
}

// key is the readable name of a report: division, authority, year, and the scope where it is known. It follows the
// identity; where the document does not say enough for one, the number stands in for what is missing.
func key(division string, r *extract.Report, id int64) string {
	parts := []string{cmp.Or(division, "none"), r.Authority, fmt.Sprint(r.Year), ""}
	if r.Scope != "unknown" {
		parts[3] = r.Scope
	}
	if r.Year == 0 {
		parts[2] = ""
	}
	if r.Authority == "" || r.Year == 0 {
		parts[3] = fmt.Sprintf("%014x", id)
	}
	parts = slices.DeleteFunc(parts, func(p string) bool { return p == "" })
	return strings.Map(func(c rune) rune {
		if c <= ' ' || strings.ContainsRune(`/\:*?"<>|@%`, c) {
			return '_' // not in file names on every system; @ begins the time in a reference
		}
		return c
	}, clean(strings.Join(parts, "-")))
}

// The rules that this room checks, since it alone knows a report's other sources and the types of its columns.
const (
	ruleSourcesDisagree = "sources_disagree"
	ruleSourceUnread    = "source_unreadable"
	ruleNotWhole        = "not_whole"
)

// disagreements compares the reading that speaks for a report with its other sources: one doubt for each that has
// another number somewhere, about the first such number in the document; a note for each file that cannot be compared.
func (s *saving) disagreements(best source, r *extract.Report, others []source) ([]check.Finding, error) {
	var out []check.Finding
	for _, other := range others {
		o, err := s.unpackReport(other)
		if err != nil {
			return nil, err
		}
		if o, err = s.annotated(other.sha256, o); err != nil {
			return nil, err
		}
		if o.Completeness == "unreadable" && o.Media != "html" { // a page without the report leads to its files
			out = append(out, check.Finding{Rule: ruleSourceUnread, Severity: check.Note,
				Message: fmt.Sprintf("%s is a source of the report, too, and is not compared. %s", other.url, reasonOf(o))})
			continue
		}
		numbers := make(map[[3]string]form.Cell, len(o.Cells))
		for _, c := range o.Cells {
			if c.Value.Valid {
				numbers[[3]string{c.Relation, c.RowID, c.ColumnID}] = c
			}
		}
		for _, c := range r.Cells {
			there, ok := numbers[[3]string{c.Relation, c.RowID, c.ColumnID}]
			if !ok || !c.Value.Valid || c.Unit != there.Unit || c.Value.Decimal.Equal(there.Value.Decimal) {
				continue
			}
			out = append(out, check.Finding{
				Rule: ruleSourcesDisagree, Severity: check.Doubt,
				Relation: c.Relation, RowID: c.RowID, ColumnID: c.ColumnID,
				Expected: c.Value.Decimal.String(), Actual: there.Value.Decimal.String(),
				Message: fmt.Sprintf("In %s/%s/%s %s prints %s where %s prints %s; the first is the one the report is read from.",
					c.Relation, c.RowID, c.ColumnID, best.url, c.Value.Decimal, other.url, there.Value.Decimal),
			})
			break
		}
	}
	return out, nil
}

// clearLate takes away the finding that a report is late if it was captured on or before the last day on time, or if another
// version or source of it gives such a day: pages are dated anew.
func (s *saving) clearLate(id int64, r *extract.Report) error {
	late := slices.IndexFunc(r.Findings, func(f check.Finding) bool { return f.Rule == check.Late })
	if late < 0 {
		return nil
	}
	var first sql.NullString
	if err := s.tx.QueryRowContext(s.ctx, `SELECT date(min(c.fetched_at), '+8 hours')
		FROM reading rd JOIN capture c USING (capture_id) WHERE rd.report_id = ?`, id).Scan(&first); err != nil {
		return fmt.Errorf("first capture of report %d: %w", id, err)
	}
	due := r.Findings[late].Expected
	inTime := first.String <= due
	if !inTime {
		all, err := selectRows(s.ctx, s.tx, func(row scanner) (c source, err error) {
			return c, row.Scan(&c.capture, &c.packed)
		}, `SELECT capture_id, report FROM reading WHERE report_id = ?`, id)
		if err != nil {
			return fmt.Errorf("readings of report %d: %w", id, err)
		}
		for _, c := range all {
			other, err := s.unpackReport(c)
			if err != nil {
				return err
			}
			inTime = inTime || other.PublishedOn != "" && other.PublishedOn <= due
		}
	}
	if inTime {
		r.Findings = slices.Delete(slices.Clone(r.Findings), late, late+1)
	}
	return nil
}

// reasonOf says why a document is unreadable, as far as a finding of its own does.
func reasonOf(r *extract.Report) string {
	for _, f := range r.Findings {
		if f.Rule == check.NothingToRead {
			return f.Message
		}
	}
	return "Its tables were not understood."
}

// notWhole finds numbers that a column of counts cannot hold.
func notWhole(cells []form.Cell) []check.Finding {
	var out []check.Finding
	for _, c := range cells {
		if countRelations[c.Relation] == nil || !c.Value.Valid || isCount(c) {
			continue
		}
		out = append(out, check.Finding{
			Rule: ruleNotWhole, Severity: check.Doubt, Relation: c.Relation, RowID: c.RowID, ColumnID: c.ColumnID,
			Actual: c.Value.Decimal.String(),
			Message: fmt.Sprintf("%s/%s/%s prints %s, which is no count: %s has NULL there, cells the number.",
				c.Relation, c.RowID, c.ColumnID, c.Value.Decimal, c.Relation),
		})
	}
	return out
}
