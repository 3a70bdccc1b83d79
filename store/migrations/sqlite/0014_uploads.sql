-- Spreadsheets between their preview and the word to go on, for half an hour:
-- whichever process has the confirmation finds the file here.
CREATE TABLE uploads (
	token    BLOB PRIMARY KEY CHECK (length(token) = 32), -- SHA-256 of what the page sends back
	user_id  INTEGER NOT NULL REFERENCES users (id),
	sale_id  INTEGER NOT NULL REFERENCES sales (id),
	what     TEXT NOT NULL CHECK (what <> ''),
	name     TEXT NOT NULL,
	data     BLOB NOT NULL,
	until_at INTEGER NOT NULL
) STRICT;
CREATE INDEX uploads_until ON uploads (until_at);
