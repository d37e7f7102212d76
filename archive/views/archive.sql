CREATE VIEW archive(
  -- one row: the archive itself
  fingerprint, -- SHA-256 over the sorted lines "url fetched_at sha256" of all captures, as of the last run's end
  schema, -- version of the schema
  extractor, -- version of the extractor of the last writing run
  forms_hash, -- digest of the official forms it knew
  first_capture, -- when the oldest capture was made
  last_capture -- when the newest capture was made
) AS SELECT m.fingerprint, m.schema, m.extractor, m.forms_hash,
  (SELECT fetched_at FROM capture ORDER BY fetched_at LIMIT 1),
  (SELECT fetched_at FROM capture ORDER BY fetched_at DESC LIMIT 1)
FROM meta m;
