CREATE UNIQUE INDEX annotation_of ON annotation(sha256, ifnull(relation, ''), ifnull(row_id, ''), ifnull(column_id, ''),
  ifnull(other_body, 0));

CREATE INDEX annotation_other ON annotation(other_body) WHERE other_body IS NOT NULL;

CREATE INDEX applications_report ON applications(report_id);

CREATE INDEX attached_address ON attached(address, capture_id);

CREATE INDEX capture_address ON capture(address_id, capture_id);

CREATE INDEX capture_answer ON capture(answer_id, capture_id);

CREATE INDEX capture_crawl ON capture(crawl_id);

CREATE INDEX capture_member ON capture(member_of, capture_id) WHERE member_of IS NOT NULL;

CREATE INDEX capture_readable ON capture(capture_id)
  WHERE outcome IN ('new', 'changed') AND role IN ('page', 'attachment');

CREATE INDEX capture_sha256 ON capture(sha256);

CREATE INDEX capture_time ON capture(fetched_at);

CREATE INDEX compared_cells ON compared(cells_id);

CREATE INDEX divisions_code ON divisions(code);

CREATE INDEX field_column ON field(relation, column_id);

CREATE INDEX findings_contradiction ON findings(report_id) WHERE severity = 'contradiction';

CREATE INDEX findings_late ON findings(report_id) WHERE rule = 'report.late';

CREATE INDEX findings_report ON findings(report_id);

CREATE INDEX findings_rule ON findings(rule);

CREATE INDEX indicator_report ON indicator(report_id);

CREATE INDEX labels_id ON labels(relation, id);

CREATE INDEX link_address ON link(address);

CREATE INDEX link_year ON link(site, CASE WHEN title NOT GLOB '*20[0-9][0-9]*' THEN ''
  WHEN length(title) - length(replace(title, '20', '')) = 2 THEN substr(title, instr(title, '20'), 4) ELSE '*' END,
  decision, address, title);

CREATE INDEX mentions_report ON mentions(report_id);

CREATE INDEX passage_report ON passage(report_id, position);

CREATE INDEX reading_annotated ON reading(capture_id) WHERE not_report = 'annotated';

CREATE INDEX reading_report ON reading(report_id, capture_id);

CREATE INDEX report_authority ON report(authority_id, year, superseded_by, gone_at);

CREATE INDEX report_credit_code ON report(credit_code) WHERE credit_code IS NOT NULL;

CREATE INDEX report_gone ON report(gone_at) WHERE gone_at IS NOT NULL;

CREATE UNIQUE INDEX report_identity ON report(body, year, scope);

CREATE INDEX report_name ON report(authority, year);

CREATE INDEX report_province ON report(province, year);

CREATE INDEX report_vague ON report(site) WHERE authority_id IS NULL OR year IS NULL;

CREATE INDEX report_year ON report(year);

CREATE INDEX revision_new ON revision(new_capture_id);

CREATE UNIQUE INDEX sites_row ON sites(key, ifnull(since, ''));

CREATE INDEX visits_site ON visits(site, crawl_id);

CREATE TABLE address(
  -- one row per address ever asked: what its captures come to, kept beside them so that no query has to scan them
  address_id INTEGER PRIMARY KEY,
  url TEXT NOT NULL, -- as requested, without fragment
  method TEXT NOT NULL,
  request_sha256 TEXT NOT NULL, -- of the request's body; '' for none
  first_seen_at TEXT, -- first whole answer
  last_seen_at TEXT, -- last whole answer
  answer_id INTEGER REFERENCES capture, -- the capture that brought the bytes it answers with now
  missed_at TEXT, -- first miss (404, 410) since the last whole answer
  missed_crawl INTEGER, -- run of that miss
  gone_at TEXT, -- missed_at, once a later run missed it too
  UNIQUE (url, method, request_sha256)
) STRICT;

CREATE TABLE annotation(
  -- one row per thing that a person said about a cell, a document or its author. Written by annotate only
  annotation_id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL REFERENCES blob, -- the bytes the person looked at
  relation TEXT, -- with row_id and column_id the cell; NULL where it is about the document
  row_id TEXT,
  column_id TEXT,
  verdict TEXT NOT NULL CHECK (verdict IN ('confirmed', 'misread', 'source_error', 'not_a_report', 'same_authority')),
  value TEXT, -- the number that is printed there, as decimal text; of same_authority the other body, as the person named it
  other_body INTEGER, -- of same_authority: report.body of the other
  report_id INTEGER NOT NULL, -- the report that the bytes were a source of when it was said
  by TEXT NOT NULL,
  at TEXT NOT NULL,
  note TEXT
) STRICT;

