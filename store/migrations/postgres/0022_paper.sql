-- The paper that a sale's prints and invoices are set for.
ALTER TABLE sales ADD COLUMN paper TEXT NOT NULL DEFAULT ''; -- 'a4', 'letter', '' = as where the currency is spent
