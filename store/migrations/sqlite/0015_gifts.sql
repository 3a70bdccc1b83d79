-- The last gifts to a sale's appeal, without reading all of them.
CREATE INDEX donations_sale ON donations (sale_id, giving, id);
