-- The first lot to open is looked for sale by sale, so that the lots of drafts
-- and of stopped sales cost nothing.
DROP INDEX lots_opening;
CREATE INDEX lots_waiting ON lots (sale_id, opens_at) WHERE state = 'upcoming';
