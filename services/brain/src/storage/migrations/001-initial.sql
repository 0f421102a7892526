-- Times are epoch milliseconds; what is counted in order has a sequence number, never a time.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE org (
  id TEXT PRIMARY KEY,
  max_turns INTEGER NOT NULL DEFAULT 10 CHECK (max_turns BETWEEN 1 AND 100),
  max_history_storage INTEGER NOT NULL DEFAULT 50 CHECK (max_history_storage BETWEEN 1 AND 100),
  max_history_llm INTEGER NOT NULL DEFAULT 5 CHECK (max_history_llm BETWEEN 1 AND 50),
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE user (
  org_id TEXT NOT NULL REFERENCES org (id),
  id TEXT NOT NULL,
  response_language TEXT NOT NULL DEFAULT 'en',
  created_at INTEGER NOT NULL,
  PRIMARY KEY (org_id, id)
) STRICT, WITHOUT ROWID;

-- Only hashes: whoever reads this table cannot sign in with it.
CREATE TABLE token (
  hash TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('user', 'org_admin', 'service')),
  org_id TEXT REFERENCES org (id),
  user_id TEXT,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revoked_at INTEGER,
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE conversation (
  id TEXT PRIMARY KEY,
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  is_default INTEGER NOT NULL CHECK (is_default IN (0, 1)),
  last_seq INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX conversation_default ON conversation (org_id, user_id) WHERE is_default = 1;
CREATE INDEX conversation_recent ON conversation (org_id, user_id, updated_at);

CREATE TABLE run (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  conversation_id TEXT NOT NULL REFERENCES conversation (id),
  -- Place of its message in the conversation.
  message_seq INTEGER NOT NULL,
  lock_key TEXT NOT NULL,
  status TEXT NOT NULL
    CHECK (status IN ('queued', 'running', 'waiting', 'completed', 'failed', 'halted', 'uncertain')),
  -- Raised whenever a brain takes the run over; numbers its stream events.
  takeover INTEGER NOT NULL,
  request_id TEXT NOT NULL,
  model TEXT,
  turns INTEGER NOT NULL DEFAULT 0,
  input_tokens INTEGER NOT NULL DEFAULT 0,
  output_tokens INTEGER NOT NULL DEFAULT 0,
  cache_creation_input_tokens INTEGER NOT NULL DEFAULT 0,
  cache_read_input_tokens INTEGER NOT NULL DEFAULT 0,
  cost_usd REAL,
  -- JSON array of texts.
  responses TEXT,
  error_code TEXT,
  error_message TEXT,
  error_reason TEXT,
  notice_code TEXT,
  notice_message TEXT,
  halt_requested_at INTEGER,
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT;

CREATE INDEX run_of_user ON run (org_id, user_id, seq);
CREATE INDEX run_unfinished ON run (lock_key) WHERE status IN ('queued', 'running', 'waiting');
CREATE INDEX run_of_conversation ON run (conversation_id, message_seq);

CREATE TABLE message (
  conversation_id TEXT NOT NULL REFERENCES conversation (id),
  seq INTEGER NOT NULL,
  run_id TEXT NOT NULL REFERENCES run (id),
  role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
  content TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (conversation_id, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX message_of_run ON message (run_id, role);

CREATE TABLE run_step (
  run_id TEXT NOT NULL REFERENCES run (id),
  seq INTEGER NOT NULL,
  type TEXT NOT NULL,
  payload TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- The last stream event that this step covers: nothing up to it is ever void.
  takeover INTEGER NOT NULL,
  event_n INTEGER NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

-- Texts that many steps share, by their SHA-256.
CREATE TABLE body (
  hash TEXT PRIMARY KEY,
  content TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency_key (
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  key TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  -- The run or job that the key started.
  subject_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (org_id, user_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX idempotency_key_age ON idempotency_key (created_at);

-- Highest fencing token seen for each lock; whatever comes with a lower one is refused.
CREATE TABLE fence (
  lock_key TEXT PRIMARY KEY,
  incarnation INTEGER NOT NULL,
  revision INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE job (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  -- Set for a tool call of a run, with its place there.
  run_id TEXT REFERENCES run (id),
  turn INTEGER,
  call_index INTEGER,
  type TEXT NOT NULL,
  status TEXT NOT NULL
    CHECK (status IN ('queued', 'dispatched', 'received', 'running', 'completed', 'failed',
                      'interrupted', 'halted', 'dead')),
  attempt INTEGER NOT NULL,
  -- JSON: what the worker gets.
  body TEXT NOT NULL,
  request_id TEXT NOT NULL,
  worker_id TEXT,
  -- JSON.
  result TEXT,
  error_code TEXT,
  error_message TEXT,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT;

CREATE UNIQUE INDEX job_of_call ON job (run_id, turn, call_index) WHERE run_id IS NOT NULL;
CREATE INDEX job_of_user ON job (org_id, user_id, seq);
CREATE INDEX job_unfinished ON job (seq)
  WHERE status IN ('queued', 'dispatched', 'received', 'running');
