package archive

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"net/url"
	"path"
	"strings"

	"nianbao/crawler"
	"nianbao/extract/document"
)

// SaveMembers files the members of a captured container (zip, rar) as captures of their own, in one transaction: at the
// container's address with the member's name as fragment (MemberAddress), with its run, site, status and time, in the
// role attachment, without headers. Like any capture they are new, changed or unchanged by what their address brought
// last, and wait to be read. Members that are there already are left alone, so that it may be done again.
//
// Errors: the capture is unknown, no whole answer, or a member itself; or the database's.
func (a *Archive) SaveMembers(ctx context.Context, captureID int64, members []document.Member) error {
	if len(members) == 0 {
		return nil
	}
	return a.update(ctx, fmt.Sprintf("save the members of capture %d", captureID), func(tx *sql.Tx) error {
		like, err := loadContainer(ctx, tx, captureID)
		if err != nil {
			return err
		}
		for _, m := range members {
			if err := a.saveMember(ctx, tx, like, m); err != nil {
				return fmt.Errorf("member %s: %w", m.Name, err)
			}
		}
		return catchUp(ctx, tx, captureID)
	})
}

// catchUp has the members of a container share what became of it before they were unpacked: a run may have died, or another
// archive's answers may have come, in between.
func catchUp(ctx context.Context, tx *sql.Tx, container int64) error {
	addresses, err := selectInts(ctx, tx, `SELECT m.address_id FROM capture m JOIN capture z ON z.capture_id = m.member_of
		WHERE m.member_of = ? AND EXISTS (SELECT 1 FROM capture l WHERE l.address_id = z.address_id
			AND (l.fetched_at, l.capture_id) > (z.fetched_at, z.capture_id))`, container)
	if err != nil {
		return fmt.Errorf("what became of the container since: %w", err)
	}
	for _, address := range addresses {
		if _, err := refold(ctx, tx, address, math.MaxInt64, nil); err != nil {
			return err
		}
	}
	return nil
}

// MemberAddress is the address of a member of the container at an address: the name as fragment, percent-encoded (RFC 3986
// section 3.5). An @ is encoded, too: in a reference to bytes it begins a time.
func MemberAddress(container, name string) string {
	fragment := (&url.URL{Fragment: clean(name)}).EscapedFragment()
	return container + "#" + strings.ReplaceAll(fragment, "@", "%40")
}

// loadContainer reads what the captures of a container's members have from it.
func loadContainer(ctx context.Context, tx *sql.Tx, id int64) (exchange, error) {
	x := exchange{memberOf: id}
	c := &x.capture
	var at sql.NullString
	var whole, member bool
	ok, err := found(tx.QueryRowContext(ctx, `SELECT c.crawl_id, ifnull(c.site, ''), a.url, a.method, a.request_sha256,
			ifnull(c.transport, ''), c.fetched_at, ifnull(c.http_status, 0), c.answer_id IS NOT NULL, c.member_of IS NOT NULL
		FROM capture c JOIN address a USING (address_id) WHERE c.capture_id = ?`, id).
		Scan(&x.crawl, &c.Site, &c.URL, &c.Method, &c.RequestSHA256, &c.Transport, &at, &c.Status, &whole, &member))
	switch {
	case err != nil:
		return x, err
	case !ok:
		return x, ErrNotFound
	case !whole:
		return x, fmt.Errorf("the container did not come whole: %w", ErrNotFound)
	case member:
		return x, fmt.Errorf("it is a member itself, and its container has its members: %w", ErrNotFound)
	}
	c.Role, c.Complete, c.Outcome = crawler.RoleAttachment, true, crawler.OutcomeOK
	c.At, err = unstamp(at)
	return x, err
}

// saveMember files one member, unless it is there.
func (a *Archive) saveMember(ctx context.Context, tx *sql.Tx, like exchange, m document.Member) error {
	c := like.capture
	address := MemberAddress(c.URL, m.Name)
	c.Body, c.Name = m.Body, path.Base(m.Name)
	var there bool // by its address: to go through the container's members for each of thousands takes half a minute
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM address a CROSS JOIN capture c USING (address_id)
		WHERE a.url = ? AND +c.member_of = ?)`, address, like.memberOf).Scan(&there); err != nil || there {
		return err
	}
	x, err := a.exchange(ctx, &c)
	if err != nil {
		return err
	}
	x.crawl, x.memberOf = like.crawl, like.memberOf
	x.capture.URL, x.capture.FinalURL = address, address
	return x.save(ctx, tx, &arrival{})
}
