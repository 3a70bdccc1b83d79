-- What a session's browser is, in words for its owner: "Firefox on Windows".
ALTER TABLE sessions ADD COLUMN device TEXT NOT NULL DEFAULT '';
