-- Who runs a sale: its organisers. An owner runs every sale and is in here for
-- those that they made. Every organiser of before ran every sale, and goes on.
CREATE TABLE sale_organisers (
	sale_id BIGINT NOT NULL REFERENCES sales (id) ON DELETE CASCADE,
	user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
	at      BIGINT NOT NULL,
	PRIMARY KEY (sale_id, user_id)
);
CREATE INDEX sale_organisers_user ON sale_organisers (user_id);
INSERT INTO sale_organisers (sale_id, user_id, at) SELECT s.id, u.id, 0 FROM sales s JOIN users u ON u.role = 'organiser';
