-- Words: _at = milliseconds UTC, 0 = never; _ms = milliseconds; money = whole
-- minor units, 0 = none; *_key = folded text to sort, match or search by.

CREATE TABLE users (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	email      TEXT UNIQUE CHECK (email <> ''), -- NULL = a guest who gave none
	name       TEXT NOT NULL,
	role       TEXT NOT NULL CHECK (role IN ('bidder', 'clerk', 'organiser', 'owner')),
	password   TEXT NOT NULL,                   -- '' = cannot sign in by password
	created_at INTEGER NOT NULL CHECK (created_at >= 0)
) STRICT;

CREATE TABLE sessions (
	token      BLOB PRIMARY KEY CHECK (length(token) = 32),
	user_id    INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	by_link    INTEGER NOT NULL CHECK (by_link IN (0, 1)),
	until_at   INTEGER NOT NULL,
	created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_until ON sessions (until_at);

CREATE TABLE sales (
	id           INTEGER PRIMARY KEY AUTOINCREMENT,
	slug         TEXT NOT NULL UNIQUE CHECK (slug <> ''),
	title        TEXT NOT NULL,
	intro        TEXT NOT NULL,
	conditions   TEXT NOT NULL,
	currency     TEXT NOT NULL,
	symbol       TEXT NOT NULL,
	digits       INTEGER NOT NULL CHECK (digits >= 0),
	zone         TEXT NOT NULL,
	published    INTEGER NOT NULL CHECK (published IN (0, 1)),
	opens_at     INTEGER NOT NULL,
	closes_at    INTEGER NOT NULL,
	stagger_ms   INTEGER NOT NULL CHECK (stagger_ms >= 0),
	window_ms    INTEGER NOT NULL CHECK (window_ms >= 0),
	extension_ms INTEGER NOT NULL CHECK (extension_ms >= 0),
	latest_at    INTEGER NOT NULL,
	steps        TEXT NOT NULL CHECK (json_valid(steps)),
	steps_name   TEXT NOT NULL,
	approval     INTEGER NOT NULL CHECK (approval IN (0, 1)),
	paused_at    INTEGER NOT NULL
) STRICT;

-- The state comes first and the long words last: SQLite reads a row from its
-- front, and deciding about a bid needs no description.
CREATE TABLE lots (
	id           INTEGER PRIMARY KEY AUTOINCREMENT,
	sale_id      INTEGER NOT NULL REFERENCES sales (id),
	state        TEXT NOT NULL CHECK (state IN ('upcoming', 'open', 'sold', 'passed', 'withdrawn')),
	seq          INTEGER NOT NULL CHECK (seq >= 0),
	at           INTEGER NOT NULL,
	hash         BLOB NOT NULL CHECK (length(hash) = 32),
	opens_at     INTEGER NOT NULL,
	closes_at    INTEGER NOT NULL,
	price        INTEGER NOT NULL CHECK (price >= 0),
	lead         TEXT NOT NULL,
	max          INTEGER NOT NULL CHECK (max >= 0),
	max_at       INTEGER NOT NULL,
	bids         INTEGER NOT NULL CHECK (bids >= 0),
	extended     INTEGER NOT NULL CHECK (extended >= 0),
	extended_at  INTEGER NOT NULL,
	hammer       INTEGER NOT NULL CHECK (hammer >= 0),
	paused_at    INTEGER NOT NULL,
	held         INTEGER NOT NULL CHECK (held IN (0, 1)),
	latest_shift_ms INTEGER NOT NULL,
	opening      INTEGER NOT NULL CHECK (opening >= 0),
	reserve      INTEGER NOT NULL CHECK (reserve >= 0),
	buy_now      INTEGER NOT NULL CHECK (buy_now >= 0),
	window_ms    INTEGER NOT NULL CHECK (window_ms >= 0),
	extension_ms INTEGER NOT NULL CHECK (extension_ms >= 0),
	latest_at    INTEGER NOT NULL,
	lot_group    TEXT NOT NULL,
	steps        TEXT NOT NULL CHECK (json_valid(steps)),
	number       TEXT NOT NULL CHECK (number <> ''),
	number_key   TEXT NOT NULL,
	unnumbered   INTEGER NOT NULL CHECK (unnumbered IN (0, 1)), -- came without a number and was given one
	estimate_low INTEGER NOT NULL CHECK (estimate_low >= 0),
	estimate_high INTEGER NOT NULL CHECK (estimate_high >= 0),
	category     TEXT NOT NULL,
	consignor    TEXT NOT NULL,
	consignor_key TEXT NOT NULL,
	title        TEXT NOT NULL,
	subtitle     TEXT NOT NULL,
	description  TEXT NOT NULL,
	search_key   TEXT NOT NULL,
	UNIQUE (sale_id, number)
) STRICT;
CREATE INDEX lots_order ON lots (sale_id, number_key, id);
CREATE INDEX lots_lead ON lots (sale_id, lead);
CREATE INDEX lots_opening ON lots (opens_at) WHERE state = 'upcoming';
CREATE INDEX lots_closing ON lots (closes_at) WHERE state = 'open';

CREATE TABLE photos (
	name   TEXT PRIMARY KEY CHECK (name <> ''),
	lot_id INTEGER NOT NULL REFERENCES lots (id) ON DELETE CASCADE,
	ext    TEXT NOT NULL,
	width  INTEGER NOT NULL CHECK (width >= 0),
	height INTEGER NOT NULL CHECK (height >= 0),
	alt    TEXT NOT NULL,
	place  INTEGER NOT NULL
) STRICT;
CREATE INDEX photos_lot ON photos (lot_id, place);

CREATE TABLE paddles (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	sale_id    INTEGER NOT NULL REFERENCES sales (id),
	user_id    INTEGER NOT NULL REFERENCES users (id),
	paddle     TEXT NOT NULL CHECK (paddle <> ''),
	paddle_key TEXT NOT NULL,
	paddle_no  INTEGER,                         -- NULL = not a whole number
	name       TEXT NOT NULL,
	name_key   TEXT NOT NULL,
	approved   INTEGER NOT NULL CHECK (approved IN (0, 1)),
	spending_limit INTEGER NOT NULL CHECK (spending_limit >= 0),
	epoch      INTEGER NOT NULL,
	created_at INTEGER NOT NULL,
	UNIQUE (sale_id, paddle),
	UNIQUE (sale_id, user_id)
) STRICT;
CREATE INDEX paddles_number ON paddles (sale_id, paddle_no);

CREATE TABLE events (
	lot_id    INTEGER NOT NULL REFERENCES lots (id),
	seq       INTEGER NOT NULL CHECK (seq > 0),
	at        INTEGER NOT NULL,
	kind      TEXT NOT NULL CHECK (kind <> ''),
	paddle    TEXT NOT NULL,
	amount    INTEGER NOT NULL CHECK (amount >= 0),
	automatic INTEGER NOT NULL CHECK (automatic IN (0, 1)),
	price     INTEGER NOT NULL CHECK (price >= 0),
	lead      TEXT NOT NULL,
	closes_at INTEGER NOT NULL,
	ref       INTEGER NOT NULL,
	reason    TEXT NOT NULL,
	from_at   INTEGER NOT NULL,
	held      INTEGER NOT NULL CHECK (held IN (0, 1)),
	seal      BLOB NOT NULL CHECK (length(seal) = 32),
	hash      BLOB NOT NULL CHECK (length(hash) = 32),
	prev      BLOB NOT NULL CHECK (length(prev) = 32),
	nonce     BLOB CHECK (length(nonce) = 16),    -- lot.opened only: salts the seal
	terms     TEXT CHECK (json_valid(terms)),     -- lot.opened only: as they were then
	PRIMARY KEY (lot_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;

-- Rows are appended, and only the small index of keys is written all over: with
-- the rows themselves ordered by key, every bid of a crowd dirties another page.
CREATE TABLE bids (
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
	UNIQUE (lot_id, paddle, key)
) STRICT;
CREATE UNIQUE INDEX bids_seq ON bids (lot_id, seq) WHERE seq IS NOT NULL;

CREATE TABLE settings (
	key   TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE heartbeat (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	at INTEGER NOT NULL
) STRICT;
