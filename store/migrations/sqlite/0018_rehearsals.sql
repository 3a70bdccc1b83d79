-- A rehearsal is a sale of which nothing counts: a copy of a sale, bid on by
-- bots, and wiped afterwards. What a sale is it stays: nobody can make one that
-- counts a rehearsal and wipe it, nor the other way round.
ALTER TABLE sales ADD COLUMN rehearses INTEGER NOT NULL DEFAULT 0 CHECK (rehearses >= 0); -- id of the sale that it is a rehearsal of, 0 = it counts
ALTER TABLE sales ADD COLUMN guests_after INTEGER NOT NULL DEFAULT 0; -- of a rehearsal: users with a higher id came after it was made
ALTER TABLE sales ADD COLUMN bots_by TEXT NOT NULL DEFAULT '';        -- the process that runs its bots …
ALTER TABLE sales ADD COLUMN bots_until INTEGER NOT NULL DEFAULT 0;   -- … and is taken to be alive until then
CREATE UNIQUE INDEX sales_rehearses ON sales (rehearses) WHERE rehearses <> 0; -- one at a time

CREATE TRIGGER rehearsals_stay BEFORE UPDATE OF id, rehearses ON sales
WHEN NEW.rehearses <> OLD.rehearses OR NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'a sale is a rehearsal from its beginning or never'); END;
CREATE TRIGGER rehearsals_are_not_put_over BEFORE INSERT ON sales
WHEN EXISTS (SELECT 1 FROM sales WHERE id = NEW.id AND rehearses <> NEW.rehearses)
BEGIN SELECT RAISE(ABORT, 'a sale is a rehearsal from its beginning or never'); END;
CREATE TRIGGER sales_are_never_removed BEFORE DELETE ON sales
WHEN OLD.rehearses = 0
BEGIN SELECT RAISE(ABORT, 'a sale that counts is not removed'); END;
CREATE TRIGGER lots_never_move BEFORE UPDATE OF id, sale_id ON lots
WHEN NEW.sale_id <> OLD.sale_id OR NEW.id <> OLD.id
BEGIN SELECT RAISE(ABORT, 'a lot stays in its sale'); END;

-- What is never removed goes with a rehearsal, and with nothing else.
DROP TRIGGER events_are_never_removed;
CREATE TRIGGER events_are_never_removed BEFORE DELETE ON events
WHEN NOT EXISTS (SELECT 1 FROM lots l JOIN sales s ON s.id = l.sale_id WHERE l.id = OLD.lot_id AND s.rehearses <> 0)
BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
DROP TRIGGER after_acts_are_never_removed;
CREATE TRIGGER after_acts_are_never_removed BEFORE DELETE ON after_acts
WHEN NOT EXISTS (SELECT 1 FROM lots l JOIN sales s ON s.id = l.sale_id WHERE l.id = OLD.lot_id AND s.rehearses <> 0)
BEGIN SELECT RAISE(ABORT, 'acts after the sale are append-only'); END;
DROP TRIGGER acts_are_never_removed;
CREATE TRIGGER acts_are_never_removed BEFORE DELETE ON acts
WHEN NOT EXISTS (SELECT 1 FROM sales WHERE id = OLD.sale_id AND rehearses <> 0)
BEGIN SELECT RAISE(ABORT, 'acts are append-only'); END;
DROP TRIGGER payments_are_never_removed;
CREATE TRIGGER payments_are_never_removed BEFORE DELETE ON payments
WHEN NOT EXISTS (SELECT 1 FROM sales WHERE id = OLD.sale_id AND rehearses <> 0)
BEGIN SELECT RAISE(ABORT, 'payments are undone, not removed'); END;
DROP TRIGGER donations_are_never_removed;
CREATE TRIGGER donations_are_never_removed BEFORE DELETE ON donations
WHEN NOT EXISTS (SELECT 1 FROM sales WHERE id = OLD.sale_id AND rehearses <> 0)
BEGIN SELECT RAISE(ABORT, 'donations are undone, not removed'); END;

-- A rehearsal mails nobody, whoever writes the mail.
CREATE TRIGGER rehearsals_send_no_mails BEFORE INSERT ON mails
WHEN EXISTS (SELECT 1 FROM sales WHERE id = NEW.sale_id AND rehearses <> 0)
	OR EXISTS (SELECT 1 FROM lots l JOIN sales s ON s.id = l.sale_id WHERE l.id = NEW.lot_id AND s.rehearses <> 0)
BEGIN SELECT RAISE(IGNORE); END;

-- A picture may hang on the same lot of several sales: its files are there once.
CREATE TABLE shared_photos (
	name   TEXT NOT NULL CHECK (name <> ''),
	lot_id INTEGER NOT NULL REFERENCES lots (id) ON DELETE CASCADE,
	ext    TEXT NOT NULL,
	width  INTEGER NOT NULL CHECK (width >= 0),
	height INTEGER NOT NULL CHECK (height >= 0),
	alt    TEXT NOT NULL,
	place  INTEGER NOT NULL,
	PRIMARY KEY (name, lot_id)
) STRICT;
INSERT INTO shared_photos (name, lot_id, ext, width, height, alt, place)
	SELECT name, lot_id, ext, width, height, alt, place FROM photos ORDER BY rowid;
DROP TABLE photos;
ALTER TABLE shared_photos RENAME TO photos;
CREATE INDEX photos_lot ON photos (lot_id, place);
