-- The order that lots close in, how far late bids may move a close, and what
-- else a catalogue says of a lot.
ALTER TABLE sales ADD COLUMN by_number BOOLEAN NOT NULL DEFAULT FALSE; -- lots close in the order of their numbers
ALTER TABLE sales ADD COLUMN cap_ms BIGINT NOT NULL DEFAULT 0 CHECK (cap_ms >= 0); -- 0 = without end
ALTER TABLE lots ADD COLUMN fair_value BIGINT NOT NULL DEFAULT 0 CHECK (fair_value >= 0);
ALTER TABLE lots ADD COLUMN collection TEXT NOT NULL DEFAULT '';
