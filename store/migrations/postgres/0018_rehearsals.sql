-- A rehearsal is a sale of which nothing counts: a copy of a sale, bid on by
-- bots, and wiped afterwards. What a sale is it stays: nobody can make one that
-- counts a rehearsal and wipe it, nor the other way round.
ALTER TABLE sales ADD COLUMN rehearses BIGINT NOT NULL DEFAULT 0 CHECK (rehearses >= 0); -- id of the sale that it is a rehearsal of, 0 = it counts
ALTER TABLE sales ADD COLUMN guests_after BIGINT NOT NULL DEFAULT 0; -- of a rehearsal: users with a higher id came after it was made
ALTER TABLE sales ADD COLUMN bots_by TEXT NOT NULL DEFAULT '';       -- the process that runs its bots …
ALTER TABLE sales ADD COLUMN bots_until BIGINT NOT NULL DEFAULT 0;   -- … and is taken to be alive until then
CREATE UNIQUE INDEX sales_rehearses ON sales (rehearses) WHERE rehearses <> 0; -- one at a time

CREATE FUNCTION rehearsals_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'UPDATE' THEN
		IF NEW.rehearses <> OLD.rehearses OR NEW.id <> OLD.id THEN
			RAISE EXCEPTION 'a sale is a rehearsal from its beginning or never';
		END IF;
		RETURN NEW;
	END IF;
	IF OLD.rehearses = 0 THEN
		RAISE EXCEPTION 'a sale that counts is not removed';
	END IF;
	RETURN OLD;
END $$;
CREATE TRIGGER rehearsals_stay BEFORE UPDATE OR DELETE ON sales
FOR EACH ROW EXECUTE FUNCTION rehearsals_stay();

CREATE FUNCTION lots_never_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.sale_id <> OLD.sale_id OR NEW.id <> OLD.id THEN
		RAISE EXCEPTION 'a lot stays in its sale';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER lots_never_move BEFORE UPDATE OF id, sale_id ON lots
FOR EACH ROW EXECUTE FUNCTION lots_never_move();

-- What is never removed goes with a rehearsal, and with nothing else.
CREATE OR REPLACE FUNCTION events_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		IF EXISTS (SELECT 1 FROM lots l JOIN sales s ON s.id = l.sale_id WHERE l.id = OLD.lot_id AND s.rehearses <> 0) THEN
			RETURN OLD;
		END IF;
	END IF;
	RAISE EXCEPTION 'events are append-only';
END $$;
CREATE OR REPLACE FUNCTION after_acts_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		IF EXISTS (SELECT 1 FROM lots l JOIN sales s ON s.id = l.sale_id WHERE l.id = OLD.lot_id AND s.rehearses <> 0) THEN
			RETURN OLD;
		END IF;
	END IF;
	RAISE EXCEPTION 'acts after the sale are append-only';
END $$;
CREATE OR REPLACE FUNCTION acts_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		IF EXISTS (SELECT 1 FROM sales WHERE id = OLD.sale_id AND rehearses <> 0) THEN
			RETURN OLD;
		END IF;
	END IF;
	RAISE EXCEPTION 'acts are append-only';
END $$;
CREATE OR REPLACE FUNCTION undone_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'DELETE' THEN
		IF EXISTS (SELECT 1 FROM sales WHERE id = OLD.sale_id AND rehearses <> 0) THEN
			RETURN OLD;
		END IF;
	END IF;
	IF TG_OP = 'DELETE' OR OLD.undone_at <> 0
		OR to_jsonb(NEW) - '{undone_at,undone_by,undone_why}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{undone_at,undone_by,undone_why}'::text[] THEN
		RAISE EXCEPTION '% are undone once, and else neither changed nor removed', TG_TABLE_NAME;
	END IF;
	RETURN NEW;
END $$;

-- A rehearsal mails nobody, whoever writes the mail.
CREATE FUNCTION rehearsals_send_no_mails() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT 1 FROM sales WHERE id = NEW.sale_id AND rehearses <> 0)
		OR EXISTS (SELECT 1 FROM lots l JOIN sales s ON s.id = l.sale_id WHERE l.id = NEW.lot_id AND s.rehearses <> 0) THEN
		RETURN NULL;
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER rehearsals_send_no_mails BEFORE INSERT ON mails
FOR EACH ROW EXECUTE FUNCTION rehearsals_send_no_mails();

-- A picture may hang on the same lot of several sales: its files are there once.
ALTER TABLE photos DROP CONSTRAINT photos_pkey, ADD PRIMARY KEY (name, lot_id);
