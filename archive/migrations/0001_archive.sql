-- The tables of version 1. Plural names are public relations (design.md §3); singular names are internal and may
-- change. Comments inside a CREATE statement are kept by SQLite: they are the documentation `nianbao schema` prints.
-- A unit stands in square brackets at the end of a column's comment.

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
) STRICT;

CREATE TABLE typed(
  -- never has a row. A view's column that is an expression has no declared type in SQLite before 3.41; as
  -- (SELECT expression UNION ALL SELECT text FROM typed) it has the type of the column named last
  integer INTEGER,
  real REAL,
  text TEXT
) STRICT;

------------------------------------------------------------------------------------------------ where it came from

CREATE TABLE crawls(
  -- one row per run
  crawl_id INTEGER PRIMARY KEY, -- counts from 1
  trigger TEXT NOT NULL, -- what started it: crawl, schedule, demo, import
  started_at TEXT NOT NULL, -- when it began
  finished_at TEXT, -- when it ended; NULL while it runs, and for ever when it was killed
  sites INTEGER NOT NULL DEFAULT 0, -- sites visited
  ok INTEGER NOT NULL DEFAULT 0, -- sites whose visit has the outcome ok
  failed INTEGER NOT NULL DEFAULT 0, -- sites with any other outcome
  new INTEGER NOT NULL DEFAULT 0, -- pages never seen before
  changed INTEGER NOT NULL DEFAULT 0, -- pages whose bytes differ from the last answer
  gone INTEGER NOT NULL DEFAULT 0 -- pages that no longer answer
) STRICT;

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
  gone INTEGER NOT NULL, -- pages that no longer answer
  errors INTEGER NOT NULL, -- pages that failed
  PRIMARY KEY (crawl_id, site)
) STRICT, WITHOUT ROWID;
CREATE INDEX visits_site ON visits(site, crawl_id);

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
  verified_at TEXT, -- last visit that ended ok and found reports
  last_ok_at TEXT, -- last visit that ended ok
  empty_streak INTEGER NOT NULL DEFAULT 0, -- newest visits in a row that found no report [visits]
  blocked_share REAL, -- share of the ten newest visits that were blocked, 0 to 1
  expected INTEGER, -- most reports any visit found [reports]
  found INTEGER -- reports the newest visit found [reports]
) STRICT;
CREATE UNIQUE INDEX sites_row ON sites(key, ifnull(since, ''));

CREATE TABLE blob(
  -- one row per distinct body. Never changed, never deleted
  sha256 TEXT PRIMARY KEY, -- of the body, hex
  bytes INTEGER NOT NULL, -- length of the body
  codec TEXT NOT NULL CHECK (codec IN ('raw', 'zstd')),
  data BLOB NOT NULL -- the body; with codec zstd one frame of RFC 8878
) STRICT;

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
) STRICT;
CREATE INDEX capture_address ON capture(address_id, capture_id);
CREATE INDEX capture_crawl ON capture(crawl_id);
CREATE INDEX capture_time ON capture(fetched_at);
CREATE INDEX capture_sha256 ON capture(sha256);
CREATE INDEX capture_answer ON capture(answer_id, capture_id);
CREATE INDEX capture_readable ON capture(capture_id)
  WHERE outcome IN ('new', 'changed') AND role IN ('page', 'attachment');

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
CREATE INDEX link_address ON link(address);

--------------------------------------------------------------------------------------------------- what was reported

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
CREATE INDEX reading_report ON reading(report_id, capture_id);

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
) STRICT;
CREATE UNIQUE INDEX report_identity ON report(body, year, scope);
CREATE INDEX report_authority ON report(authority_id, year);
CREATE INDEX report_credit_code ON report(credit_code) WHERE credit_code IS NOT NULL;
CREATE INDEX report_year ON report(year);

CREATE TABLE field(
  -- one row per cell of the official forms in a unit, so that a number costs a few bytes
  field_id INTEGER PRIMARY KEY,
  relation TEXT NOT NULL,
  row_id TEXT NOT NULL,
  column_id TEXT NOT NULL,
  unit TEXT NOT NULL,
  UNIQUE (relation, row_id, column_id, unit)
) STRICT;

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
CREATE INDEX passage_report ON passage(report_id, position);

CREATE VIRTUAL TABLE search -- full text of titles and sections, an FTS5 trigram table
  -- report_id: the report
  -- section: as in sections, or title
  -- text: three characters and more by MATCH, two by instr(text, '复议')
  USING fts5(report_id UNINDEXED, section UNINDEXED, text, content='passage', content_rowid='passage_id',
    tokenize='trigram');
CREATE TRIGGER passage_insert AFTER INSERT ON passage BEGIN
  INSERT INTO search(rowid, report_id, section, text) VALUES (new.passage_id, new.report_id, new.section, new.text);
