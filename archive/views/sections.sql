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
