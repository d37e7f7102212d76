package archive

import (
	"net/url"

	"nianbao/crawler"
	"nianbao/extract/title"
)

// lastVisit is the SQL expression for when a site was visited last. ? is its key.
const lastVisit = `SELECT ifnull(max(c.started_at), '') FROM visits v JOIN crawls c USING (crawl_id) WHERE v.site = ?`

// mergeSites takes over rows of the register. Of two for one site, the row of the archive that visited it last holds, as if
// the later run had used it.
func (m *merging) mergeSites() error {
	var rows []record
	if err := m.each("sites", `sites t ORDER BY t.rowid`, func(r record) error {
		rows = append(rows, r)
		return nil
	}); err != nil {
		return err
	}
	for _, r := range rows {
		if err := m.compareSite(r); err != nil {
			return err
		}
	}
	for _, r := range rows {
		if err := m.mergeSite(r); err != nil {
			return err
		}
	}
	for key := range m.theirs {
		if err := m.nameBody(key); err != nil {
			return err
		}
	}
	return nil
}

// compareSite refuses a key that means another column in each archive, and finds out whose rows hold.
func (m *merging) compareSite(r record) error {
	key := r.text("key")
	ours, err := selectRows(m.ctx, m.tx, func(row scanner) (s crawler.Site, err error) {
		return s, row.Scan(&s.Name, &s.URL)
	}, `SELECT name, url FROM sites WHERE key = ?`, key)
	if err != nil {
		return err
	}
	if len(ours) == 0 {
		m.theirs[key] = true
		return nil
	}
	for _, s := range ours {
		if title.NameOf(s.Name).Normal == title.NameOf(r.text("name")).Normal || hostOfRow(s.URL) == hostOfRow(r.text("url")) {
			m.shared[key] = true
		}
	}
	if !m.shared[key] {
		return refused("the site %q is %s, %s there, and %s, %s here; two columns cannot have one key", key, r.text("name"),
			r.text("url"), ours[0].Name, ours[0].URL)
	}
	var here, there string
	if err := m.tx.QueryRowContext(m.ctx, lastVisit, key).Scan(&here); err != nil {
		return err
	}
	if err := m.other.tx.QueryRowContext(m.ctx, lastVisit, key).Scan(&there); err != nil {
		return foreignError(err)
	}
	m.theirs[key] = there > here
	return nil
}

func hostOfRow(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return u.Hostname()
}

// mergeSite takes one row over.
func (m *merging) mergeSite(r record) error {
	ids, err := selectInts(m.ctx, m.tx, `SELECT rowid FROM sites WHERE key = ? AND ifnull(since, '') = ?`, r.text("key"), r.text("since"))
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return r.insert(m.ctx, m.tx, `INSERT`)
	}
	if m.theirs[r.text("key")] {
		if err := m.exec(`UPDATE sites SET (name, url, region, system, pages, items, cron, tls, until, note) =
			(?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11), system_seen = ifnull(?12, system_seen) WHERE rowid = ?1`, ids[0],
			r.get("name"), r.get("url"), r.get("region"), r.get("system"), r.get("pages"), r.get("items"), r.get("cron"), r.get("tls"),
			r.get("until"), r.get("note"), r.get("system_seen")); err != nil {
			return err
		}
	}
	return m.exec(`UPDATE sites SET system_seen = ifnull(system_seen, ?2),
		last_ok_at = nullif(max(ifnull(last_ok_at, ''), ifnull(?3, '')), ''),
		verified_at = nullif(max(ifnull(verified_at, ''), ifnull(?4, '')), '') WHERE rowid = ?1`, ids[0], r.get("system_seen"),
		r.get("last_ok_at"), r.get("verified_at"))
}

// nameBody notes which body the site's newest row names.
func (m *merging) nameBody(key string) error {
	rows, err := selectRows(m.ctx, m.tx, func(row scanner) (s crawler.Site, err error) {
		s.Key = key
		return s, row.Scan(&s.Name, &s.Region)
	}, `SELECT name, ifnull(region, '') FROM sites WHERE key = ? ORDER BY since`, key)
	if err != nil {
		return err
	}
	for _, s := range rows {
		if err := saveNamed(m.ctx, m.tx, s); err != nil {
			return err
		}
	}
	return nil
}

