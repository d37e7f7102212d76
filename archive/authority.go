package archive

import (
	"fmt"

	"nianbao/extract"
)

// upsertAuthority makes sure that the body a report names has a row. Type and level are those of the newest reading.
func (s *saving) upsertAuthority(id any, region string, r *extract.Report) error {
	_, err := s.tx.ExecContext(s.ctx, `INSERT INTO authorities(authority_id, name, names, type, level, region_code)
		VALUES (?, ?, '[]', ?, ?, ?) ON CONFLICT DO UPDATE SET name = excluded.name, type = excluded.type,
		level = excluded.level, region_code = excluded.region_code`, id, clean(r.Authority), orNull(r.AuthorityType),
		orNull(r.Level), orNull(region))
	if err != nil {
		return fmt.Errorf("authority %s: %w", r.Authority, err)
	}
	return nil
}

// refreshAuthorities computes names and years of authorities from their reports, and removes those without any.
func (s *saving) refreshAuthorities(ids []int64) error {
	for _, id := range ids {
		for _, query := range []string{
			`DELETE FROM authorities WHERE authority_id = ?1
				AND NOT EXISTS (SELECT 1 FROM report WHERE authority_id = ?1)`,
			`UPDATE authorities SET
				(first_year, last_year) = (SELECT min(year), max(year) FROM report WHERE authority_id = ?1),
				names = (SELECT json_group_array(json_object('name', name, 'years', json(years))) FROM (
					SELECT name, json_group_array(year) AS years FROM (
						SELECT DISTINCT ifnull(authority_printed, authority) AS name, year FROM report
						WHERE authority_id = ?1 ORDER BY year)
					GROUP BY name ORDER BY min(year), name))
				WHERE authority_id = ?1`,
		} {
			if _, err := s.tx.ExecContext(s.ctx, query, id); err != nil {
				return fmt.Errorf("authority %d: %w", id, err)
			}
		}
	}
	return nil
}
