-- Version 9: when visits ended, so that archives can be merged to the second in which an entry was missed first.

CREATE TABLE visit_end(
  -- one row per visit whose end is known
  crawl_id INTEGER NOT NULL REFERENCES crawls,
  site TEXT NOT NULL, -- key of the register
  ended_at TEXT NOT NULL,
  PRIMARY KEY (crawl_id, site)
) STRICT, WITHOUT ROWID;

-- Of a site's visits before this version the last complete one is known.
INSERT OR IGNORE INTO visit_end(crawl_id, site, ended_at)
  SELECT v.crawl_id, v.site, s.last_ok_at FROM visits v JOIN crawls c USING (crawl_id) JOIN sites s ON s.key = v.site
  WHERE v.outcome = 'ok' AND s.last_ok_at BETWEEN c.started_at AND c.finished_at;
