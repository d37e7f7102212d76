-- Version 3: the files in captured containers (zip, rar) are captures of their own.

ALTER TABLE capture ADD COLUMN member_of INTEGER REFERENCES capture; -- of a file in a container: the container's capture
CREATE INDEX capture_member ON capture(member_of, capture_id) WHERE member_of IS NOT NULL;
