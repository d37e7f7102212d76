-- Version 2: the files that pages carry, and the names and formats of files that were captured.

CREATE TABLE attached(
  -- one row per file that a page carries, in page order
  capture_id INTEGER NOT NULL REFERENCES capture, -- the page: the capture that brought its bytes
  position INTEGER NOT NULL, -- from 0
  address TEXT NOT NULL, -- of the file, without fragment, as address.url
  name TEXT NOT NULL, -- as the page names it; '' where it does not
  PRIMARY KEY (capture_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX attached_address ON attached(address, capture_id);

CREATE TABLE file(
  -- one row per captured attachment with a body, and page that came under a file's name
  capture_id INTEGER PRIMARY KEY REFERENCES capture,
  name TEXT, -- as it was sent: by Content-Disposition, link or address
  media TEXT -- its format, by the bytes first
) STRICT;
