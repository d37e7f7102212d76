package archive

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"slices"

	"nianbao/crawler"
)

// answer is one capture of an address, or one of the container that it is a member of, as far as it tells of the address.
type answer struct {
	capture  int64
	crawl    int64
	at       string
	outcome  string
	status   int64
	role     string
	final    string         // final_url
	imported bool           // no crawler compared its content
	fresh    bool           // another archive's, that this one did not have
	head     int64          // answer_id
	sha256   sql.NullString // of a 304 that of the answer it confirms
	bytes    sql.NullInt64
	received sql.NullString // capture.received
	stored   sql.NullInt64  // length of the body received, if the archive has it all the same
	kind     answerKind
}

// came are the digest and the length of the bytes that came, or, where the archive has not kept them, of those with the same
// content that it kept.
func (a *answer) came() (sql.NullString, sql.NullInt64) {
	if a.stored.Valid {
		return a.received, a.stored
	}
	return a.sha256, a.bytes
}

// has gives the answer the bytes that stand for it, and notes which came if these are others.
func (a *answer) has(sha256 sql.NullString, bytes sql.NullInt64) {
	sent := a.received
	if !sent.Valid && a.status != http.StatusNotModified {
		sent, _ = a.came()
	}
	if sent == sha256 {
		sent = sql.NullString{}
	}
	a.sha256, a.bytes, a.received, a.stored = sha256, bytes, sent, sql.NullInt64{}
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

	brought answer         // the current answer
	final   string         // where the newest answer with a body came from that says the same
	before  map[bool]int64 // by fresh: what the archive's last answer came to before
}

// comparison says whether two answers with other bytes have the same content.
type comparison func(old, now answer) (bool, error)

// fold gives every capture of an address, in the order of time, the outcome and the answer that SaveCapture would have given
// it had they come in this order, and returns what they come to. What an archive found of two of its answers that still
// follow each other stands; others are compared, as the crawler would have done. A 304 that confirms other bytes than those
// of the answer before it brings these bytes back, which makes it an answer with them: an archive that had made both captures
// would have asked with another validator, and got them.
func fold(all []answer, same comparison) (standing, error) {
	s := standing{before: map[bool]int64{}}
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
			if err := s.take(a, same); err != nil {
				return s, err
			}
		case crawler.Missed(a.outcome):
			s.missed(a)
		}
	}
	return s, nil
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
func (s *standing) take(a *answer, same comparison) error {
	repeats, err := s.repeats(*a, same)
	if err != nil {
		return err
	}
	s.before[a.fresh] = a.head
	modified := a.status != http.StatusNotModified
	switch {
	case repeats && modified:
		a.outcome = crawler.OutcomeUnchanged
	case repeats:
		a.outcome = crawler.OutcomeNotModified
	case s.answer == 0:
		a.outcome = crawler.OutcomeNew
	default:
		a.outcome = crawler.OutcomeChanged
	}
	if repeats {
		a.has(s.brought.sha256, s.brought.bytes)
	} else {
		a.has(a.came())
		s.answer, s.brought = a.capture, *a
	}
	if modified || !repeats {
		s.final = a.final
	}
	a.head = s.answer
	s.seen(a)
	return nil
}

