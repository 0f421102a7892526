-- Who is to be called back about a run, until that is done. The run's end is told from here by whichever brain looks.

CREATE TABLE callback (
  run_id TEXT PRIMARY KEY REFERENCES run (id),
  url TEXT NOT NULL,
  mode TEXT NOT NULL,
  throttle_ms INTEGER NOT NULL,
  message_key TEXT NOT NULL,
  -- Number of the last event whose sending has begun.
  last_sequence INTEGER NOT NULL DEFAULT 0,
  -- The run's takeover that told it: an earlier one tells nothing more.
  takeover INTEGER NOT NULL DEFAULT 0,
  -- What the receiver has of the run's text, and the SHA-256 of that; null when it is not known what has arrived.
  sent_chars INTEGER NOT NULL DEFAULT 0,
  sent_hash TEXT DEFAULT 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  -- Who sends at this moment, and until when nobody else may.
  sender TEXT,
  sender_host TEXT,
  sender_pid INTEGER,
  sending_until INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before INTEGER NOT NULL DEFAULT 0,
  -- Body of the last event, once its sending has begun: each attempt sends the same bytes. Last, because it is long.
  end_event TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX callback_due ON callback (not_before);
CREATE INDEX callback_sender ON callback (sender) WHERE sending_until > 0;

-- What the callbacks of an org are signed with.
CREATE TABLE callback_secret (
  org_id TEXT PRIMARY KEY REFERENCES org (id),
  secret TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
