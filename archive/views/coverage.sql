CREATE VIEW coverage(
  -- one row per authority and year; this version knows only what was published
  authority_id, -- the body
  authority, -- its name in normal form
  site, -- column it publishes in
  year, -- statistical year
  state, -- published, vanished, missing, unknown, not_due
  due_on, -- last day on time; NULL in this version
  due_basis, -- why that day; NULL in this version
  published_on, -- day of publication (Beijing)
  days_late, -- NULL in this version [days]
  report_id, -- the report
  last_complete_visit_at -- last visit of the site that ended ok
) AS SELECT r.authority_id, r.authority, r.site, r.year,
  (SELECT CASE WHEN r.gone_at IS NULL THEN 'published' ELSE 'vanished' END UNION ALL SELECT text FROM typed),
  (SELECT text FROM typed), (SELECT text FROM typed), r.published_on, (SELECT integer FROM typed), r.report_id,
  (SELECT s.last_ok_at FROM sites s WHERE s.key = r.site ORDER BY s.last_ok_at DESC LIMIT 1)
FROM reports r
WHERE r.authority_id IS NOT NULL AND r.year IS NOT NULL AND r.superseded_by IS NULL
  AND NOT EXISTS (SELECT 1 FROM report o
    WHERE o.authority_id = r.authority_id AND o.year = r.year AND o.superseded_by IS NULL
      AND o.report_id < r.report_id);