// repeats says whether a whole answer says what the current one says.
func (s *standing) repeats(a answer, same comparison) (bool, error) {
	came, _ := a.came()
	switch {
	case s.answer == 0:
		return false, nil
	case a.head == s.answer || came == s.brought.sha256:
		return true, nil
	case s.before[a.fresh] == s.answer || same == nil || a.imported || a.final != s.final:
		return false, nil
	}
	return same(s.brought, a)
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

// refold makes outcomes, answers and the row of an address anew from all its captures. Those after number before are another
// archive's. It returns the captures that repeated another and do no more, each from it to that one, which has the same content.
func refold(ctx context.Context, tx *sql.Tx, address, before int64, same comparison) (parted []move, err error) {
	was, err := answersOf(ctx, tx, address, before)
	if err != nil {
		return nil, fmt.Errorf("captures of address %d: %w", address, err)
	}
	is := slices.Clone(was)
	s, err := fold(is, same)
	if err != nil {
		return nil, fmt.Errorf("captures of address %d: %w", address, err)
	}
	for i, a := range is {
		if a.kind != own || a == was[i] {
			continue
		}
		sum, bytes := any(a.sha256), any(a.bytes)
		if a.outcome == crawler.OutcomeNotModified {
			sum, bytes = nil, nil
		}
		if _, err := tx.ExecContext(ctx, `UPDATE capture SET outcome = ?, answer_id = ?, sha256 = ?, bytes = ?, received = ?
			WHERE capture_id = ?`, a.outcome, orNull(a.head), sum, bytes, a.received, a.capture); err != nil {
			return nil, fmt.Errorf("capture %d: %w", a.capture, err)
		}
		if a.head == a.capture && was[i].head != a.capture && was[i].head != 0 {
			parted = append(parted, move{a.capture, was[i].head})
		}
	}
	_, err = tx.ExecContext(ctx, `UPDATE address SET first_seen_at = ?, last_seen_at = ?, answer_id = ?, missed_at = ?,
		missed_crawl = ?, gone_at = ? WHERE address_id = ?`, orNull(s.first), orNull(s.last), orNull(s.answer), orNull(s.missedAt),
		orNull(s.missedCrawl), orNull(s.goneAt), address)
	if err != nil {
		return nil, fmt.Errorf("address %d: %w", address, err)
	}
	return parted, nil
}

// answersOf are the captures of an address in the order of time, with those of the containers that it is a member of, which
// must have found their places before.
func answersOf(ctx context.Context, tx *sql.Tx, address, before int64) ([]answer, error) {
	return selectRows(ctx, tx, func(row scanner) (a answer, err error) {
		return a, row.Scan(&a.capture, &a.crawl, &a.at, &a.outcome, &a.status, &a.role, &a.final, &a.imported, &a.fresh, &a.head,
			&a.sha256, &a.bytes, &a.received, &a.stored, &a.kind)
	}, `SELECT c.capture_id, c.crawl_id, c.fetched_at, c.outcome, ifnull(c.http_status, 0), c.role, c.final_url,
			c.transport IS 'import', c.capture_id > ?2, ifnull(c.answer_id, 0),
			iif(c.outcome = 'not_modified', h.sha256, c.sha256), iif(c.outcome = 'not_modified', h.bytes, c.bytes), c.received,
			b.bytes, 0
		FROM capture c LEFT JOIN capture h ON h.capture_id = c.answer_id LEFT JOIN blob b ON b.sha256 = c.received
		WHERE c.address_id = ?1
		UNION ALL
		SELECT capture_id, crawl_id, fetched_at, outcome, 0, '', '', 0, 0, 0, NULL, NULL, NULL, NULL, kind FROM (
			SELECT c.capture_id, c.crawl_id, c.fetched_at, c.outcome,
				CASE WHEN c.answer_id IN (SELECT member_of FROM capture WHERE address_id = ?1) THEN 1
					WHEN c.answer_id IS NULL AND (SELECT n.answer_id FROM capture n
						WHERE n.address_id = c.address_id AND n.answer_id IS NOT NULL
							AND (n.fetched_at, n.capture_id) < (c.fetched_at, c.capture_id)
						ORDER BY n.fetched_at DESC, n.capture_id DESC LIMIT 1) IN (SELECT member_of FROM capture WHERE address_id = ?1)
						THEN 2 END AS kind
			FROM capture c WHERE c.address_id IN (SELECT DISTINCT z.address_id FROM capture m JOIN capture z ON z.capture_id = m.member_of
				WHERE m.address_id = ?1)) WHERE kind IS NOT NULL
		ORDER BY 3, 1`, address, before)
}
