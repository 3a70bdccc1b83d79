-- Spreadsheets between their preview and the word to go on, for half an hour:
-- whichever process has the confirmation finds the file here.
CREATE TABLE uploads (
	token    BYTEA PRIMARY KEY CHECK (length(token) = 32), -- SHA-256 of what the page sends back
	user_id  BIGINT NOT NULL REFERENCES users (id),
	sale_id  BIGINT NOT NULL REFERENCES sales (id),
	what     TEXT NOT NULL CHECK (what <> ''),
	name     TEXT NOT NULL,
	data     BYTEA NOT NULL,
	until_at BIGINT NOT NULL
);
CREATE INDEX uploads_until ON uploads (until_at);
