CREATE VIEW coverage(
  -- one row per authority and year: from the first year it published, or that it was watched for, to the newest year
  -- whose report could exist when the newest visit began
  authority_id, -- the body; of one that only the register names, the number it will have
  authority, -- its name in normal form
  site, -- column it publishes in: of a report, that of the report; else that of its newest report, or the register's
  year, -- statistical year
  state, -- published; vanished (published, and no longer there); missing (expected, and proved not to be there after
    -- due_on); not_due (due_on is not past yet); unknown (no proof, or no day is set)
  due_on, -- last day on time; NULL where the Regulations set none
  due_basis, -- the provision that sets it
  published_on, -- day of publication (Beijing) that the report gives; NULL for none
  days_late, -- 0 when one date of it (page, list, address, first capture) is on time; NULL when there is no day, or no
    -- date and no report [days]
  report_id, -- the report; of several the one that is still there
  last_complete_visit_at -- start of the last visit of the site that was ok and in which no page failed
) AS WITH RECURSIVE
newest(year, day) AS (
  SELECT CAST(strftime('%Y', max(c.started_at), '+8 hours') AS INTEGER) - 1, date(max(c.started_at), '+8 hours')
  FROM crawls c WHERE EXISTS (SELECT 1 FROM visits v WHERE v.crawl_id = c.crawl_id)),
years(year) AS (SELECT 2008 UNION ALL SELECT years.year + 1 FROM years, newest WHERE years.year < newest.year),
body(authority_id, authority, type, level, site, year, report_id, published_on, first_on, gone_at, named) AS (
  -- the other years of those who published
  SELECT a.authority_id, a.name, a.type, a.level,
    (SELECT r.site FROM report r WHERE r.authority_id = a.authority_id ORDER BY r.year DESC, r.report_id LIMIT 1),
    CAST(y.year AS INTEGER), NULL, NULL, NULL, NULL, 0
  FROM authorities a JOIN years y ON y.year > a.first_year
  WHERE NOT EXISTS (SELECT 1 FROM report r
    WHERE r.authority_id = a.authority_id AND r.year = y.year AND r.superseded_by IS NULL)
  UNION ALL
  -- bodies that the register names and that never published for a year that is known, since their columns are watched
  SELECT n.body, n.name, n.type, n.level, n.site, CAST(y.year AS INTEGER), NULL, NULL, NULL, NULL, 1
  FROM named n JOIN years y ON y.year >= (SELECT CAST(strftime('%Y', c.started_at, '+8 hours') AS INTEGER) - 1
    FROM visits v JOIN crawls c USING (crawl_id) WHERE v.site = n.site AND v.outcome = 'ok' ORDER BY c.started_at LIMIT 1)
  WHERE NOT EXISTS (SELECT 1 FROM report r WHERE r.body = n.body AND r.year IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM named o WHERE o.body = n.body AND o.site < n.site)
  UNION ALL
  -- what was published
  SELECT r.authority_id, r.authority, r.authority_type, r.level, r.site, r.year, r.report_id, r.published_on,
    r.first_on, r.gone_at, 0
  FROM report r
  WHERE r.authority_id IS NOT NULL AND r.year IS NOT NULL AND r.superseded_by IS NULL
    AND NOT EXISTS (SELECT 1 FROM report o
      WHERE o.authority_id = r.authority_id AND o.year = r.year AND o.superseded_by IS NULL
        AND (o.gone_at IS NOT NULL, o.report_id) < (r.gone_at IS NOT NULL, r.report_id))),
due(authority_id, authority, type, site, year, report_id, published_on, first_on, gone_at, named, day, basis, visit) AS (
  -- As check.DueOn says it; a test compares them.
  SELECT authority_id, authority, type, site, year, report_id, published_on, first_on, gone_at, named,
    CASE WHEN year < 2008 THEN NULL
      WHEN year < 2019 THEN (year + 1) || '-03-31'
      WHEN level = 'township' OR authority LIKE '%分局' THEN NULL
      WHEN type = 'peoples_government' THEN (year + 1) || '-03-31'
      WHEN type IN ('government_office', 'commission', 'bureau', 'state_council_department') THEN (year + 1) || '-01-31'
    END,
    CASE WHEN year < 2019 THEN '2007 Regulations, art. 31' ELSE '2019 Regulations, art. 49' END,
    (SELECT c.started_at FROM visits v JOIN crawls c USING (crawl_id)
      WHERE v.site = body.site AND v.outcome = 'ok' AND v.errors = 0 ORDER BY c.started_at DESC LIMIT 1)
  FROM body)
