-- What staff did, to be looked up afterwards. It is added to and never changed.
CREATE TABLE acts (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	at      INTEGER NOT NULL,
	sale_id INTEGER NOT NULL, -- 0 = of the house
	lot_id  INTEGER NOT NULL, -- 0 = of no lot; the lot may be gone
	seq     INTEGER NOT NULL, -- of the lot's event that it made, 0 = none
	ref     INTEGER NOT NULL, -- what else it is about, such as an absentee bid, 0 = nothing
	user_id INTEGER NOT NULL, -- 0 = the house itself
	kind    TEXT NOT NULL CHECK (kind <> ''),
	paddle  TEXT NOT NULL,
	what    TEXT NOT NULL,    -- in words; never a maximum or a reserve
	why     TEXT NOT NULL
) STRICT;
CREATE INDEX acts_sale ON acts (sale_id, id);

CREATE TRIGGER acts_are_never_changed BEFORE UPDATE ON acts
BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END;
CREATE TRIGGER acts_are_never_removed BEFORE DELETE ON acts
BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END;

-- Maxima left before a lot opens. They are entered, in the order of their ids,
-- when it does.
CREATE TABLE absentee_bids (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	lot_id  INTEGER NOT NULL REFERENCES lots (id) ON DELETE CASCADE,
	paddle  TEXT NOT NULL,
	key     TEXT NOT NULL,
	amount  INTEGER NOT NULL CHECK (amount > 0),
	at      INTEGER NOT NULL,
	gone_at INTEGER NOT NULL, -- taken back before the lot opened; 0 = it stands
	UNIQUE (lot_id, paddle, key)
) STRICT;

-- What all pages of a sale say at the moment.
CREATE TABLE announcements (
	sale_id   INTEGER PRIMARY KEY REFERENCES sales (id),
	seq       INTEGER NOT NULL CHECK (seq > 0), -- counts the changes
	at        INTEGER NOT NULL,
	message   TEXT NOT NULL,    -- '' = none
	closes_at INTEGER NOT NULL  -- the close that was announced for all open lots; 0 = none
) STRICT;

-- Since when a paddle's bids are refused; 0 = they are taken.
ALTER TABLE paddles ADD COLUMN blocked_at INTEGER NOT NULL DEFAULT 0;
