-- Files that messages carry; what is in them lies in the data directory under its hash.

CREATE TABLE attachment (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  hash TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('image', 'pdf', 'text')),
  media_type TEXT NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_of_user ON attachment (org_id, user_id);
CREATE INDEX attachment_of_hash ON attachment (hash);
CREATE INDEX attachment_age ON attachment (created_at);

CREATE TABLE message_attachment (
  conversation_id TEXT NOT NULL REFERENCES conversation (id),
  seq INTEGER NOT NULL,
  place INTEGER NOT NULL,
  attachment_id TEXT NOT NULL REFERENCES attachment (id),
  PRIMARY KEY (conversation_id, seq, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX message_attachment_of ON message_attachment (attachment_id);
