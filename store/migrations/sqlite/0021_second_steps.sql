-- The second step at sign-in: the secret that an authenticator app has too.
CREATE TABLE second_steps (
	user_id INTEGER PRIMARY KEY REFERENCES users (id),
	secret  BLOB NOT NULL CHECK (length(secret) = 20),
	at      INTEGER NOT NULL, -- since when
	used    INTEGER NOT NULL  -- the newest 30 seconds whose code was used, counted from 1970
) STRICT;
-- Codes for who has lost the app, each good once.
CREATE TABLE spare_codes (
	user_id INTEGER NOT NULL REFERENCES users (id),
	hash    BLOB NOT NULL CHECK (length(hash) = 32), -- SHA-256 of 120 random bits
	PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;
