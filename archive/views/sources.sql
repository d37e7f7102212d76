CREATE VIEW sources(
  -- one row per report and capture: its versions, addresses and attachments, files in containers too
  report_id, -- the report
  capture_id, -- the capture that brought these bytes
  version, -- counts the answers of the address in the order of time, from 1; bytes that come back count anew
  role, -- page, attachment
  url, -- as requested
  media, -- html, pdf, doc …
  name, -- file name of an attachment
  sha256, -- the bytes
  seen_from, -- when the address first answered so
  seen_to, -- when it last answered so
  read -- 1 for the one the report's numbers come from
) AS SELECT rd.report_id, c.capture_id,
  (SELECT count(*) FROM reading o JOIN capture oc USING (capture_id)
    WHERE o.report_id = rd.report_id AND oc.address_id = c.address_id
      AND (oc.fetched_at, oc.capture_id) <= (c.fetched_at, c.capture_id)
    UNION ALL SELECT integer FROM typed),
  c.role, a.url, rd.media, rd.name, c.sha256,
  (SELECT l.fetched_at FROM capture l WHERE l.answer_id = c.capture_id ORDER BY l.fetched_at LIMIT 1),
  (SELECT l.fetched_at FROM capture l WHERE l.answer_id IN (SELECT ifnull(m.member_of, m.capture_id)
    FROM capture m WHERE m.answer_id = c.capture_id) ORDER BY l.fetched_at DESC LIMIT 1),
  (SELECT r.capture_id = rd.capture_id UNION ALL SELECT integer FROM typed)
FROM reading rd
JOIN capture c USING (capture_id)
JOIN address a USING (address_id)
JOIN report r ON r.report_id = rd.report_id
UNION ALL
-- Files of the report's pages that are no reading of it: in a format that is not read, or no report by themselves.
SELECT carried.report_id, c.capture_id,
  (SELECT count(*) FROM capture o
    WHERE o.address_id = c.address_id AND o.answer_id = o.capture_id
      AND (o.fetched_at, o.capture_id) <= (c.fetched_at, c.capture_id)
    UNION ALL SELECT integer FROM typed),
  (SELECT 'attachment' UNION ALL SELECT text FROM typed), a.url, f.media,
  (SELECT coalesce(f.name, (SELECT nullif(t.name, '') FROM attached t JOIN capture pc USING (capture_id) WHERE t.address IN (a.url,
      CASE WHEN a.url LIKE 'https:%' THEN 'http:' || substr(a.url, 7) ELSE 'https:' || substr(a.url, 6) END)
    ORDER BY pc.fetched_at DESC, t.capture_id DESC LIMIT 1)) UNION ALL SELECT text FROM typed),
  c.sha256,
  (SELECT l.fetched_at FROM capture l WHERE l.answer_id = c.capture_id ORDER BY l.fetched_at LIMIT 1),
  (SELECT l.fetched_at FROM capture l WHERE l.answer_id IN (SELECT ifnull(m.member_of, m.capture_id)
    FROM capture m WHERE m.answer_id = c.capture_id) ORDER BY l.fetched_at DESC LIMIT 1),
  (SELECT 0 UNION ALL SELECT integer FROM typed)
-- Each report's addresses are looked up by the report: SQLite before 3.41 carries no report_id into a compound that is joined.
FROM report carried
CROSS JOIN address a ON a.url IN (
  SELECT t.address FROM reading rd JOIN attached t USING (capture_id) WHERE rd.report_id = carried.report_id
  UNION -- by https what was http, or the other way round
  SELECT CASE WHEN t.address LIKE 'https:%' THEN 'http:' || substr(t.address, 7) ELSE 'https:' || substr(t.address, 6) END
  FROM reading rd JOIN attached t USING (capture_id) WHERE rd.report_id = carried.report_id
  UNION -- the files in a container that the page carries
  SELECT ma.url FROM reading rd JOIN attached t USING (capture_id) JOIN address z ON z.url IN (t.address,
    CASE WHEN t.address LIKE 'https:%' THEN 'http:' || substr(t.address, 7) ELSE 'https:' || substr(t.address, 6) END)
  JOIN capture m ON m.member_of = z.answer_id JOIN address ma ON ma.address_id = m.address_id
  WHERE rd.report_id = carried.report_id
  UNION -- the container of a file that was read
  SELECT za.url FROM reading rd JOIN capture m USING (capture_id) JOIN capture zc ON zc.capture_id = m.member_of
  JOIN address za ON za.address_id = zc.address_id WHERE rd.report_id = carried.report_id)
JOIN capture c ON c.address_id = a.address_id AND c.answer_id = c.capture_id
LEFT JOIN file f ON f.capture_id = c.capture_id
WHERE NOT EXISTS (SELECT 1 FROM reading own
  WHERE own.capture_id = c.capture_id AND own.report_id = carried.report_id);
