CREATE VIEW reports(
  -- one row per report, in its newest version
  report_id, -- 53 bits of the SHA-256 of the address under which it was first archived
  key, -- readable: division or site, authority, year, scope
  site, -- key of the column it was found in
  authority_id, -- the body that published it; NULL when the document names none
  authority, -- its name in normal form
  authority_printed, -- its name as the title prints it
  authority_type, -- kind of body; see labels
  level, -- national, province, prefecture, county, township
  province, -- name of the province
  prefecture, -- name of the prefecture
  region, -- name of the division
  region_code, -- GB/T 2260 code of the division, as of the end of the year
  scope, -- aggregate (a government and its bodies), own, unknown
  scope_basis, -- the words the scope was read from
  year, -- statistical year, not that of publication
  form, -- official form: 2021, 2019, 2014, fujian, none
  title, -- title of the document
  published_on, -- day of publication (Beijing)
  published_from, -- where that day stands: meta, page, list
  period_from, -- first day reported on
  period_to, -- last day reported on
  url, -- the page as requested; of a file that a page of the report carries, that page
  media, -- html, pdf, doc, docx, xls, xlsx, wps, image
  completeness, -- complete (all tables of its form), partial, narrative (no standard table), unreadable
  versions, -- how often its address brought other bytes, the first included
  superseded_by, -- report that replaces it
  first_seen_at, -- first whole answer of one of its addresses
  last_seen_at, -- last whole answer of one of its addresses
  gone_at, -- first miss after the last answer, once a later run missed all its addresses too
  sha256, -- the bytes it was read from
  extractor, -- version of the extractor that read it; NULL where a later one failed on it, so that what it read stands
  contradictions, -- findings that prove it wrong
  doubts -- findings that make it doubtful
) AS SELECT
  r.report_id, r.key, r.site, r.authority_id, r.authority, r.authority_printed, r.authority_type, r.level,
  r.province, r.prefecture, r.region,
  r.region_code, r.scope, r.scope_basis, r.year, r.form, r.title, r.published_on, r.published_from,
  r.period_from, r.period_to,
  -- What stands in other tables is looked up by subqueries, not joined: so a query pays for the columns that it names.
  (SELECT coalesce((SELECT pa.url FROM reading p JOIN attached t USING (capture_id) JOIN capture pc USING (capture_id)
      JOIN address pa USING (address_id)
      WHERE p.report_id = r.report_id AND c.role = 'attachment'
        AND t.address IN (a.url, CASE WHEN a.url LIKE 'https:%' THEN 'http:' || substr(a.url, 7) ELSE 'https:' || substr(a.url, 6) END, (SELECT za.url FROM capture zc JOIN address za USING (address_id) WHERE zc.capture_id = c.member_of))
      ORDER BY pc.fetched_at DESC, p.capture_id DESC LIMIT 1), a.url)
    FROM capture c JOIN address a USING (address_id) WHERE c.capture_id = r.capture_id UNION ALL SELECT text FROM typed),
  r.media, r.completeness,
  (SELECT count(*) FROM reading v JOIN capture vc USING (capture_id) JOIN capture c USING (address_id)
    WHERE v.report_id = r.report_id AND c.capture_id = r.capture_id
    UNION ALL SELECT integer FROM typed),
  r.superseded_by,
  (SELECT sa.first_seen_at FROM reading v JOIN capture vc USING (capture_id) JOIN address sa USING (address_id)
    WHERE v.report_id = r.report_id ORDER BY sa.first_seen_at LIMIT 1),
  (SELECT sa.last_seen_at FROM reading v JOIN capture vc USING (capture_id) JOIN address sa USING (address_id)
    WHERE v.report_id = r.report_id ORDER BY sa.last_seen_at DESC LIMIT 1),
  r.gone_at,
  (SELECT c.sha256 FROM capture c WHERE c.capture_id = r.capture_id),
  (SELECT iif(rd.error IS NULL, rd.extractor, NULL) FROM reading rd WHERE rd.capture_id = r.capture_id
    UNION ALL SELECT text FROM typed),
  r.contradictions, r.doubts
FROM report r;
