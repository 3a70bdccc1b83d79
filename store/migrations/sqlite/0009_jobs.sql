-- Work that goes on by itself, and how far it is.
CREATE TABLE jobs (
	id         INTEGER PRIMARY KEY AUTOINCREMENT,
	sale_id    INTEGER NOT NULL REFERENCES sales (id),
	what       TEXT NOT NULL,
	total      INTEGER NOT NULL CHECK (total >= 0),
	done       INTEGER NOT NULL CHECK (done >= 0),
	problems   TEXT NOT NULL,
	started_at INTEGER NOT NULL,
	seen_at    INTEGER NOT NULL,
	ended_at   INTEGER NOT NULL -- 0 = at work
) STRICT;
CREATE INDEX jobs_sale ON jobs (sale_id, id);
