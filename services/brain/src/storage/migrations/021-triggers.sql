-- What fires when somebody outside says that something has happened.

CREATE TABLE event_trigger (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  preset TEXT NOT NULL CHECK (preset IN ('generic', 'github', 'alertmanager', 'grafana',
    'home-assistant', 'token')),
  -- Encrypted; empty while none was made.
  secret TEXT NOT NULL,
  -- JSON.
  filter TEXT NOT NULL,
  action TEXT NOT NULL,
  per_minute INTEGER NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('api', 'file')),
  entry_hash TEXT,
  conversation_id TEXT,
  paused_at INTEGER,
  -- Deliveries from before are not replayed: a restore has put the past behind it.
  replay_since INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT;
CREATE UNIQUE INDEX event_trigger_name ON event_trigger (org_id, user_id, name);
CREATE INDEX event_trigger_of_user ON event_trigger (org_id, user_id, seq);

ALTER TABLE firing ADD COLUMN trigger_id TEXT;
-- By what the sender would know the delivery again.
ALTER TABLE firing ADD COLUMN delivery_key TEXT;
-- JSON, without secrets.
ALTER TABLE firing ADD COLUMN payload TEXT;
-- JSON: the action with what the payload has put into it.
ALTER TABLE firing ADD COLUMN action TEXT;
ALTER TABLE firing ADD COLUMN replay_of TEXT;
CREATE UNIQUE INDEX firing_of_delivery ON firing (trigger_id, delivery_key)
  WHERE delivery_key IS NOT NULL;
CREATE INDEX firing_of_trigger ON firing (trigger_id, seq) WHERE trigger_id IS NOT NULL;