-- Bare columns, typed by the last SELECT of body, let a query for one authority, site or year look at its rows only.
SELECT d.authority_id, d.authority, d.site, d.year,
  (SELECT CASE WHEN d.report_id IS NOT NULL THEN CASE WHEN d.gone_at IS NULL THEN 'published' ELSE 'vanished' END
    WHEN d.day IS NULL THEN 'unknown'
    WHEN d.day >= (SELECT day FROM newest) THEN 'not_due'
    WHEN ifnull(date(d.visit, '+8 hours'), '') <= d.day THEN 'unknown'
    -- A report of the column that names no authority or no year may be the one.
    WHEN EXISTS (SELECT 1 FROM report r WHERE r.site = d.site AND (r.authority_id IS NULL OR r.year IS NULL)
      AND ifnull(r.year, d.year) = d.year AND ifnull(r.authority_id, d.authority_id) = d.authority_id) THEN 'unknown'
    -- So may an entry, listed now or once, for that year or for none that it names, that was not read to its end, files
    -- included.
    WHEN EXISTS (SELECT 1 FROM link l
      WHERE l.site = d.site AND CASE WHEN l.title NOT GLOB '*20[0-9][0-9]*' THEN '' -- as the index link_year has it
          WHEN length(l.title) - length(replace(l.title, '20', '')) = 2 THEN substr(l.title, instr(l.title, '20'), 4)
          ELSE '*' END IN ('', '*', d.year || '')
        AND l.decision IN ('report', 'umbrella')
        AND (instr(l.title, d.year) OR l.title NOT GLOB '*20[0-9][0-9]*')
        AND NOT EXISTS (SELECT 1 FROM address a JOIN capture c USING (address_id) LEFT JOIN reading rd USING (capture_id)
          WHERE a.url IN (l.address, CASE WHEN l.address LIKE 'https:%' THEN 'http:' || substr(l.address, 7)
          ELSE 'https:' || substr(l.address, 6) END)
            AND (rd.report_id IS NOT NULL OR c.role = 'list' AND l.decision = 'umbrella'))
        AND (NOT EXISTS (SELECT 1 FROM address a JOIN reading rd ON rd.capture_id = a.answer_id
            WHERE a.url IN (l.address, CASE WHEN l.address LIKE 'https:%' THEN 'http:' || substr(l.address, 7)
          ELSE 'https:' || substr(l.address, 6) END)
              AND rd.error IS NULL)
          OR EXISTS (SELECT 1 FROM address a JOIN attached t ON t.capture_id = a.answer_id
            WHERE a.url IN (l.address, CASE WHEN l.address LIKE 'https:%' THEN 'http:' || substr(l.address, 7)
          ELSE 'https:' || substr(l.address, 6) END)
              AND NOT EXISTS (SELECT 1 FROM address fa JOIN reading fr ON fr.capture_id = fa.answer_id
                WHERE fa.url IN (t.address, CASE WHEN t.address LIKE 'https:%' THEN 'http:' || substr(t.address, 7) ELSE 'https:' || substr(t.address, 6) END)
                  AND fr.error IS NULL)))) THEN 'unknown'
    -- A government's column may be its office's.
    WHEN d.named AND d.type IN ('peoples_government', 'government_office') AND EXISTS (SELECT 1 FROM report r
      WHERE r.site = d.site AND r.year = d.year AND r.authority_type IN ('peoples_government', 'government_office'))
      THEN 'unknown'
    ELSE 'missing' END UNION ALL SELECT text FROM typed),
  (SELECT d.day UNION ALL SELECT text FROM typed),
  (SELECT CASE WHEN d.day IS NOT NULL THEN d.basis END UNION ALL SELECT text FROM typed),
  d.published_on,
  (SELECT CASE WHEN d.day IS NULL THEN NULL
    WHEN d.first_on <= d.day THEN 0
    WHEN d.published_on IS NULL THEN NULL
    ELSE ifnull((SELECT CAST(julianday(f.actual) - julianday(f.expected) AS INTEGER) FROM findings f
      WHERE f.report_id = d.report_id AND f.rule = 'report.late'), 0) END UNION ALL SELECT integer FROM typed),
  d.report_id,
  (SELECT d.visit UNION ALL SELECT text FROM typed)
FROM due d;
