-- When somebody showed that the address of their account is theirs; 0 = not yet.
ALTER TABLE users ADD COLUMN verified_at INTEGER NOT NULL DEFAULT 0;

-- Links that were asked for by mail: each is good once and for a while. What is
-- mailed follows from the row and the house's secret, and is kept nowhere.
CREATE TABLE links (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	purpose    TEXT NOT NULL CHECK (purpose <> ''),
	user_id    INTEGER NOT NULL,            -- 0 = whoever has the address
	email      TEXT NOT NULL CHECK (email <> ''),
	name       TEXT NOT NULL,
	sale_id    INTEGER NOT NULL,            -- 0 = none
	next       TEXT NOT NULL,
	created_at INTEGER NOT NULL,
	until_at   INTEGER NOT NULL,
	used_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX links_until ON links (until_at);

-- Who agreed to which words of a sale, and when.
CREATE TABLE conditions (
	hash BLOB PRIMARY KEY CHECK (length(hash) = 32), -- SHA-256 of the words
	words TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE agreements (
	sale_id INTEGER NOT NULL REFERENCES sales (id),
	user_id INTEGER NOT NULL REFERENCES users (id),
	hash    BLOB NOT NULL REFERENCES conditions (hash),
	at      INTEGER NOT NULL,
	PRIMARY KEY (sale_id, user_id)
) STRICT, WITHOUT ROWID;

-- Who may get a paddle in a sale by invitation.
CREATE TABLE invitations (
	sale_id INTEGER NOT NULL REFERENCES sales (id),
	email   TEXT NOT NULL CHECK (email <> ''),
	at      INTEGER NOT NULL,
	PRIMARY KEY (sale_id, email)
) STRICT, WITHOUT ROWID;

-- Lots that somebody keeps an eye on.
CREATE TABLE watches (
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	lot_id  INTEGER NOT NULL REFERENCES lots (id) ON DELETE CASCADE,
	at      INTEGER NOT NULL,
	PRIMARY KEY (user_id, lot_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX watches_lot ON watches (lot_id);

-- What the organiser wrote to the bidders of a sale.
CREATE TABLE letters (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	sale_id INTEGER NOT NULL REFERENCES sales (id),
	by_id   INTEGER NOT NULL,
	key     TEXT NOT NULL UNIQUE CHECK (key <> ''),
	subject TEXT NOT NULL,
	words   TEXT NOT NULL,
	at      INTEGER NOT NULL
) STRICT;
CREATE INDEX mails_ref ON mails (sale_id, ref) WHERE ref <> 0;
