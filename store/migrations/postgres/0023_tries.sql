-- Tries of second-step codes are counted where all processes of a house count
-- together: until when those made so far take to come back.
ALTER TABLE second_steps ADD COLUMN tries_until BIGINT NOT NULL DEFAULT 0;
