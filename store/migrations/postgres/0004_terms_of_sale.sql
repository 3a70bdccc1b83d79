-- What a sale asks of its bidders and adds to hammer prices. approval stays for
-- a program of before that still runs; registration is what counts.
ALTER TABLE sales ADD COLUMN registration TEXT NOT NULL DEFAULT ''; -- '' = open, 'approve', 'invite'
ALTER TABLE sales ADD COLUMN private BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE sales ADD COLUMN premium TEXT NOT NULL DEFAULT '[]' CHECK (premium::jsonb IS NOT NULL); -- [[up to, rate in basis points], …]
ALTER TABLE sales ADD COLUMN tax_rate BIGINT NOT NULL DEFAULT 0 CHECK (tax_rate >= 0); -- basis points
ALTER TABLE sales ADD COLUMN tax_hammer BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE sales ADD COLUMN goal BIGINT NOT NULL DEFAULT 0 CHECK (goal >= 0);
ALTER TABLE sales ADD COLUMN collection TEXT NOT NULL DEFAULT '';
ALTER TABLE sales ADD COLUMN payment TEXT NOT NULL DEFAULT '';
ALTER TABLE sales ADD COLUMN contact_email TEXT NOT NULL DEFAULT '';
ALTER TABLE sales ADD COLUMN contact_phone TEXT NOT NULL DEFAULT '';
UPDATE sales SET registration = 'approve' WHERE approval;
