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
