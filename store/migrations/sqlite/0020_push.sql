-- Browsers that people want to be told on. Each belongs to the session that it
-- was signed in with: who signs out there is not told there any more.
CREATE TABLE push_subscriptions (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	user_id  INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	session  BLOB NOT NULL UNIQUE REFERENCES sessions (token) ON DELETE CASCADE,
	endpoint TEXT NOT NULL UNIQUE CHECK (endpoint <> ''),
	p256dh   BLOB NOT NULL CHECK (length(p256dh) = 65),
	auth     BLOB NOT NULL CHECK (length(auth) = 16),
	at       INTEGER NOT NULL
) STRICT;
CREATE INDEX push_subscriptions_user ON push_subscriptions (user_id);

-- What they are to be told, one row a browser, written in the transaction of
-- what it tells of. Its words are made when it is sent.
CREATE TABLE pushes (
	id              INTEGER PRIMARY KEY AUTOINCREMENT,
	subscription_id INTEGER NOT NULL REFERENCES push_subscriptions (id) ON DELETE CASCADE,
	kind            TEXT NOT NULL CHECK (kind <> ''),
	sale_id         INTEGER NOT NULL,
	lot_id          INTEGER NOT NULL,
	seq             INTEGER NOT NULL,                  -- 0 = of no event
	due_at          INTEGER NOT NULL,
	until_at        INTEGER NOT NULL,
	at              INTEGER NOT NULL,
	state           TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dropped', 'failed')),
	lease_at        INTEGER NOT NULL,                  -- a sender has it until then
	tries           INTEGER NOT NULL,
	fails           INTEGER NOT NULL,
	error           TEXT NOT NULL,
	done_at         INTEGER NOT NULL,
	UNIQUE (subscription_id, kind, lot_id, seq)        -- nobody is told twice
) STRICT;
CREATE INDEX pushes_due ON pushes (due_at) WHERE state = 'waiting';
CREATE INDEX pushes_done ON pushes (done_at) WHERE state <> 'waiting';

-- A rehearsal tells no phone, whoever writes the message.
CREATE TRIGGER rehearsals_tell_no_phones BEFORE INSERT ON pushes
WHEN EXISTS (SELECT 1 FROM sales WHERE id = NEW.sale_id AND rehearses <> 0)
BEGIN SELECT RAISE(IGNORE); END;
