-- The keys of bids are sorted by paddle first, so that a page finds the bids of
-- one person without looking through all lots. A bid costs the same: it is the
-- same index in another order. That of the events has refused bids too by now,
-- so that those of one lot are found by it.
ALTER TABLE bids DROP CONSTRAINT bids_lot_id_paddle_key_key;
ALTER TABLE bids ADD UNIQUE (paddle, lot_id, key);
DROP INDEX bids_seq;
CREATE UNIQUE INDEX bids_seq ON bids (lot_id, seq);
