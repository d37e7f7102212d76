package archive

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"

	"nianbao/crawler"
)

// answer is one capture of an address, or one of the container that it is a member of, as far as it tells of the address.
type answer struct {
	capture int64
	crawl   int64
	at      string
	outcome string
	status  int64
	head    int64          // answer_id
	sha256  sql.NullString // of a 304 that of the answer it confirms
	bytes   sql.NullInt64
	kind    answerKind
}

// answerKind is whose answer it is.
type answerKind int

const (
	own       answerKind = iota
	contained            // the container answered with the member in it
	beyond               // the container that had had the member did not answer
)

// standing is what the captures of an address come to: the columns of address.
type standing struct {
	first, last string
	answer      int64
	missedAt    string
	missedCrawl int64
	goneAt      string

	sha256 sql.NullString // of the current answer
	bytes  sql.NullInt64
}

// fold gives every capture of an address, in the order of time, the outcome and the answer that SaveCapture would have given
// it had they come in this order, and returns what they come to. A 304 that confirms other bytes than those of the answer
// before it brings these bytes back, which makes it an answer with them: an archive that had made both captures would have
// asked with another validator, and got them.
func fold(all []answer) standing {
	var s standing
	for i := range all {
		a := &all[i]
		switch {
		case a.kind == contained:
			s.seen(a)
		case a.kind == beyond:
			if s.first != "" && crawler.Missed(a.outcome) {
				s.missed(a)
			}
		case a.whole():
			s.take(a)
		case crawler.Missed(a.outcome):
			s.missed(a)
		}
	}
	return s
}

// whole says whether the capture is a whole answer, or confirms one.
func (a *answer) whole() bool {
	switch a.outcome {
	case crawler.OutcomeNew, crawler.OutcomeChanged, crawler.OutcomeUnchanged:
		return true
	}
	return a.outcome == crawler.OutcomeNotModified && a.sha256.Valid
}

// take notes a whole answer.
func (s *standing) take(a *answer) {
	switch {
	case s.answer == 0:
		a.outcome = crawler.OutcomeNew
	case s.sha256 != a.sha256:
		a.outcome = crawler.OutcomeChanged
	case a.status == http.StatusNotModified:
		a.outcome = crawler.OutcomeNotModified
	default:
		a.outcome = crawler.OutcomeUnchanged
	}
	if a.outcome == crawler.OutcomeNew || a.outcome == crawler.OutcomeChanged {
		s.answer, s.sha256, s.bytes = a.capture, a.sha256, a.bytes
	}
	a.head = s.answer
	s.seen(a)
}

func (s *standing) seen(a *answer) {
	if s.first == "" && a.kind == own {
		s.first = a.at
	}
	s.last = a.at
	s.missedAt, s.missedCrawl, s.goneAt = "", 0, ""
}

func (s *standing) missed(a *answer) {
	switch {
	case s.missedAt == "":
		s.missedAt, s.missedCrawl = a.at, a.crawl
	case s.missedCrawl != a.crawl:
		s.goneAt = s.missedAt
	}
}

// refold makes outcomes, answers and the row of an address anew from all its captures.
func refold(ctx context.Context, tx *sql.Tx, address int64) error {
	before, err := answersOf(ctx, tx, address)
	if err != nil {
		return fmt.Errorf("captures of address %d: %w", address, err)
	}
	after := append([]answer(nil), before...)
	s := fold(after)
	for i, a := range after {
		if a.kind != own || a == before[i] {
			continue
		}
		sum, bytes := any(a.sha256), any(a.bytes)
		if a.outcome == crawler.OutcomeNotModified {
			sum, bytes = nil, nil
		}
		if _, err := tx.ExecContext(ctx, `UPDATE capture SET outcome = ?, answer_id = ?, sha256 = ?, bytes = ? WHERE capture_id = ?`,
			a.outcome, orNull(a.head), sum, bytes, a.capture); err != nil {
			return fmt.Errorf("capture %d: %w", a.capture, err)
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE address SET first_seen_at = ?, last_seen_at = ?, answer_id = ?, missed_at = ?,
		missed_crawl = ?, gone_at = ? WHERE address_id = ?`, orNull(s.first), orNull(s.last), orNull(s.answer), orNull(s.missedAt),
		orNull(s.missedCrawl), orNull(s.goneAt), address)
	if err != nil {
		return fmt.Errorf("address %d: %w", address, err)
	}
	return nil
}

// answersOf are the captures of an address in the order of time, with those of the containers that it is a member of, which
// must have found their places before.
func answersOf(ctx context.Context, tx *sql.Tx, address int64) ([]answer, error) {
	return selectRows(ctx, tx, func(row scanner) (a answer, err error) {
		return a, row.Scan(&a.capture, &a.crawl, &a.at, &a.outcome, &a.status, &a.head, &a.sha256, &a.bytes, &a.kind)
	}, `SELECT c.capture_id, c.crawl_id, c.fetched_at, c.outcome, ifnull(c.http_status, 0), ifnull(c.answer_id, 0),
			iif(c.outcome = 'not_modified', h.sha256, c.sha256), iif(c.outcome = 'not_modified', h.bytes, c.bytes), 0
		FROM capture c LEFT JOIN capture h ON h.capture_id = c.answer_id WHERE c.address_id = ?1
		UNION ALL
		SELECT capture_id, crawl_id, fetched_at, outcome, 0, 0, NULL, NULL, kind FROM (
			SELECT c.capture_id, c.crawl_id, c.fetched_at, c.outcome,
				CASE WHEN c.answer_id IN (SELECT member_of FROM capture WHERE address_id = ?1) THEN 1
					WHEN c.answer_id IS NULL AND (SELECT n.answer_id FROM capture n
						WHERE n.address_id = c.address_id AND n.answer_id IS NOT NULL
							AND (n.fetched_at, n.capture_id) < (c.fetched_at, c.capture_id)
						ORDER BY n.fetched_at DESC, n.capture_id DESC LIMIT 1) IN (SELECT member_of FROM capture WHERE address_id = ?1)
						THEN 2 END AS kind
			FROM capture c WHERE c.address_id IN (SELECT DISTINCT z.address_id FROM capture m JOIN capture z ON z.capture_id = m.member_of
				WHERE m.address_id = ?1)) WHERE kind IS NOT NULL
		ORDER BY 3, 1`, address)
}
