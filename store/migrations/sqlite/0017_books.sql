-- When invoices are to be paid, and whether payments are told of by mail.
ALTER TABLE sales ADD COLUMN due_days INTEGER NOT NULL DEFAULT 0 CHECK (due_days >= 0); -- 0 = no date
ALTER TABLE sales ADD COLUMN no_receipts INTEGER NOT NULL DEFAULT 0 CHECK (no_receipts IN (0, 1));

-- What work that goes on by itself is about, and the file that it made, for a day.
ALTER TABLE jobs ADD COLUMN kind TEXT NOT NULL DEFAULT 'photos' CHECK (kind IN ('photos', 'pack', 'reminders'));
CREATE TABLE job_files (
	job_id   INTEGER PRIMARY KEY REFERENCES jobs (id),
	name     TEXT NOT NULL CHECK (name <> ''),
	data     BLOB NOT NULL,
	until_at INTEGER NOT NULL
) STRICT;