CREATE TABLE applications(
  -- one row per report and item of table 三: applications received and how they were handled
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE, -- the report
  item TEXT NOT NULL, -- row of the form: new_this_year, carried_in, granted …; see labels
  natural_person INTEGER, -- by natural persons (自然人); NULL where no number is printed [件]
  business INTEGER, -- by business enterprises (商业企业) [件]
  research_institution INTEGER, -- by research institutions (科研机构) [件]
  public_interest_organization INTEGER, -- by public interest organizations (社会公益组织) [件]
  legal_service INTEGER, -- by legal service institutions (法律服务机构) [件]
  other_organization INTEGER, -- by other organizations (其他) [件]
  total INTEGER, -- as printed (总计), never summed here [件]
  PRIMARY KEY (item, report_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE attached(
  -- one row per file that a page carries, in page order
  capture_id INTEGER NOT NULL REFERENCES capture, -- the page: the capture that brought its bytes
  position INTEGER NOT NULL, -- from 0
  address TEXT NOT NULL, -- of the file, without fragment, as address.url
  name TEXT NOT NULL, -- as the page names it; '' where it does not
  PRIMARY KEY (capture_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE authorities(
  -- one row per body that publishes: a name in a division (or, where none is known, at a site), under all its names
  authority_id INTEGER PRIMARY KEY, -- 53 bits of the SHA-256 of the division's oldest code and name, and of the name
    -- without its division; the lowest of these where credit codes say that several names are one body's
  name TEXT NOT NULL, -- normal form; like what follows, that of the newest report
  names TEXT NOT NULL, -- JSON [{name, years}]: the names as printed
  type TEXT, -- kind of body; see labels
  level TEXT, -- national, province, prefecture, county, township
  region_code TEXT, -- GB/T 2260 code of its division in that report's year
  credit_code TEXT, -- unified social credit code (统一社会信用代码), check character right
  first_year INTEGER, -- first year reported
  last_year INTEGER -- last year reported
) STRICT;

CREATE TABLE blob(
  -- one row per distinct body. Never changed, never deleted
  sha256 TEXT PRIMARY KEY, -- of the body, hex
  bytes INTEGER NOT NULL, -- length of the body
  codec TEXT NOT NULL CHECK (codec IN ('raw', 'zstd')),
  data BLOB NOT NULL -- the body; with codec zstd one frame of RFC 8878
, base TEXT REFERENCES blob /* the body whose first 64 KiB are the frame's dictionary; NULL for none */) STRICT;

CREATE TABLE capture(
  -- one row per HTTP exchange. Append-only
  capture_id INTEGER PRIMARY KEY,
  crawl_id INTEGER NOT NULL REFERENCES crawls,
  site TEXT,
  address_id INTEGER NOT NULL REFERENCES address,
  role TEXT NOT NULL,
  transport TEXT,
  fetched_at TEXT NOT NULL,
  elapsed_ms INTEGER NOT NULL,
  request_headers TEXT NOT NULL, -- JSON
  final_url TEXT NOT NULL,
  redirects TEXT NOT NULL, -- JSON
  remote_addr TEXT,
  proto TEXT,
  http_status INTEGER,
  status_line TEXT,
  headers TEXT, -- JSON
  content_type TEXT,
  bytes INTEGER,
  sha256 TEXT REFERENCES blob,
  complete INTEGER NOT NULL, -- 1 when the body ended where the protocol says it ends
  outcome TEXT NOT NULL,
  error TEXT,
  answer_id INTEGER REFERENCES capture -- of a whole answer: the capture that first brought these bytes
, member_of INTEGER REFERENCES capture, received TEXT /* SHA-256 of the body as it was sent, where only the page's frame (a counter,
  a nonce) differed from the last answer: that one's bytes are kept, and sha256 and bytes are theirs. NULL elsewhere */) STRICT;

CREATE TABLE cell(
  -- one row per cell of a report that its document has, read from report.capture_id
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE,
  field_id INTEGER NOT NULL REFERENCES field,
  value REAL,
  printed TEXT, -- NULL where raw can be made from value
  code INTEGER NOT NULL CHECK (code BETWEEN 1 AND 5),
  note TEXT,
  table_no INTEGER,
  row_no INTEGER,
  column_no INTEGER,
  raw TEXT AS (ifnull(printed, ifnull(CAST(CAST(value AS INTEGER) AS TEXT), ''))) VIRTUAL,
  whole INTEGER AS (CASE WHEN value = CAST(value AS INTEGER) THEN CAST(value AS INTEGER) END) VIRTUAL,
  state TEXT AS (CASE code WHEN 1 THEN 'number' WHEN 2 THEN 'blank' WHEN 3 THEN 'not_applicable' WHEN 4 THEN 'text'
    WHEN 5 THEN 'checked' END) VIRTUAL,
  PRIMARY KEY (report_id, field_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE compared(
  -- one row per version of a report that a later answer of its address replaced. Which report that is, reading says
  capture_id INTEGER PRIMARY KEY REFERENCES capture, -- the version
  next_id INTEGER NOT NULL REFERENCES capture, -- the version after it
  extractor TEXT, -- the one that had read both when they were compared; NULL as long as none has
  digest TEXT NOT NULL, -- of its cells
  cells_id INTEGER NOT NULL -- past_cell.capture_id of its cells: its own, or that of a version before with the same cells
) STRICT;

CREATE TABLE crawls(
  -- one row per run
  crawl_id INTEGER PRIMARY KEY, -- counts from 1
  trigger TEXT NOT NULL, -- what started it: crawl, schedule, demo, import
  started_at TEXT NOT NULL, -- when it began
  finished_at TEXT, -- when it ended; NULL while it runs. Of a run that was killed, when it was last heard of: its last capture
  sites INTEGER NOT NULL DEFAULT 0, -- sites visited
  ok INTEGER NOT NULL DEFAULT 0, -- sites whose visit has the outcome ok
  failed INTEGER NOT NULL DEFAULT 0, -- sites with any other outcome
  new INTEGER NOT NULL DEFAULT 0, -- pages never seen before
  changed INTEGER NOT NULL DEFAULT 0, -- pages whose bytes differ from the last answer
  gone INTEGER NOT NULL DEFAULT 0 -- pages that answered before and are missing now
) STRICT;

CREATE TABLE disclosure(
  -- one row per report, item and measure of table 二: proactive disclosure
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE, -- the report
  item TEXT NOT NULL, -- row of the form: rules, normative_documents, administrative_license …; see labels
  measure TEXT NOT NULL, -- column of the form: issued_this_year, in_force, decisions_this_year …; see labels
  value REAL, -- in the row's unit; NULL where no number is printed
  unit TEXT NOT NULL, -- 件, 项, 万元, or unknown: as printed
  PRIMARY KEY (report_id, item, measure)
) STRICT, WITHOUT ROWID;

CREATE TABLE disputes(
  -- one row per report and channel of table 四: administrative review and litigation
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE, -- the report
  channel TEXT NOT NULL, -- review, litigation_direct, litigation_after_review
  upheld INTEGER, -- result upheld (结果维持) [件]
  corrected INTEGER, -- result corrected (结果纠正) [件]
  other INTEGER, -- other result (其他结果) [件]
  pending INTEGER, -- not yet concluded (尚未审结) [件]
  total INTEGER, -- as printed (总计), never summed here [件]
  PRIMARY KEY (report_id, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE divisions(
  -- one row per GB/T 2260 code and name: provinces, prefectures, counties
  code TEXT NOT NULL, -- six digits
  name TEXT NOT NULL, -- name of the division
  level TEXT, -- province, prefecture, county
  parent TEXT, -- code one level up
  province TEXT, -- name of its province
  valid_from TEXT, -- first day of the code, as exact as the revisions of the standard; NULL before 2003
  valid_to TEXT, -- last day of the code; NULL while in force
  successor TEXT -- code that replaced it; NULL for none or unknown
) STRICT;

CREATE TABLE field(
  -- one row per cell of the official forms in a unit, so that a number costs a few bytes
  field_id INTEGER PRIMARY KEY,
  relation TEXT NOT NULL,
  row_id TEXT NOT NULL,
  column_id TEXT NOT NULL,
  unit TEXT NOT NULL,
  UNIQUE (relation, row_id, column_id, unit)
) STRICT;

CREATE TABLE file(
  -- one row per captured attachment with a body, and page that came under a file's name
  capture_id INTEGER PRIMARY KEY REFERENCES capture,
  name TEXT, -- as it was sent: by Content-Disposition, link or address
  media TEXT -- its format, by the bytes first
) STRICT;

CREATE TABLE findings(
  -- one row per finding: something a reader of a report's numbers should know
  finding_id INTEGER PRIMARY KEY, -- not stable: a report's findings are made again whenever it is read
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE, -- the report
  rule TEXT NOT NULL, -- the rule that found it; its sentence is in labels
  severity TEXT NOT NULL CHECK (severity IN ('contradiction', 'doubt', 'note')), -- contradiction, doubt, note
  relation TEXT, -- with row_id and column_id the number it is about; NULL where it is about the report
  row_id TEXT, -- key in that relation
  column_id TEXT, -- column of that relation
  expected TEXT, -- what the rule expects there, as decimal text
  actual TEXT, -- what is printed there
  message TEXT NOT NULL, -- one sentence
  other_report_id INTEGER -- the other report it is about, if any: that of the year before, in checks across years
) STRICT;

CREATE TABLE host_rest(
  -- one row per host that had to rest in the last run that asked it
  host TEXT PRIMARY KEY, -- name, with the port where it is not a standard one
  until TEXT NOT NULL, -- it is not asked before
  failures INTEGER NOT NULL, -- runs in a row in which it had to rest
  outcome TEXT NOT NULL, -- of the answer that made it rest
  reason TEXT NOT NULL, -- in words
  since TEXT NOT NULL -- first of those runs
) STRICT, WITHOUT ROWID;

CREATE TABLE indicator(
  -- one row per report and indicator that is comparable over the forms and of which the document prints a cell
  measured_id INTEGER NOT NULL REFERENCES measured,
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE,
  value REAL,
  PRIMARY KEY (measured_id, report_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE labels(
  -- one row per id and form: what the ids in the other relations mean, and the rules of findings
  relation TEXT NOT NULL, -- relation whose id it is; findings for rules
  id TEXT NOT NULL, -- the id
  form TEXT, -- form it is printed on: 2021, 2019, 2014, fujian
  number TEXT, -- number on the form
  label_zh TEXT, -- as the form prints it
  label_en TEXT, -- in English; the sentence of a rule
  parent TEXT -- id of the row it belongs to
) STRICT;

CREATE TABLE link(
  -- one row per list entry of a site
  link_id INTEGER PRIMARY KEY,
  site TEXT NOT NULL,
  url TEXT NOT NULL, -- as the list gives it
  address TEXT NOT NULL, -- url without fragment, as address.url
  title TEXT NOT NULL,
  listed_on TEXT,
  list_capture_id INTEGER REFERENCES capture,
  decision TEXT NOT NULL,
  reason TEXT NOT NULL,
  first_seen_at TEXT NOT NULL,
  last_seen_at TEXT NOT NULL,
  gone_at TEXT, -- first complete visit in which no list page had it any more
  crawl_id INTEGER NOT NULL REFERENCES crawls, -- run that saw it last
  UNIQUE (site, url)
) STRICT;

CREATE TABLE measured(
  -- one row per way in which an indicator is stated, so that a number of series costs a few bytes
  measured_id INTEGER PRIMARY KEY,
  indicator TEXT NOT NULL,
  unit TEXT NOT NULL,
  basis TEXT NOT NULL,
  comparability TEXT NOT NULL,
  UNIQUE (indicator, unit, basis, comparability)
) STRICT;

CREATE TABLE mentions(
  -- one row per figure stated in the narrative
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE, -- the report
  section TEXT, -- as in sections
  metric TEXT, -- what is counted; see labels
  value REAL, -- in unit; 万 and 亿 multiplied out
  unit TEXT, -- as printed
  approximate INTEGER, -- 1 for 近, 约, 余 and the like
  quote TEXT, -- the words
  capture_id INTEGER REFERENCES capture -- where they stand
) STRICT;

CREATE TABLE meta(
  -- one row: what the archive knows about itself
  one INTEGER PRIMARY KEY CHECK (one = 1),
  schema INTEGER NOT NULL, -- version of this schema, equal to PRAGMA user_version
  views TEXT NOT NULL, -- SHA-256 of the statements that made the views
  labels TEXT, -- SHA-256 of the rows of labels
  divisions TEXT, -- digest of the rows of divisions
  extractor TEXT, -- version of the extractor of the last writing run
  forms_hash TEXT, -- digest of the official forms that extractor knew
  fingerprint TEXT, -- see the public relation archive
  fingerprinted INTEGER NOT NULL DEFAULT 0 -- how many captures the fingerprint covers
, series TEXT /* digest of the crosswalk that made indicator */, slim INTEGER NOT NULL DEFAULT 0 /* 1 for a copy without bodies, which can only be read */, kept TEXT /* digest of the view kept that made them */) STRICT;

CREATE TABLE named(
  -- one row per site whose register row names a body: who is expected to publish there
  site TEXT PRIMARY KEY, -- key of the register
  body INTEGER NOT NULL, -- as report.body
  name TEXT NOT NULL, -- normal form
  type TEXT,
  level TEXT
) STRICT;

CREATE TABLE passage(
  -- one row per section of a report, and one with section 'title' and without position for its title
  passage_id INTEGER PRIMARY KEY,
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE,
  section TEXT NOT NULL,
  number TEXT,
  position INTEGER,
  heading TEXT,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE past_cell(
  -- one row per cell of a version that was replaced; columns as in cell
  capture_id INTEGER NOT NULL REFERENCES capture,
  field_id INTEGER NOT NULL REFERENCES field,
  value REAL,
  printed TEXT,
  code INTEGER NOT NULL CHECK (code BETWEEN 1 AND 5),
  note TEXT,
  table_no INTEGER,
  row_no INTEGER,
  column_no INTEGER,
  raw TEXT AS (ifnull(printed, ifnull(CAST(CAST(value AS INTEGER) AS TEXT), ''))) VIRTUAL,
  state TEXT AS (CASE code WHEN 1 THEN 'number' WHEN 2 THEN 'blank' WHEN 3 THEN 'not_applicable' WHEN 4 THEN 'text'
    WHEN 5 THEN 'checked' END) VIRTUAL,
  PRIMARY KEY (capture_id, field_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE reading(
  -- one row per capture that was read: what the extractor made of it, whole, so that choosing another source or
  -- version of a report needs no reading again
  capture_id INTEGER PRIMARY KEY REFERENCES capture,
  extractor TEXT NOT NULL,
  read_at TEXT NOT NULL,
  error TEXT, -- why it could not be read; what an earlier reading found then stays
  not_report TEXT, -- kind of document it is, if no report
  reason TEXT,
  report_id INTEGER REFERENCES report, -- the report it is a version or source of
  year INTEGER, -- statistical year it says
  name TEXT, -- file name of an attachment
  media TEXT,
  numbers INTEGER NOT NULL DEFAULT 0, -- cells with a number
  report BLOB -- extract.Report as JSON in one zstd frame
) STRICT;

CREATE TABLE report(
  -- one row per report; its columns are those of the reading that speaks for it
  report_id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  capture_id INTEGER NOT NULL REFERENCES capture, -- the reading that speaks for it
  site TEXT,
  authority_id INTEGER REFERENCES authorities,
  body INTEGER, -- the author's name in its division; an authority has one, or several by equal credit codes
  credit_code TEXT, -- the author's
  authority TEXT,
  authority_printed TEXT,
  authority_type TEXT,
  level TEXT,
  province TEXT,
  prefecture TEXT,
  region TEXT,
  region_code TEXT,
  scope TEXT NOT NULL,
  scope_basis TEXT,
  year INTEGER,
  form TEXT NOT NULL,
  title TEXT NOT NULL,
  published_on TEXT,
  published_from TEXT,
  period_from TEXT,
  period_to TEXT,
  media TEXT,
  completeness TEXT NOT NULL,
  superseded_by INTEGER REFERENCES report
, received INTEGER /* this and the following: as panel has them, made by the view kept */, carried_in INTEGER, granted INTEGER, partially_granted INTEGER, refused INTEGER, unable_to_provide INTEGER, not_processed INTEGER, other_handling INTEGER, handled INTEGER, carried_forward INTEGER, review_total INTEGER, review_corrected INTEGER, litigation_total INTEGER, litigation_corrected INTEGER, normative_issued INTEGER, normative_in_force INTEGER, licenses INTEGER, penalties INTEGER, coercions INTEGER, fees REAL, contradictions INTEGER /* findings of this severity, made by the view kept */, doubts INTEGER, first_on TEXT /* day (Beijing) of its first capture, made by the view kept */, gone_at TEXT /* as reports has it, made by the view kept and kept by triggers on address */) STRICT;

CREATE TABLE revision(
  -- one row per number or section that differs between a version and the one after it
  old_capture_id INTEGER NOT NULL REFERENCES capture,
  new_capture_id INTEGER NOT NULL REFERENCES capture,
  relation TEXT NOT NULL,
  row_id TEXT NOT NULL,
  column_id TEXT NOT NULL,
  old_value TEXT,
  new_value TEXT,
  PRIMARY KEY (old_capture_id, relation, row_id, column_id)
) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE search -- full text of titles and sections, an FTS5 trigram table
  -- report_id: the report
  -- section: as in sections, or title
  -- text: three characters and more by MATCH, two by instr(text, '复议')
  USING fts5(report_id UNINDEXED, section UNINDEXED, text, content='passage', content_rowid='passage_id',
    tokenize='trigram');

CREATE TABLE sites(
  -- one row per row of the register, as used in the last run that used it
  key TEXT NOT NULL, -- short stable name of the column
  name TEXT NOT NULL, -- the authority whose column it is
  url TEXT NOT NULL, -- the column's list page
  region TEXT, -- GB/T 2260 code
  system TEXT, -- list system the register names
  pages TEXT, -- URL template for further list pages
  items TEXT, -- selector or path of the item links
  cron TEXT, -- when it is due, five fields; NULL for the default
  tls TEXT, -- relaxed, or NULL
  since TEXT, -- first day for which the row holds
  until TEXT, -- last day for which the row holds
  note TEXT, -- free text
  system_seen TEXT, -- list system last recognised
  verified_at TEXT, -- end of the last visit with the outcome ok that found reports
  last_ok_at TEXT, -- end of the last visit with the outcome ok
  empty_streak INTEGER NOT NULL DEFAULT 0, -- newest visits in a row that found no report, those included that were blocked or failed [visits]
  blocked_share REAL, -- share of the ten newest visits that were blocked, 0 to 1
  expected INTEGER, -- most reports any visit found [reports]
  found INTEGER -- reports the newest visit found; 0 where expected is more is an alarm [reports]
) STRICT;

CREATE TABLE statistics(
  -- one row per report, item and measure of the statistical annex (forms 2014 and fujian)
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE, -- the report
  item TEXT NOT NULL, -- row of the form; see labels
  measure TEXT NOT NULL, -- year, cumulative
  value REAL, -- in the row's unit; NULL where no number is printed
  unit TEXT NOT NULL, -- 件, 条, 次, 万元 …, or unknown: as printed
  PRIMARY KEY (report_id, item, measure)
) STRICT, WITHOUT ROWID;

CREATE TABLE tables(
  -- one row per table in a report's document, understood or not
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE, -- the report
  capture_id INTEGER NOT NULL REFERENCES capture, -- the document
  table_no INTEGER NOT NULL, -- index in the document, from 0
  caption TEXT, -- its caption
  kind TEXT, -- disclosure, applications, disputes, layout, other
  rows INTEGER NOT NULL, -- height of the grid
  columns INTEGER NOT NULL, -- width of the grid
  grid TEXT NOT NULL, -- JSON [{text, row, column, rowspan, colspan}], origins only, rows and columns from 0
  PRIMARY KEY (report_id, capture_id, table_no)
) STRICT;

CREATE TABLE template(
  -- one row per body that later bodies of its host are packed against
  host TEXT NOT NULL,
  sha256 TEXT NOT NULL REFERENCES blob,
  PRIMARY KEY (host, sha256)
) STRICT, WITHOUT ROWID;

CREATE TABLE typed(
  -- never has a row. A view's column that is an expression has no declared type in SQLite before 3.41; as
  -- (SELECT expression UNION ALL SELECT text FROM typed) it has the type of the column named last
  integer INTEGER,
  real REAL,
  text TEXT
) STRICT;

CREATE TABLE visit_end(
  -- one row per visit whose end is known
  crawl_id INTEGER NOT NULL REFERENCES crawls,
  site TEXT NOT NULL, -- key of the register
  ended_at TEXT NOT NULL,
  PRIMARY KEY (crawl_id, site)
) STRICT, WITHOUT ROWID;

CREATE TABLE visits(
  -- one row per site and run
  crawl_id INTEGER NOT NULL REFERENCES crawls, -- the run
  site TEXT NOT NULL, -- key of the register
  system TEXT, -- list system that was recognised
  outcome TEXT NOT NULL, -- ok, partial, empty, needs_adapter, blocked:<kind>, robots, soft404, moved, gone, rate,
    -- http:<status>, tls, timeout, network
  detail TEXT, -- the outcome in words
  lists INTEGER NOT NULL, -- list pages read
  items INTEGER NOT NULL, -- list entries that are reports
  new INTEGER NOT NULL, -- pages never seen before
  changed INTEGER NOT NULL, -- pages whose bytes differ from the last answer
  unchanged INTEGER NOT NULL, -- pages asked again and the same, or known and not yet due
  gone INTEGER NOT NULL, -- pages that answered before and are missing now
  errors INTEGER NOT NULL, -- pages that failed
  PRIMARY KEY (crawl_id, site)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER address_gone AFTER UPDATE OF last_seen_at, gone_at ON address
WHEN new.gone_at IS NOT old.gone_at OR EXISTS (SELECT 1 FROM address o WHERE o.gone_at IS NOT NULL AND o.url = CASE
  WHEN new.url LIKE 'https:%' THEN 'http:' || substr(new.url, 7) ELSE 'https:' || substr(new.url, 6) END)
BEGIN
  UPDATE report SET gone_at = (SELECT ifnull(sa.gone_at, (SELECT o.gone_at FROM address o
      WHERE o.url = CASE WHEN sa.url LIKE 'https:%' THEN 'http:' || substr(sa.url, 7) ELSE 'https:' || substr(sa.url, 6) END
        AND o.method = 'GET' AND o.request_sha256 = '' AND o.last_seen_at >= sa.last_seen_at)) AS gone
    FROM reading v JOIN capture vc USING (capture_id) JOIN address sa USING (address_id)
    WHERE v.report_id = report.report_id ORDER BY gone IS NULL DESC, gone DESC LIMIT 1)
  WHERE report_id IN (SELECT rd.report_id FROM address s JOIN capture c USING (address_id) JOIN reading rd USING (capture_id)
    WHERE s.url IN (new.url, CASE WHEN new.url LIKE 'https:%' THEN 'http:' || substr(new.url, 7)
      ELSE 'https:' || substr(new.url, 6) END));
END;

CREATE TRIGGER passage_delete AFTER DELETE ON passage BEGIN
  INSERT INTO search(search, rowid, report_id, section, text)
  VALUES ('delete', old.passage_id, old.report_id, old.section, old.text);
END;

CREATE TRIGGER passage_insert AFTER INSERT ON passage BEGIN
  INSERT INTO search(rowid, report_id, section, text) VALUES (new.passage_id, new.report_id, new.section, new.text);
END;

CREATE VIEW annotations(
  -- one row per person's word on a cell or report. It holds for the bytes the person looked at: while reports.sha256 is
  -- another, the report is read from other bytes, and the word is stale and not applied
  report_id, -- the report that these bytes are a source of, or were when it was said
  sha256, -- the bytes the person looked at
  relation, -- with row_id and column_id the cell; NULL where it is about the report
  row_id, -- key in that relation
  column_id, -- column of that relation
  verdict, -- confirmed, misread (value is what is printed), source_error (read right, published wrong), not_a_report,
    -- same_authority (its author is the authority in value under another name)
  value, -- what is printed there, as decimal text; NULL for no number. With same_authority the other authority
  by, -- who says so
  at, -- when
  note -- why
) AS SELECT
  (SELECT coalesce((SELECT rd.report_id FROM capture c JOIN reading rd USING (capture_id)
      WHERE c.sha256 = n.sha256 AND rd.report_id IS NOT NULL ORDER BY c.capture_id LIMIT 1), n.report_id)
    UNION ALL SELECT integer FROM typed),
  n.sha256, n.relation, n.row_id, n.column_id, n.verdict, n.value, n.by, n.at, n.note
FROM annotation n;

CREATE VIEW archive(
  -- one row: the archive itself
  fingerprint, -- SHA-256 over the sorted lines "url fetched_at sha256" of all captures, as of the last run's end
  schema, -- version of the schema
  extractor, -- version of the extractor of the last writing run
  forms_hash, -- digest of the official forms it knew
  first_capture, -- when the oldest capture was made
  last_capture -- when the newest capture was made
) AS SELECT m.fingerprint, m.schema, m.extractor, m.forms_hash,
  (SELECT fetched_at FROM capture ORDER BY fetched_at LIMIT 1),
  (SELECT fetched_at FROM capture ORDER BY fetched_at DESC LIMIT 1)
FROM meta m;

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

CREATE VIEW cells(
  -- one row per normalized number, or cell without one: where every number comes from
  report_id, -- the report
  relation, -- public relation that holds the number
  row_id, -- its key there
  column_id, -- its column there
  value, -- in the unit of the relation; NULL where no number is printed
  raw, -- as printed
  state, -- number, blank, not_applicable (/, —, 无), text, checked (by a person; see annotations)
  note, -- remark printed beside the number, or how the value came about
  capture_id, -- the document
  table_no, -- index of the table in the document, from 0
  row_no, -- slot of the cell's origin in that table, from 0
  column_no -- slot of the cell's origin in that table, from 0
) AS SELECT c.report_id, f.relation, f.row_id, f.column_id, c.value, c.raw, c.state, c.note, r.capture_id,
  c.table_no, c.row_no, c.column_no
FROM cell c
JOIN field f USING (field_id)
JOIN report r USING (report_id);

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

CREATE VIEW kept(
  -- internal: one row per report, what the table report keeps beside it under the same names. Whoever changes what one of
  -- them is made of has it made anew (beside.go; of gone_at the trigger on address); verify compares
  report_id, received, carried_in, granted, partially_granted, refused, unable_to_provide, not_processed, other_handling,
  handled, carried_forward, review_total, review_corrected, litigation_total, litigation_corrected, normative_issued,
  normative_in_force, licenses, penalties, coercions, fees,
  contradictions, doubts, first_on, gone_at
) AS SELECT r.report_id,
  (SELECT total FROM applications x WHERE x.report_id = r.report_id AND x.item = 'new_this_year'),
  (SELECT total FROM applications x WHERE x.report_id = r.report_id AND x.item = 'carried_in'),
  (SELECT total FROM applications x WHERE x.report_id = r.report_id AND x.item = 'granted'),
  (SELECT total FROM applications x WHERE x.report_id = r.report_id AND x.item = 'partially_granted'),
  (SELECT sum(total) FROM applications x WHERE x.report_id = r.report_id AND x.item IN (
      'refused_state_secret', 'refused_prohibited_by_law', 'refused_security_stability', 'refused_third_party_rights',
      'refused_internal_affairs', 'refused_deliberative', 'refused_enforcement_file', 'refused_administrative_query')),
  (SELECT sum(total) FROM applications x WHERE x.report_id = r.report_id AND x.item IN (
      'not_held', 'requires_creation', 'still_unclear_after_correction')),
  (SELECT sum(total) FROM applications x WHERE x.report_id = r.report_id AND x.item IN (
      'petition_or_complaint', 'repeated_request', 'published_material', 'excessive_requests', 'confirm_or_reissue')),
  (SELECT sum(total) FROM applications x WHERE x.report_id = r.report_id AND x.item IN (
      'not_corrected_in_time', 'fee_unpaid', 'other_handling', 'other_handling_total')),
  (SELECT total FROM applications x WHERE x.report_id = r.report_id AND x.item = 'total_handled'),
  (SELECT total FROM applications x WHERE x.report_id = r.report_id AND x.item = 'carried_forward'),
  (SELECT total FROM disputes x WHERE x.report_id = r.report_id AND x.channel = 'review'),
  (SELECT corrected FROM disputes x WHERE x.report_id = r.report_id AND x.channel = 'review'),
  (SELECT sum(total) FROM disputes x WHERE x.report_id = r.report_id
      AND x.channel IN ('litigation_direct', 'litigation_after_review')),
  (SELECT sum(corrected) FROM disputes x WHERE x.report_id = r.report_id
      AND x.channel IN ('litigation_direct', 'litigation_after_review')),
  (SELECT iif(value = CAST(value AS INTEGER), CAST(value AS INTEGER), NULL) FROM disclosure x WHERE x.report_id = r.report_id
      AND x.item = 'normative_documents' AND x.measure = 'issued_this_year'),
  (SELECT iif(value = CAST(value AS INTEGER), CAST(value AS INTEGER), NULL) FROM disclosure x WHERE x.report_id = r.report_id
      AND x.item = 'normative_documents' AND x.measure = 'in_force'),
  (SELECT iif(value = CAST(value AS INTEGER), CAST(value AS INTEGER), NULL) FROM disclosure x WHERE x.report_id = r.report_id
      AND x.item = 'administrative_license' AND x.measure = 'decisions_this_year'),
  (SELECT iif(value = CAST(value AS INTEGER), CAST(value AS INTEGER), NULL) FROM disclosure x WHERE x.report_id = r.report_id
      AND x.item = 'administrative_penalty' AND x.measure = 'decisions_this_year'),
  (SELECT iif(value = CAST(value AS INTEGER), CAST(value AS INTEGER), NULL) FROM disclosure x WHERE x.report_id = r.report_id
      AND x.item = 'administrative_coercion' AND x.measure = 'decisions_this_year'),
  (SELECT value FROM disclosure x WHERE x.report_id = r.report_id
    AND x.item = 'administrative_fee' AND x.measure = 'fee_amount_this_year' AND x.unit = '万元'),
  (SELECT count(*) FROM findings f WHERE f.report_id = r.report_id AND f.severity = 'contradiction'),
  (SELECT count(*) FROM findings f WHERE f.report_id = r.report_id AND f.severity = 'doubt'),
  (SELECT date(min(c.fetched_at), '+8 hours') FROM reading rd JOIN capture c USING (capture_id)
    WHERE rd.report_id = r.report_id),
  (SELECT (SELECT ifnull(sa.gone_at, (SELECT o.gone_at FROM address o -- by https what was http, or the other way round
        WHERE o.url = CASE WHEN sa.url LIKE 'https:%' THEN 'http:' || substr(sa.url, 7)
            ELSE 'https:' || substr(sa.url, 6) END
          AND o.method = 'GET' AND o.request_sha256 = '' AND o.last_seen_at >= sa.last_seen_at)) AS gone
      FROM reading v JOIN capture vc USING (capture_id) JOIN address sa USING (address_id)
      WHERE v.report_id = r.report_id ORDER BY gone IS NULL DESC, gone DESC LIMIT 1))
FROM report r;

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

CREATE VIEW panel(
  -- one row per current report, ready for statistics; numbers as printed in the total column, summed only where said
  report_id, -- the report
  authority_id, -- the body
  authority, -- its name in normal form
  authority_type, -- kind of body
  level, -- national, province, prefecture, county, township
  province, -- name of the province
  prefecture, -- name of the prefecture
  region_code, -- GB/T 2260 code of the division
  year, -- statistical year
  scope, -- aggregate, own, unknown; never sum over scopes
  form, -- official form it was printed on
  completeness, -- complete, partial, narrative, unreadable
  contradictions, -- findings that prove it wrong
  received, -- applications newly received (本年新收) [件]
  carried_in, -- carried in from the year before (上年结转) [件]
  granted, -- granted (予以公开) [件]
  partially_granted, -- partially granted (部分公开) [件]
  refused, -- sum of the printed rows of 不予公开; NULL if none has a number [件]
  unable_to_provide, -- sum of the printed rows of 无法提供; NULL if none has a number [件]
  not_processed, -- sum of the printed rows of 不予处理; NULL if none has a number [件]
  other_handling, -- sum of the printed rows of 其他处理; NULL if none has a number [件]
  handled, -- total handled (总计), as printed [件]
  carried_forward, -- carried forward to the next year (结转下年度继续办理) [件]
  review_total, -- administrative review (行政复议), total as printed [件]
  review_corrected, -- of these corrected [件]
  litigation_total, -- litigation, direct and after review: sum of the two printed totals [件]
  litigation_corrected, -- of these corrected: sum of the two printed numbers [件]
  normative_issued, -- normative documents issued (行政规范性文件 本年制发) [件]
  normative_in_force, -- normative documents in force (现行有效) [件]
  licenses, -- license decisions (行政许可) [件]
  penalties, -- penalty decisions (行政处罚) [件]
  coercions, -- coercion decisions (行政强制) [件]
  fees -- administrative fees charged (行政事业性收费) [万元]
) AS SELECT
  r.report_id, r.authority_id, r.authority, r.authority_type, r.level, r.province, r.prefecture, r.region_code,
  r.year, r.scope, r.form, r.completeness, r.contradictions,
  r.received, r.carried_in, r.granted, r.partially_granted, r.refused, r.unable_to_provide, r.not_processed,
  r.other_handling, r.handled, r.carried_forward, r.review_total, r.review_corrected, r.litigation_total,
  r.litigation_corrected, r.normative_issued, r.normative_in_force, r.licenses, r.penalties, r.coercions, r.fees
FROM report r
WHERE r.superseded_by IS NULL;

CREATE VIEW past_cells(
  -- one row per cell of a version of a report that a later answer of its address replaced
  report_id, -- the report
  version, -- the superseded version, as in sources
  relation, -- as in cells
  row_id, -- as in cells
  column_id, -- as in cells
  value, -- as in cells
  raw, -- as in cells
  state, -- as in cells
  note, -- as in cells
  capture_id, -- the document: the capture that brought this version
  table_no, -- as in cells
  row_no, -- as in cells
  column_no -- as in cells
) AS SELECT rd.report_id,
  (SELECT count(*) FROM reading o JOIN capture oc USING (capture_id)
    WHERE o.report_id = rd.report_id AND oc.address_id = c.address_id
      AND (oc.fetched_at, oc.capture_id) <= (c.fetched_at, c.capture_id)
    UNION ALL SELECT integer FROM typed),
  f.relation, f.row_id, f.column_id, x.value, x.raw, x.state, x.note, p.capture_id, x.table_no, x.row_no, x.column_no
FROM compared p
JOIN reading rd USING (capture_id)
JOIN capture c USING (capture_id)
JOIN past_cell x ON x.capture_id = p.cells_id
JOIN field f USING (field_id)
WHERE rd.report_id IS NOT NULL;

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

CREATE VIEW revisions(
  -- one row per published number or section that its publisher changed, between two answers of one address in a row
  report_id, -- the report
  version, -- the version that brought the change, as in sources
  url, -- address that changed
  relation, -- with row_id and column_id what changed: the relation that holds the number, or sections
  row_id, -- key in that relation; of a section its name, all parts of that name taken together
  column_id, -- column of that relation; of a section text
  old_value, -- before: a decimal in the relation's unit, or a text; NULL where none was printed
  new_value, -- after, likewise
  old_capture_id, -- the capture that brought the old value's bytes
  new_capture_id, -- the capture that brought the new value's bytes
  old_last_seen_at, -- when the address last answered with the version before
  new_first_seen_at -- when it first answered with this one
) AS SELECT rd.report_id,
  (SELECT count(*) FROM reading o JOIN capture oc USING (capture_id)
    WHERE o.report_id = rd.report_id AND oc.address_id = c.address_id
      AND (oc.fetched_at, oc.capture_id) <= (c.fetched_at, c.capture_id)
    UNION ALL SELECT integer FROM typed),
  a.url, v.relation, v.row_id, v.column_id, v.old_value, v.new_value, v.old_capture_id, v.new_capture_id,
  (SELECT l.fetched_at FROM capture l WHERE l.answer_id IN (SELECT ifnull(m.member_of, m.capture_id) -- as in sources
    FROM capture m WHERE m.answer_id = v.old_capture_id) ORDER BY l.fetched_at DESC LIMIT 1),
  c.fetched_at
FROM revision v
JOIN reading rd ON rd.capture_id = v.new_capture_id
JOIN capture c ON c.capture_id = v.new_capture_id
JOIN address a USING (address_id);

CREATE VIEW sections(
  -- one row per section of a report
  report_id, -- the report
  section, -- overview, disclosure, applications, disputes, problems, other, or other names
  number, -- as printed: 一、
  position, -- order in the document
  heading, -- as printed
  text, -- without the tables
  capture_id -- the document
) AS SELECT p.report_id, p.section, p.number, p.position, p.heading, p.text, r.capture_id
FROM passage p
JOIN report r USING (report_id)
WHERE p.position IS NOT NULL;

CREATE VIEW series(
  -- one row per current report and indicator that is comparable over the forms; where its cells are not in the document,
  -- there is none
  report_id, -- the report
  authority_id, -- the body
  authority, -- its name in normal form
  authority_type, -- kind of body
  level, -- national, province, prefecture, county, township
  province, -- name of the province
  region_code, -- GB/T 2260 code of the division
  scope, -- aggregate, own, unknown; never sum over scopes
  year, -- statistical year
  form, -- official form it was printed on; where it changes, the series breaks
  indicator, -- what is counted; see labels
  value, -- in unit; NULL where the document has the cells and prints no number
  unit, -- unit of the indicator, or unknown: money printed without one
  basis, -- printed (one cell prints it), summed (of several printed cells, blanks left out: parts, or a row without total)
  comparability -- with the newest form that prints it, the weakest link on the way: exact, approximate (draw a break), none
) AS SELECT r.report_id, r.authority_id, r.authority, r.authority_type, r.level, r.province, r.region_code, r.scope,
  r.year, r.form, m.indicator, i.value, m.unit, m.basis, m.comparability
FROM measured m
JOIN indicator i USING (measured_id)
JOIN report r USING (report_id)
WHERE r.superseded_by IS NULL;

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
