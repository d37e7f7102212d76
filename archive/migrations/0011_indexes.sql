-- Version 11: indexes that an archive of a million reports showed the want of.

-- coverage asks of each authority and year whether a report is there, and whether another of that year is still there: the index
-- alone says it.
DROP INDEX report_authority;
CREATE INDEX report_authority ON report(authority_id, year, superseded_by, gone_at);

-- The reports of a year come in the order of their numbers, in which the other tables have them. Those of a year and province are
-- in report_province.
DROP INDEX report_year;
CREATE INDEX report_year ON report(year);

-- Cells of one column are looked up by the column, not found among all of a report.
CREATE INDEX field_column ON field(relation, column_id);

-- Entries by the year that their title names; '' for none, '*' where it may be several. So coverage looks at a site's entries of
-- one year, and at no row of link.
CREATE INDEX link_year ON link(site, CASE WHEN title NOT GLOB '*20[0-9][0-9]*' THEN ''
  WHEN length(title) - length(replace(title, '20', '')) = 2 THEN substr(title, instr(title, '20'), 4) ELSE '*' END,
  decision, address, title);
