-- The files of pictures, for houses that keep them in the database.
CREATE TABLE photo_files (
	name TEXT PRIMARY KEY CHECK (name <> ''),
	at   INTEGER NOT NULL,
	data BLOB NOT NULL
) STRICT;
