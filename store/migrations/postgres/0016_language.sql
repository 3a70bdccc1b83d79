-- The language that somebody has chosen to read, for their mails; '' = none.
ALTER TABLE users ADD COLUMN lang TEXT NOT NULL DEFAULT '';
