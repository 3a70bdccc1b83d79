-- Tries of second-step codes are counted where all processes of a house count
-- together: until when those made so far take to come back.
ALTER TABLE second_steps ADD COLUMN tries_until INTEGER NOT NULL DEFAULT 0;

-- REPLACE removes and inserts, which lots_never_move does not see.
CREATE TRIGGER lots_are_not_put_over BEFORE INSERT ON lots
WHEN EXISTS (SELECT 1 FROM lots WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'a lot stays in its sale'); END;
