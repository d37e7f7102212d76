-- Series and exports.
--
-- Series: the public relation becomes a view that takes the facts of the report
-- from the report, so that they are never two.

DROP TABLE series;

CREATE TABLE indicator(
  -- one row per report and indicator that is comparable over the forms and of which the document prints a cell
  indicator TEXT NOT NULL,
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE,
  value REAL,
  unit TEXT NOT NULL,
  basis TEXT NOT NULL,
  comparability TEXT NOT NULL,
  PRIMARY KEY (indicator, report_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX indicator_report ON indicator(report_id);

ALTER TABLE meta ADD COLUMN series TEXT /* digest of the crosswalk that made indicator */;
ALTER TABLE meta ADD COLUMN slim INTEGER NOT NULL DEFAULT 0 /* 1 for a copy without bodies, which can only be read */;
