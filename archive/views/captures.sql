CREATE VIEW captures(
  -- one row per HTTP exchange, redirects included, failures too, per file that was imported (one without an address has
  -- nih:sha-256;…, RFC 6920), and per file in a container that came in one
  capture_id, -- counts from 1
  crawl_id, -- the run
  site, -- key of the register; NULL for none
  method, -- GET, POST
  url, -- as requested, without fragment; of a file in a container that of the container, # and the file's name
  final_url, -- after redirects
  role, -- robots, list, page, attachment, probe
  transport, -- https, https-relaxed, http, import
  fetched_at, -- when the request began; of an import, when the file was saved, as Import-Time-From in headers tells
  http_status, -- NULL when no answer came, and for an import, of which no status is known
  headers, -- JSON {name: [value]}; a value that is no UTF-8 is {"base64": …}. Those of an import that begin with Import-
    -- are ours: its source, how address and time are known
  redirects, -- JSON [{url, status, status_line, headers, location, remote_addr, at, sha256}], in order
  outcome, -- new, changed, unchanged, not_modified, not_report:<kind>, truncated, too_large, or that of a visit
  content_type, -- the header's value
  bytes, -- length of the body [bytes]
  sha256, -- of the body as sent, hex; NULL when none began. Of an unchanged answer in which a counter or the like differs:
    -- that of the answer it repeats
  error, -- what failed, in words
  elapsed_ms -- until the body ended [ms]
) AS SELECT c.capture_id, c.crawl_id, c.site, a.method, a.url, c.final_url, c.role, c.transport, c.fetched_at,
  c.http_status, c.headers, c.redirects,
  (SELECT ifnull('not_report:' || rd.not_report, c.outcome) UNION ALL SELECT text FROM typed),
  c.content_type, c.bytes, c.sha256, c.error, c.elapsed_ms
FROM capture c
JOIN address a USING (address_id)
LEFT JOIN reading rd USING (capture_id);
