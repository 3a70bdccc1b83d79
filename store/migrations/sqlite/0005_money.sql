-- What is owed and paid, and what is done about lots that passed. What was
-- written down is never changed: a mistake is undone, once, and the row stays.
-- by_id NULL = the bidder; undone_at 0 = it stands.

CREATE TABLE payments (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	sale_id    INTEGER NOT NULL,
	paddle     TEXT NOT NULL,
	amount     INTEGER NOT NULL CHECK (amount > 0),
	method     TEXT NOT NULL CHECK (method IN ('cash', 'card', 'transfer', 'other')),
	note       TEXT NOT NULL,
	key        TEXT NOT NULL CHECK (key <> ''),
	at         INTEGER NOT NULL,
	by_id      INTEGER REFERENCES users (id),
	undone_at  INTEGER NOT NULL DEFAULT 0,
	undone_by  INTEGER REFERENCES users (id),
	undone_why TEXT NOT NULL DEFAULT '',
	UNIQUE (sale_id, key),
	FOREIGN KEY (sale_id, paddle) REFERENCES paddles (sale_id, paddle)
) STRICT;
CREATE INDEX payments_paddle ON payments (sale_id, paddle);

CREATE TRIGGER payments_are_never_removed BEFORE DELETE ON payments
BEGIN SELECT RAISE(ABORT, 'payments are undone, not removed'); END;
CREATE TRIGGER payments_are_never_changed BEFORE UPDATE ON payments
WHEN OLD.undone_at <> 0 OR NEW.id <> OLD.id OR NEW.sale_id <> OLD.sale_id OR NEW.paddle <> OLD.paddle
	OR NEW.amount <> OLD.amount OR NEW.method <> OLD.method OR NEW.note <> OLD.note OR NEW.key <> OLD.key
	OR NEW.at <> OLD.at OR NEW.by_id IS NOT OLD.by_id
BEGIN SELECT RAISE(ABORT, 'a payment is undone once, and else not changed'); END;

-- The fund-a-need of a sale. levels = JSON list of amounts.
CREATE TABLE appeals (
	sale_id INTEGER PRIMARY KEY REFERENCES sales (id),
	title   TEXT NOT NULL,
	words   TEXT NOT NULL,
	goal    INTEGER NOT NULL CHECK (goal >= 0),
	levels  TEXT NOT NULL CHECK (json_valid(levels)),
	open    INTEGER NOT NULL CHECK (open IN (0, 1))
) STRICT;

CREATE TABLE donations (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	sale_id    INTEGER NOT NULL,
	paddle     TEXT NOT NULL,
	amount     INTEGER NOT NULL CHECK (amount > 0),
	giving     TEXT NOT NULL CHECK (giving IN ('appeal', 'checkout')),
	key        TEXT NOT NULL CHECK (key <> ''),
	at         INTEGER NOT NULL,
	by_id      INTEGER REFERENCES users (id),
	undone_at  INTEGER NOT NULL DEFAULT 0,
	undone_by  INTEGER REFERENCES users (id),
	undone_why TEXT NOT NULL DEFAULT '',
	UNIQUE (sale_id, key),
	FOREIGN KEY (sale_id, paddle) REFERENCES paddles (sale_id, paddle)
) STRICT;
CREATE INDEX donations_paddle ON donations (sale_id, paddle);

CREATE TRIGGER donations_are_never_removed BEFORE DELETE ON donations
BEGIN SELECT RAISE(ABORT, 'donations are undone, not removed'); END;
CREATE TRIGGER donations_are_never_changed BEFORE UPDATE ON donations
WHEN OLD.undone_at <> 0 OR NEW.id <> OLD.id OR NEW.sale_id <> OLD.sale_id OR NEW.paddle <> OLD.paddle
	OR NEW.amount <> OLD.amount OR NEW.giving <> OLD.giving OR NEW.key <> OLD.key
	OR NEW.at <> OLD.at OR NEW.by_id IS NOT OLD.by_id
BEGIN SELECT RAISE(ABORT, 'a donation is undone once, and else not changed'); END;

-- Lots given to their buyers.
CREATE TABLE handovers (
	id        INTEGER PRIMARY KEY AUTOINCREMENT,
	lot_id    INTEGER NOT NULL REFERENCES lots (id),
	at        INTEGER NOT NULL,
	by_id     INTEGER NOT NULL REFERENCES users (id),
	undone_at INTEGER NOT NULL DEFAULT 0,
	undone_by INTEGER REFERENCES users (id)
) STRICT;
CREATE UNIQUE INDEX handovers_lot ON handovers (lot_id) WHERE undone_at = 0;

CREATE TABLE after_acts (
	lot_id   INTEGER NOT NULL REFERENCES lots (id),
	n        INTEGER NOT NULL CHECK (n > 0),
	at       INTEGER NOT NULL,
	kind     TEXT NOT NULL CHECK (kind IN ('accepted', 'offered', 'taken', 'refused', 'dropped', 'relisted')),
	paddle   TEXT NOT NULL,
	price    INTEGER NOT NULL CHECK (price >= 0),
	until_at INTEGER NOT NULL,
	ref      INTEGER NOT NULL,
	by_id    INTEGER REFERENCES users (id),
	reason   TEXT NOT NULL,
	PRIMARY KEY (lot_id, n)
) STRICT, WITHOUT ROWID;
-- A lot is sold once.
CREATE UNIQUE INDEX after_acts_sold ON after_acts (lot_id) WHERE kind IN ('accepted', 'taken');

CREATE TRIGGER after_acts_are_never_changed BEFORE UPDATE ON after_acts
BEGIN SELECT RAISE(ABORT, 'acts after the sale are append-only'); END;
CREATE TRIGGER after_acts_are_never_removed BEFORE DELETE ON after_acts
BEGIN SELECT RAISE(ABORT, 'acts after the sale are append-only'); END;
