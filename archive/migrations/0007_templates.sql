-- Version 7: bodies packed against other bodies.
ALTER TABLE blob ADD COLUMN base TEXT REFERENCES blob /* the body whose first 64 KiB are the frame's dictionary; NULL for none */
;
CREATE TABLE template(
  -- one row per body that later bodies of its host are packed against
  host TEXT NOT NULL,
  sha256 TEXT NOT NULL REFERENCES blob,
  PRIMARY KEY (host, sha256)
) STRICT, WITHOUT ROWID;
