package archive

import "fmt"

// A container that both archives fetched has its files once, as captures of the answer that brought its bytes first.

// twinOf is the number of the capture, here, of the same file as a member of the other archive's, in the same bytes of the
// container, which came at the container's address before; 0 if there is none. container is the number here of the member's.
func (m *merging) twinOf(address, container int64) (int64, error) {
	ids, err := selectInts(m.ctx, m.tx, `SELECT f.capture_id FROM capture z
		JOIN capture f ON f.address_id = ?1 JOIN capture o ON o.capture_id = f.member_of AND o.address_id = z.address_id
			AND o.sha256 = z.sha256 AND (o.fetched_at, o.capture_id) < (z.fetched_at, z.capture_id)
		WHERE z.capture_id = ?2 AND NOT EXISTS (SELECT 1 FROM capture b WHERE b.address_id = z.address_id AND b.sha256 <> z.sha256
			AND b.outcome IN ('new', 'changed', 'unchanged') AND (b.fetched_at, b.capture_id) > (o.fetched_at, o.capture_id)
			AND (b.fetched_at, b.capture_id) < (z.fetched_at, z.capture_id))
		ORDER BY f.capture_id LIMIT 1`, address, container)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return ids[0], nil
}

// pairMembers gives the files of containers that turned out to repeat the one before to that one: as twins, to be dropped, of
// the files that it has, else as its own.
func (m *merging) pairMembers() error {
	type pair struct{ member, twin, container int64 }
	pairs, err := selectRows(m.ctx, m.tx, func(row scanner) (p pair, err error) {
		return p, row.Scan(&p.member, &p.twin, &p.container)
	}, `SELECT f.capture_id, ifnull((SELECT t.capture_id FROM capture t WHERE t.member_of = z.answer_id AND t.address_id = f.address_id), 0),
			z.answer_id
		FROM merge_folded JOIN capture z USING (address_id) JOIN capture f ON f.member_of = z.capture_id
		WHERE z.answer_id <> z.capture_id ORDER BY z.fetched_at, f.capture_id`)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		if p.twin != 0 {
			m.twins = append(m.twins, move{p.member, p.twin})
			continue
		}
		if err := m.exec(`UPDATE capture SET (member_of, crawl_id, site, transport, fetched_at, http_status) =
			(SELECT capture_id, crawl_id, site, transport, fetched_at, http_status FROM capture WHERE capture_id = ?2)
			WHERE capture_id = ?1`, p.member, p.container); err != nil {
			return fmt.Errorf("file %d: %w", p.member, err)
		}
	}
	return nil
}

// dropTwins removes files of containers that are there once more. Nothing but their names refers to them any more.
func (m *merging) dropTwins() error {
	for _, twin := range m.twins {
		for _, query := range []string{
			`UPDATE merge_capture SET ours = ?2 WHERE ours = ?1`,
			`UPDATE file SET capture_id = ?2 WHERE capture_id = ?1 AND NOT EXISTS (SELECT 1 FROM file WHERE capture_id = ?2)`,
			`DELETE FROM file WHERE capture_id = ?1 AND ?2 <> ?1`,
			`DELETE FROM capture WHERE capture_id = ?1 AND ?2 <> ?1`,
		} {
			if err := m.exec(query, twin.from, twin.to); err != nil {
				return fmt.Errorf("file %d: %w", twin.from, err)
			}
		}
	}
	return nil
}
