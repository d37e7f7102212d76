-- What people say of what was read.

DROP TABLE annotations; -- it was empty; now it is a view

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
CREATE UNIQUE INDEX annotation_of ON annotation(sha256, ifnull(relation, ''), ifnull(row_id, ''), ifnull(column_id, ''),
  ifnull(other_body, 0));
CREATE INDEX annotation_other ON annotation(other_body) WHERE other_body IS NOT NULL;
