-- Version 4: what publishers changed, and which bodies the register names.

-- Both were empty; now they are views.
DROP TABLE revisions;
DROP TABLE past_cells;

CREATE TABLE compared(
  -- one row per version of a report that a later answer of its address replaced. Which report that is, reading says
  capture_id INTEGER PRIMARY KEY REFERENCES capture, -- the version
  next_id INTEGER NOT NULL REFERENCES capture, -- the version after it
  extractor TEXT, -- the one that had read both when they were compared; NULL as long as none has
  digest TEXT NOT NULL, -- of its cells
  cells_id INTEGER NOT NULL -- past_cell.capture_id of its cells: its own, or that of a version before with the same cells
) STRICT;
CREATE INDEX compared_cells ON compared(cells_id);

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
CREATE INDEX revision_new ON revision(new_capture_id);

CREATE TABLE named(
  -- one row per site whose register row names a body: who is expected to publish there
  site TEXT PRIMARY KEY, -- key of the register
  body INTEGER NOT NULL, -- as report.body
  name TEXT NOT NULL, -- normal form
  type TEXT,
  level TEXT
) STRICT;

-- Reports that may be anybody's, or of any year: while there is one, no other is missing.
CREATE INDEX report_vague ON report(site) WHERE authority_id IS NULL OR year IS NULL;

-- Comments that no longer hold. Nothing but comments differs (sqlite.org/lang_altertable.html, section 7, allows that).
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, '-- when it ended; NULL while it runs, and for ever when it was killed',
  '-- when it ended; NULL while it runs. Of a run that was killed, when it was last heard of: its last capture')
  WHERE name = 'crawls';
UPDATE sqlite_schema SET sql = replace(replace(replace(replace(sql,
  '-- newest visits in a row that found no report [visits]',
  '-- newest visits in a row that found no report, those included that were blocked or failed [visits]'),
  '-- last visit that ended ok', '-- end of the last visit with the outcome ok'),
  '-- end of the last visit with the outcome ok and found reports', '-- end of the last visit with the outcome ok that found reports'),
  '-- reports the newest visit found [reports]', '-- reports the newest visit found; 0 where expected is more is an alarm [reports]')
  WHERE name = 'sites';
UPDATE sqlite_schema SET sql = replace(sql, '-- pages that no longer answer',
  '-- pages that answered before and are missing now') WHERE name IN ('crawls', 'visits');
PRAGMA writable_schema = RESET;