// mergeLinks takes over list entries. One that both have is what the list said last, seen since the first time.
func (m *merging) mergeLinks() error {
	next, err := m.last(`SELECT ifnull(max(link_id), 0) FROM link`)
	if err != nil {
		return err
	}
	return m.each("link", `link t ORDER BY t.link_id`, func(r record) error {
		r.set("crawl_id", m.runs[r.number("crawl_id")].id)
		if list := r.get("list_capture_id"); list != nil {
			ours, err := m.captureOf(list)
			if err != nil {
				return err
			}
			r.set("list_capture_id", ours)
		}
		ids, err := selectInts(m.ctx, m.tx, `SELECT link_id FROM link WHERE site = ? AND url = ?`, r.text("site"), r.text("url"))
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			next++
			r.set("link_id", next)
			return r.insert(m.ctx, m.tx, `INSERT`)
		}
		return m.mergeLink(ids[0], r)
	})
}

// mergeLink joins an entry with that of the other archive.
func (m *merging) mergeLink(id int64, r record) error {
	if err := m.exec(`UPDATE link SET
		first_seen_at = min(first_seen_at, ?2),
		gone_at = nullif(min(iif(gone_at > ?3, gone_at, '~'), iif(?4 > last_seen_at, ?4, '~')), '~')
		WHERE link_id = ?1`, id, r.get("first_seen_at"), r.get("last_seen_at"), r.get("gone_at")); err != nil {
		return err
	}
	return m.exec(`UPDATE link SET (title, listed_on, list_capture_id, decision, reason, last_seen_at, crawl_id) =
		(?3, ?4, ?5, ?6, ?7, ?2, ?8) WHERE link_id = ?1 AND last_seen_at < ?2`, id, r.get("last_seen_at"), r.get("title"),
		r.get("listed_on"), r.get("list_capture_id"), r.get("decision"), r.get("reason"), r.get("crawl_id"))
}

// mergeVisits takes over visits, and makes what follows from them anew for sites that both archives visited.
func (m *merging) mergeVisits() error {
	sites := map[string]bool{}
	for _, table := range []string{"visits", "visit_end"} {
		if err := m.each(table, table+` t`, func(r record) error {
			run := m.runs[r.number("crawl_id")]
			r.set("crawl_id", run.id)
			sites[r.text("site")] = true
			verb := `INSERT OR IGNORE`
			if run.later {
				verb = `INSERT OR REPLACE`
			}
			return r.insert(m.ctx, m.tx, verb)
		}); err != nil {
			return err
		}
	}
	for site := range sites {
		if err := m.exec(siteRecord, site); err != nil {
			return err
		}
		if !m.shared[site] {
			continue
		}
		if err := m.exec(missedLinks, site); err != nil {
			return err
		}
	}
	return nil
}

// missedLinks dates when entries of a site went: at the end of the first complete visit, by another run, after they were seen
// last. Of visits that versions before schema 9 made only the last one's end is known; of others the end of the run stands
// for it. ?1 site.
const missedLinks = `UPDATE link SET gone_at = nullif(min(ifnull(gone_at, '~'), ifnull((
	SELECT min(ifnull(e.ended_at, c.finished_at)) FROM visits v JOIN crawls c USING (crawl_id) LEFT JOIN visit_end e USING (crawl_id, site)
	WHERE v.site = ?1 AND v.outcome = 'ok' AND ifnull(e.ended_at, c.started_at) > link.last_seen_at AND c.crawl_id <> link.crawl_id),
	'~')), '~') WHERE site = ?1`

// mergeRests takes over which hosts have to rest: of two words the later holds.
func (m *merging) mergeRests() error {
	return m.each("host_rest", `host_rest t`, func(r record) error {
		var later bool
		if err := m.tx.QueryRowContext(m.ctx, `SELECT NOT EXISTS (SELECT 1 FROM host_rest WHERE host = ? AND until >= ?)`,
			r.text("host"), r.text("until")).Scan(&later); err != nil || !later {
			return err
		}
		return r.insert(m.ctx, m.tx, `INSERT OR REPLACE`)
	})
}
