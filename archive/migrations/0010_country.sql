-- Version 10: what a million reports need. A report keeps beside it what panel, coverage and lists ask of all reports at
-- once (views/kept.sql says how each is made); series costs a few bytes a number; applications are kept by item; and there are
-- indexes for names, places and what is rare.

ALTER TABLE report ADD COLUMN received INTEGER /* this and the following: as panel has them, made by the view kept */;
ALTER TABLE report ADD COLUMN carried_in INTEGER;
ALTER TABLE report ADD COLUMN granted INTEGER;
ALTER TABLE report ADD COLUMN partially_granted INTEGER;
ALTER TABLE report ADD COLUMN refused INTEGER;
ALTER TABLE report ADD COLUMN unable_to_provide INTEGER;
ALTER TABLE report ADD COLUMN not_processed INTEGER;
ALTER TABLE report ADD COLUMN other_handling INTEGER;
ALTER TABLE report ADD COLUMN handled INTEGER;
ALTER TABLE report ADD COLUMN carried_forward INTEGER;
ALTER TABLE report ADD COLUMN review_total INTEGER;
ALTER TABLE report ADD COLUMN review_corrected INTEGER;
ALTER TABLE report ADD COLUMN litigation_total INTEGER;
ALTER TABLE report ADD COLUMN litigation_corrected INTEGER;
ALTER TABLE report ADD COLUMN normative_issued INTEGER;
ALTER TABLE report ADD COLUMN normative_in_force INTEGER;
ALTER TABLE report ADD COLUMN licenses INTEGER;
ALTER TABLE report ADD COLUMN penalties INTEGER;
ALTER TABLE report ADD COLUMN coercions INTEGER;
ALTER TABLE report ADD COLUMN fees REAL;
ALTER TABLE report ADD COLUMN contradictions INTEGER /* findings of this severity, made by the view kept */;
ALTER TABLE report ADD COLUMN doubts INTEGER;
ALTER TABLE report ADD COLUMN first_on TEXT /* day (Beijing) of its first capture, made by the view kept */;
ALTER TABLE report ADD COLUMN gone_at TEXT /* as reports has it, made by the view kept and kept by triggers on address */;
ALTER TABLE meta ADD COLUMN kept TEXT /* digest of the view kept that made them */;

DROP TABLE indicator;
CREATE TABLE measured(
  -- one row per way in which an indicator is stated, so that a number of series costs a few bytes
  measured_id INTEGER PRIMARY KEY,
  indicator TEXT NOT NULL,
  unit TEXT NOT NULL,
  basis TEXT NOT NULL,
  comparability TEXT NOT NULL,
  UNIQUE (indicator, unit, basis, comparability)
) STRICT;
CREATE TABLE indicator(
  -- one row per report and indicator that is comparable over the forms and of which the document prints a cell
  measured_id INTEGER NOT NULL REFERENCES measured,
  report_id INTEGER NOT NULL REFERENCES report ON DELETE CASCADE,
  value REAL,
  PRIMARY KEY (measured_id, report_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX indicator_report ON indicator(report_id);
UPDATE meta SET series = NULL; -- it is made anew when the archive is opened

-- By item first: people ask for one item of all reports.
ALTER TABLE applications RENAME TO applications_by_report;
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
INSERT INTO applications SELECT * FROM applications_by_report ORDER BY item, report_id;
DROP TABLE applications_by_report;
CREATE INDEX applications_report ON applications(report_id);

DROP INDEX report_year;
CREATE INDEX report_year ON report(year, province);
CREATE INDEX report_province ON report(province, year);
CREATE INDEX report_name ON report(authority, year);
CREATE INDEX report_gone ON report(gone_at) WHERE gone_at IS NOT NULL;
CREATE INDEX findings_contradiction ON findings(report_id) WHERE severity = 'contradiction';
CREATE INDEX reading_annotated ON reading(capture_id) WHERE not_report = 'annotated';
CREATE INDEX findings_late ON findings(report_id) WHERE rule = 'report.late';

-- As the view kept says it; a trigger that named the view would hinder later migrations.
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
