-- The paddle whose link a session came by: it acts as that one alone. Sessions
-- of before that came by a link are told to open it again.
ALTER TABLE sessions ADD COLUMN holder_id INTEGER NOT NULL DEFAULT 0;
DELETE FROM sessions WHERE by_link;
