-- The second step at sign-in: the secret that an authenticator app has too.
CREATE TABLE second_steps (
	user_id BIGINT PRIMARY KEY REFERENCES users (id),
	secret  BYTEA NOT NULL CHECK (length(secret) = 20),
	at      BIGINT NOT NULL, -- since when
	used    BIGINT NOT NULL  -- the newest 30 seconds whose code was used, counted from 1970
);
-- Codes for who has lost the app, each good once.
CREATE TABLE spare_codes (
	user_id BIGINT NOT NULL REFERENCES users (id),
	hash    BYTEA NOT NULL CHECK (length(hash) = 32), -- SHA-256 of 120 random bits
	PRIMARY KEY (user_id, hash)
);
