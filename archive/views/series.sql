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
