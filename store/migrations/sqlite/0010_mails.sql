-- The outbox: what is to be mailed, written in the transaction of what it tells
-- of. Its words are made when it is sent.
CREATE TABLE mails (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	kind       TEXT NOT NULL CHECK (kind <> ''),
	once       TEXT UNIQUE CHECK (once <> ''),     -- NULL = any number
	sale_id    INTEGER NOT NULL,                   -- 0 = none, as the next ones
	lot_id     INTEGER NOT NULL,
	seq        INTEGER NOT NULL,
	paddle     TEXT NOT NULL,
	user_id    INTEGER NOT NULL,
	email      TEXT NOT NULL,
	ref        INTEGER NOT NULL,
	data       TEXT NOT NULL,
	due_at     INTEGER NOT NULL,
	until_at   INTEGER NOT NULL,
	at         INTEGER NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dropped', 'failed')),
	lease_at   INTEGER NOT NULL,                   -- a sender has it until then
	tries      INTEGER NOT NULL,
	fails      INTEGER NOT NULL,
	error      TEXT NOT NULL,
	done_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX mails_due ON mails (due_at) WHERE state = 'waiting';
CREATE INDEX mails_done ON mails (done_at) WHERE state <> 'waiting';
-- One mail of a kind for one event and paddle, and the way to the earlier ones.
CREATE UNIQUE INDEX mails_event ON mails (lot_id, paddle, kind, seq) WHERE lot_id <> 0;

-- What somebody wants no mails about.
CREATE TABLE mail_stops (
	user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	topic   TEXT NOT NULL CHECK (topic <> ''),
	PRIMARY KEY (user_id, topic)
) STRICT, WITHOUT ROWID;
