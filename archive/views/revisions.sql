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