END;
CREATE TRIGGER passage_delete AFTER DELETE ON passage BEGIN
  INSERT INTO search(search, rowid, report_id, section, text)
  VALUES ('delete', old.passage_id, old.report_id, old.section, old.text);
END;

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
  PRIMARY KEY (report_id, item)
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

CREATE TABLE disclosure(
  -- one row per report, item and measure of table 二: proactive disclosure
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE, -- the report
  item TEXT NOT NULL, -- row of the form: rules, normative_documents, administrative_license …; see labels
  measure TEXT NOT NULL, -- column of the form: issued_this_year, in_force, decisions_this_year …; see labels
  value REAL, -- in the row's unit; NULL where no number is printed
  unit TEXT NOT NULL, -- 件, 项, 万元, or unknown: as printed
  PRIMARY KEY (report_id, item, measure)
) STRICT, WITHOUT ROWID;

CREATE TABLE statistics(
  -- one row per report, item and measure of the statistical annex (forms 2014 and fujian)
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE, -- the report
  item TEXT NOT NULL, -- row of the form; see labels
  measure TEXT NOT NULL, -- year, cumulative
  value REAL, -- in the row's unit; NULL where no number is printed
  unit TEXT NOT NULL, -- 件, 条, 次, 万元 …, or unknown: as printed
  PRIMARY KEY (report_id, item, measure)
) STRICT, WITHOUT ROWID;

CREATE TABLE series(
  -- one row per report and indicator that is comparable over the forms; empty in this version
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE, -- the report
  authority_id INTEGER, -- the body
  authority TEXT, -- its name in normal form
  authority_type TEXT, -- kind of body
  level TEXT, -- national, province, prefecture, county, township
  province TEXT, -- province
  region_code TEXT, -- GB/T 2260 code
  scope TEXT, -- aggregate, own, unknown
  year INTEGER, -- statistical year
  form TEXT, -- form that prints it
  indicator TEXT NOT NULL, -- see labels
  value REAL, -- in unit
  unit TEXT, -- unit of the indicator
  basis TEXT, -- printed, summed
  comparability TEXT, -- weakest link to the newest form that prints it
  PRIMARY KEY (report_id, indicator)
) STRICT, WITHOUT ROWID;

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
CREATE INDEX mentions_report ON mentions(report_id);

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

----------------------------------------------------------------------------------------------- how far to trust it

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
CREATE INDEX findings_report ON findings(report_id);
CREATE INDEX findings_rule ON findings(rule);

CREATE TABLE revisions(
  -- one row per published number or section that its publisher changed; empty in this version
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE, -- the report
  version INTEGER NOT NULL, -- the version that brought the change
  url TEXT NOT NULL, -- address that changed
  relation TEXT NOT NULL, -- with row_id and column_id what changed
  row_id TEXT NOT NULL, -- key in that relation
  column_id TEXT NOT NULL, -- column of that relation
  old_value TEXT, -- before
  new_value TEXT, -- after
  old_capture_id INTEGER REFERENCES capture, -- where the old value stands
  new_capture_id INTEGER REFERENCES capture, -- where the new value stands
  old_last_seen_at TEXT, -- when the old value was last seen
  new_first_seen_at TEXT -- when the new value was first seen
) STRICT;
CREATE INDEX revisions_report ON revisions(report_id);

CREATE TABLE past_cells(
  -- one row per number of a superseded version; empty in this version
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE, -- the report
  version INTEGER NOT NULL, -- the superseded version
  relation TEXT NOT NULL, -- as in cells
  row_id TEXT NOT NULL, -- as in cells
  column_id TEXT NOT NULL, -- as in cells
  value REAL, -- as in cells
  raw TEXT, -- as in cells
  state TEXT, -- as in cells
  note TEXT, -- as in cells
  capture_id INTEGER REFERENCES capture, -- as in cells
  table_no INTEGER, -- as in cells
  row_no INTEGER, -- as in cells
  column_no INTEGER -- as in cells
) STRICT;
CREATE INDEX past_cells_report ON past_cells(report_id);

CREATE TABLE annotations(
  -- one row per person's word on a cell or report; empty in this version
  report_id INTEGER, -- the report
  sha256 TEXT NOT NULL, -- the bytes the person looked at
  relation TEXT, -- with row_id and column_id the number; NULL where it is about the report
  row_id TEXT, -- key in that relation
  column_id TEXT, -- column of that relation
  verdict TEXT NOT NULL, -- confirmed, misread, source_error, not_a_report, same_authority
  value TEXT, -- the right reading, with misread
  by TEXT, -- who says so
  at TEXT, -- when
  note TEXT -- why
) STRICT;

------------------------------------------------------------------------------------------------------------ reference

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
CREATE INDEX divisions_code ON divisions(code);

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
CREATE INDEX labels_id ON labels(relation, id);
