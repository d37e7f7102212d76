CREATE VIEW links(
  -- one row per list entry
  site, -- key of the column
  url, -- as the list gives it
  title, -- as the list names it
  listed_on, -- day printed beside it
  list_capture_id, -- list page that showed it last
  decision, -- report, or which non-report; not_a_report where a person says so of what it answers with
  reason, -- why
  report_id, -- the report it leads to
  first_seen_at, -- first list page with it
  last_seen_at, -- last list page with it
  gone_at -- first complete visit in which no list page had it any more
) AS SELECT l.site, l.url, l.title, l.listed_on, l.list_capture_id,
  (SELECT iif(l.decision = 'report' AND said.reason IS NOT NULL, 'not_a_report', l.decision) UNION ALL SELECT text FROM typed),
  (SELECT iif(l.decision = 'report', ifnull(said.reason, l.reason), l.reason) UNION ALL SELECT text FROM typed),
  (SELECT rd.report_id FROM address a JOIN capture c USING (address_id)
    JOIN capture d ON d.capture_id = c.capture_id OR d.member_of = c.answer_id -- or a file in it, if that is all it holds
      AND 1 = (SELECT count(DISTINCT o.report_id) FROM capture s JOIN reading o USING (capture_id) WHERE s.member_of = c.answer_id)
    JOIN reading rd ON rd.capture_id = d.capture_id
    WHERE a.url IN (l.address, CASE WHEN l.address LIKE 'https:%' THEN 'http:' || substr(l.address, 7)
      ELSE 'https:' || substr(l.address, 6) END) -- a host that does not answer one is asked by the other
    AND rd.report_id IS NOT NULL ORDER BY d.fetched_at DESC, rd.capture_id DESC LIMIT 1),
  l.first_seen_at, l.last_seen_at, l.gone_at
FROM link l LEFT JOIN (SELECT CASE WHEN a.url LIKE 'http:%' THEN 'https:' || substr(a.url, 6) ELSE a.url END AS page, rd.reason
    FROM reading rd CROSS JOIN capture c USING (capture_id)
    CROSS JOIN address a ON a.address_id = c.address_id AND a.answer_id = rd.capture_id
    WHERE rd.not_report = 'annotated' AND NOT EXISTS (SELECT 1 FROM address o WHERE o.last_seen_at > a.last_seen_at -- answers now
      AND o.url = CASE WHEN a.url LIKE 'https:%' THEN 'http:' || substr(a.url, 7) ELSE 'https:' || substr(a.url, 6) END)
    GROUP BY 1) said
  ON said.page = CASE WHEN l.address LIKE 'http:%' THEN 'https:' || substr(l.address, 6) ELSE l.address END;
