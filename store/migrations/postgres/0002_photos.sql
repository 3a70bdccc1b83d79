-- The files of pictures, the same for all processes.
CREATE TABLE photo_files (
	name TEXT PRIMARY KEY CHECK (name <> ''),
	at   BIGINT NOT NULL,
	data BYTEA NOT NULL
);
ALTER TABLE photo_files ALTER COLUMN data SET STORAGE EXTERNAL; -- pictures are packed already
