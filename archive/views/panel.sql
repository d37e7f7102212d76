CREATE VIEW panel(
  -- one row per current report, ready for statistics; numbers as printed in the total column, summed only where said
  report_id, -- the report
  authority_id, -- the body
  authority, -- its name in normal form
  authority_type, -- kind of body
  level, -- national, province, prefecture, county, township
  province, -- name of the province
  prefecture, -- name of the prefecture
  region_code, -- GB/T 2260 code of the division
  year, -- statistical year
  scope, -- aggregate, own, unknown; never sum over scopes
  form, -- official form it was printed on
  completeness, -- complete, partial, narrative, unreadable
  contradictions, -- findings that prove it wrong
  received, -- applications newly received (本年新收) [件]
  carried_in, -- carried in from the year before (上年结转) [件]
  granted, -- granted (予以公开) [件]
  partially_granted, -- partially granted (部分公开) [件]
  refused, -- sum of the printed rows of 不予公开; NULL if none has a number [件]
  unable_to_provide, -- sum of the printed rows of 无法提供; NULL if none has a number [件]
  not_processed, -- sum of the printed rows of 不予处理; NULL if none has a number [件]
  other_handling, -- sum of the printed rows of 其他处理; NULL if none has a number [件]
  handled, -- total handled (总计), as printed [件]
  carried_forward, -- carried forward to the next year (结转下年度继续办理) [件]
  review_total, -- administrative review (行政复议), total as printed [件]
  review_corrected, -- of these corrected [件]
  litigation_total, -- litigation, direct and after review: sum of the two printed totals [件]
  litigation_corrected, -- of these corrected: sum of the two printed numbers [件]
  normative_issued, -- normative documents issued (行政规范性文件 本年制发) [件]
  normative_in_force, -- normative documents in force (现行有效) [件]
  licenses, -- license decisions (行政许可) [件]
  penalties, -- penalty decisions (行政处罚) [件]
  coercions, -- coercion decisions (行政强制) [件]
  fees -- administrative fees charged (行政事业性收费) [万元]
) AS SELECT
  r.report_id, r.authority_id, r.authority, r.authority_type, r.level, r.province, r.prefecture, r.region_code,
  r.year, r.scope, r.form, r.completeness, r.contradictions,
  r.received, r.carried_in, r.granted, r.partially_granted, r.refused, r.unable_to_provide, r.not_processed,
  r.other_handling, r.handled, r.carried_forward, r.review_total, r.review_corrected, r.litigation_total,
  r.litigation_corrected, r.normative_issued, r.normative_in_force, r.licenses, r.penalties, r.coercions, r.fees
FROM report r
WHERE r.superseded_by IS NULL;
