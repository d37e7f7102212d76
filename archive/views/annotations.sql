CREATE VIEW annotations(
  -- one row per person's word on a cell or report. It holds for the bytes the person looked at: while reports.sha256 is
  -- another, the report is read from other bytes, and the word is stale and not applied
  report_id, -- the report that these bytes are a source of, or were when it was said
  sha256, -- the bytes the person looked at
  relation, -- with row_id and column_id the cell; NULL where it is about the report
  row_id, -- key in that relation
  column_id, -- column of that relation
  verdict, -- confirmed, misread (value is what is printed), source_error (read right, published wrong), not_a_report,
    -- same_authority (its author is the authority in value under another name)
  value, -- what is printed there, as decimal text; NULL for no number. With same_authority the other authority
  by, -- who says so
  at, -- when
  note -- why
) AS SELECT
  (SELECT coalesce((SELECT rd.report_id FROM capture c JOIN reading rd USING (capture_id)
      WHERE c.sha256 = n.sha256 AND rd.report_id IS NOT NULL ORDER BY c.capture_id LIMIT 1), n.report_id)
    UNION ALL SELECT integer FROM typed),
  n.sha256, n.relation, n.row_id, n.column_id, n.verdict, n.value, n.by, n.at, n.note
FROM annotation n;
