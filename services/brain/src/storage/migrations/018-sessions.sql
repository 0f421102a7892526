-- People sign in with a browser. Of what it is given only the hash is stored, as of tokens; the id finds the row.

CREATE TABLE sign_in_link (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  -- The token that made it; none for the super credential. A revoked one opens nothing any more.
  token_id TEXT,
  expires_at INTEGER NOT NULL,
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_link_of_user ON sign_in_link (org_id, user_id);
CREATE INDEX sign_in_link_age ON sign_in_link (expires_at);

-- A session that has ended is gone.
CREATE TABLE session (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL,
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  made_by TEXT NOT NULL CHECK (made_by IN ('link', 'token')),
  -- The token that it goes back to: once that is revoked, the session has ended.
  token_id TEXT,
  -- What the browser said of itself.
  client TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX session_of_user ON session (org_id, user_id, created_at);
CREATE INDEX session_age ON session (expires_at);
