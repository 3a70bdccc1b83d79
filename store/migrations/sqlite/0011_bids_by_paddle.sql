-- The keys of bids are sorted by paddle first, so that a page finds the bids of
-- one person without looking through all lots. A bid costs the same: it is the
-- same index in another order. That of the events has refused bids too by now,
-- so that those of one lot are found by it.
CREATE TABLE bids_by_paddle (
	id     INTEGER PRIMARY KEY, -- in the order they were taken in
	lot_id INTEGER NOT NULL REFERENCES lots (id),
	paddle TEXT NOT NULL,
	key    TEXT NOT NULL,
	amount INTEGER NOT NULL,
	kind   TEXT NOT NULL,
	nonce  BLOB NOT NULL CHECK (length(nonce) = 16),
	at     INTEGER NOT NULL,
	seq    INTEGER CHECK (seq > 0),               -- NULL = refused
	voided INTEGER NOT NULL DEFAULT 0 CHECK (voided IN (0, 1)),
	answer TEXT NOT NULL,
	UNIQUE (paddle, lot_id, key)
) STRICT;
INSERT INTO bids_by_paddle (id, lot_id, paddle, key, amount, kind, nonce, at, seq, voided, answer)
	SELECT id, lot_id, paddle, key, amount, kind, nonce, at, seq, voided, answer FROM bids ORDER BY id;
DROP TABLE bids;
ALTER TABLE bids_by_paddle RENAME TO bids;
CREATE UNIQUE INDEX bids_seq ON bids (lot_id, seq);
