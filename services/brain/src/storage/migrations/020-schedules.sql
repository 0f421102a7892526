-- What is to be done at times, and what became of each of them.

CREATE TABLE schedule (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  cron TEXT,
  every_ms INTEGER,
  at INTEGER,
  -- From where intervals are counted.
  anchor_at INTEGER NOT NULL,
  time_zone TEXT NOT NULL,
  on_missed TEXT NOT NULL CHECK (on_missed IN ('skip', 'once', 'all')),
  grace_ms INTEGER NOT NULL,
  overlap TEXT NOT NULL CHECK (overlap IN ('skip', 'queue', 'parallel')),
  -- JSON.
  action TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('api', 'file', 'model')),
  -- SHA-256 of the file's entry, as it was last followed.
  entry_hash TEXT,
  -- The call of a run that has made it.
  made_by TEXT,
  conversation_id TEXT,
  -- The first instant that is not decided; every earlier one is. Null while there is none.
  next_at INTEGER,
  paused_at INTEGER,
  -- Instants up to this one are not made up for: a restore has put the past behind it.
  skip_until INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  CHECK ((cron IS NOT NULL) + (every_ms IS NOT NULL) + (at IS NOT NULL) = 1),
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT;
CREATE INDEX schedule_due ON schedule (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX schedule_of_user ON schedule (org_id, user_id, seq);
CREATE UNIQUE INDEX schedule_made_by ON schedule (made_by) WHERE made_by IS NOT NULL;
CREATE UNIQUE INDEX schedule_of_file ON schedule (org_id, user_id, name)
  WHERE source = 'file' AND deleted_at IS NULL;

-- One time that something fires. That a row is unique for its instant is what keeps it from firing twice.
CREATE TABLE firing (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  schedule_id TEXT REFERENCES schedule (id),
  -- The instant; null when a person has asked for it.
  scheduled_at INTEGER,
  at INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status IN
    ('waiting', 'fired', 'missed', 'overlapped', 'refused', 'cancelled', 'filtered')),
  reason TEXT,
  -- Instants that the row stands for, up to `last_at`: more than one when very many were missed.
  count INTEGER NOT NULL DEFAULT 1,
  last_at INTEGER,
  -- Not tried again before.
  not_before INTEGER NOT NULL DEFAULT 0,
  run_id TEXT,
  job_id TEXT,
  request_id TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX firing_of_instant ON firing (schedule_id, scheduled_at);
CREATE INDEX firing_of_schedule ON firing (schedule_id, seq);
CREATE INDEX firing_waiting ON firing (org_id, user_id, schedule_id, seq) WHERE status = 'waiting';
CREATE INDEX firing_age ON firing (at);

-- A conversation's runs are found when it is opened as a copy, or taken away.
CREATE INDEX IF NOT EXISTS run_by_conversation ON run (conversation_id);
