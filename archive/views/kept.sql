CREATE VIEW kept(
  -- internal: one row per report, what the table report keeps beside it under the same names. Whoever changes what one of
  -- them is made of has it made anew (beside.go; of gone_at the trigger on address); verify compares
  report_id, received, carried_in, granted, partially_granted, refused, unable_to_provide, not_processed, other_handling,
  handled, carried_forward, review_total, review_corrected, litigation_total, litigation_corrected, normative_issued,
  normative_in_force, licenses, penalties, coercions, fees,
  contradictions, doubts, first_on, gone_at
) AS SELECT r.report_id,
  (SELECT total FROM applications x WHERE x.report_id = r.report_id AND x.item = 'new_this_year'),
  (SELECT total FROM applications x WHERE x.report_id = r.report_id AND x.item = 'carried_in'),
  (SELECT total FROM applications x WHERE x.report_id = r.report_id AND x.item = 'granted'),
  (SELECT total FROM applications x WHERE x.report_id = r.report_id AND x.item = 'partially_granted'),
  (SELECT sum(total) FROM applications x WHERE x.report_id = r.report_id AND x.item IN (
      'refused_state_secret', 'refused_prohibited_by_law', 'refused_security_stability', 'refused_third_party_rights',
      'refused_internal_affairs', 'refused_deliberative', 'refused_enforcement_file', 'refused_administrative_query')),
  (SELECT sum(total) FROM applications x WHERE x.report_id = r.report_id AND x.item IN (
      'not_held', 'requires_creation', 'still_unclear_after_correction')),
  (SELECT sum(total) FROM applications x WHERE x.report_id = r.report_id AND x.item IN (
      'petition_or_complaint', 'repeated_request', 'published_material', 'excessive_requests', 'confirm_or_reissue')),
  (SELECT sum(total) FROM applications x WHERE x.report_id = r.report_id AND x.item IN (
      'not_corrected_in_time', 'fee_unpaid', 'other_handling', 'other_handling_total')),
  (SELECT total FROM applications x WHERE x.report_id = r.report_id AND x.item = 'total_handled'),
  (SELECT total FROM applications x WHERE x.report_id = r.report_id AND x.item = 'carried_forward'),
  (SELECT total FROM disputes x WHERE x.report_id = r.report_id AND x.channel = 'review'),
  (SELECT corrected FROM disputes x WHERE x.report_id = r.report_id AND x.channel = 'review'),
  (SELECT sum(total) FROM disputes x WHERE x.report_id = r.report_id
      AND x.channel IN ('litigation_direct', 'litigation_after_review')),
  (SELECT sum(corrected) FROM disputes x WHERE x.report_id = r.report_id
      AND x.channel IN ('litigation_direct', 'litigation_after_review')),
  (SELECT iif(value = CAST(value AS INTEGER), CAST(value AS INTEGER), NULL) FROM disclosure x WHERE x.report_id = r.report_id
      AND x.item = 'normative_documents' AND x.measure = 'issued_this_year'),
  (SELECT iif(value = CAST(value AS INTEGER), CAST(value AS INTEGER), NULL) FROM disclosure x WHERE x.report_id = r.report_id
      AND x.item = 'normative_documents' AND x.measure = 'in_force'),
  (SELECT iif(value = CAST(value AS INTEGER), CAST(value AS INTEGER), NULL) FROM disclosure x WHERE x.report_id = r.report_id
      AND x.item = 'administrative_license' AND x.measure = 'decisions_this_year'),
  (SELECT iif(value = CAST(value AS INTEGER), CAST(value AS INTEGER), NULL) FROM disclosure x WHERE x.report_id = r.report_id
      AND x.item = 'administrative_penalty' AND x.measure = 'decisions_this_year'),
  (SELECT iif(value = CAST(value AS INTEGER), CAST(value AS INTEGER), NULL) FROM disclosure x WHERE x.report_id = r.report_id
      AND x.item = 'administrative_coercion' AND x.measure = 'decisions_this_year'),
  (SELECT value FROM disclosure x WHERE x.report_id = r.report_id
    AND x.item = 'administrative_fee' AND x.measure = 'fee_amount_this_year' AND x.unit = '万元'),
  (SELECT count(*) FROM findings f WHERE f.report_id = r.report_id AND f.severity = 'contradiction'),
  (SELECT count(*) FROM findings f WHERE f.report_id = r.report_id AND f.severity = 'doubt'),
  (SELECT date(min(c.fetched_at), '+8 hours') FROM reading rd JOIN capture c USING (capture_id)
    WHERE rd.report_id = r.report_id),
  (SELECT (SELECT ifnull(sa.gone_at, (SELECT o.gone_at FROM address o -- by https what was http, or the other way round
        WHERE o.url = CASE WHEN sa.url LIKE 'https:%' THEN 'http:' || substr(sa.url, 7)
            ELSE 'https:' || substr(sa.url, 6) END
          AND o.method = 'GET' AND o.request_sha256 = '' AND o.last_seen_at >= sa.last_seen_at)) AS gone
      FROM reading v JOIN capture vc USING (capture_id) JOIN address sa USING (address_id)
      WHERE v.report_id = r.report_id ORDER BY gone IS NULL DESC, gone DESC LIMIT 1))
FROM report r;
