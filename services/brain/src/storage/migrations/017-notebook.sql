-- A document of each user in sections, which the model reads and writes.

CREATE TABLE notebook_section (
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  pinned_at INTEGER,
  created_at INTEGER NOT NULL,
  -- Always later than before, so that it tells two states apart.
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (org_id, user_id, name),
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT, WITHOUT ROWID;
