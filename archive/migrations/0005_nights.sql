-- What a crawl needs to know of the nights before: hosts that rest, and answers that repeated the last one's content in
-- other bytes.

CREATE TABLE host_rest(
  -- one row per host that had to rest in the last run that asked it
  host TEXT PRIMARY KEY, -- name, with the port where it is not a standard one
  until TEXT NOT NULL, -- it is not asked before
  failures INTEGER NOT NULL, -- runs in a row in which it had to rest
  outcome TEXT NOT NULL, -- of the answer that made it rest
  reason TEXT NOT NULL, -- in words
  since TEXT NOT NULL -- first of those runs
) STRICT, WITHOUT ROWID;

ALTER TABLE capture ADD COLUMN received TEXT /* SHA-256 of the body as it was sent, where only the page's frame (a counter,
  a nonce) differed from the last answer: that one's bytes are kept, and sha256 and bytes are theirs. NULL elsewhere */;
