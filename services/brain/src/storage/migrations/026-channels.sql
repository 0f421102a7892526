-- Where people talk besides the page: who they are there, what is said where, and what goes out to them, once.

-- Who serves a channel.
CREATE TABLE channel (
  name TEXT PRIMARY KEY,
  -- Raised by each gateway that begins to serve it: the stream of an earlier one ends.
  epoch INTEGER NOT NULL,
  -- The gateway whose reports count.
  holder TEXT NOT NULL,
  -- Raised when another gateway serves it than the last time.
  tenure INTEGER NOT NULL,
  -- The brain that it is connected to; null while it is to none.
  brain TEXT,
  bot TEXT
) STRICT, WITHOUT ROWID;

-- Orgs whose owner has spoken on a channel: nobody becomes that by being the first to come any more.
CREATE TABLE channel_landlord (
  channel TEXT NOT NULL,
  org_id TEXT NOT NULL REFERENCES org (id),
  since INTEGER NOT NULL,
  PRIMARY KEY (org_id, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE channel_identity (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  channel TEXT NOT NULL,
  sender_id TEXT NOT NULL,
  name TEXT NOT NULL,
  username TEXT,
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  linked_by TEXT NOT NULL CHECK (linked_by IN ('code', 'landlord', 'card')),
  created_at INTEGER NOT NULL,
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT;
CREATE UNIQUE INDEX channel_identity_of_sender ON channel_identity (channel, sender_id);
CREATE INDEX channel_identity_of_user ON channel_identity (org_id, user_id, seq);

-- Codes by which somebody is linked to a user. Only hashes.
CREATE TABLE channel_link (
  code_hash TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  -- Whoever has given it: the same may say it again, nobody else.
  claimed_by TEXT,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX channel_link_of_user ON channel_link (org_id, user_id, created_at);
CREATE INDEX channel_link_age ON channel_link (expires_at);

-- Codes that were wrong, of the last hour.
CREATE TABLE channel_wrong_code (
  seq INTEGER PRIMARY KEY,
  channel TEXT NOT NULL,
  sender_id TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX channel_wrong_code_age ON channel_wrong_code (channel, at);

-- Strangers who ask to be let in, and those who are not to ask again.
CREATE TABLE channel_request (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  channel TEXT NOT NULL,
  sender_id TEXT NOT NULL,
  chat_id TEXT NOT NULL,
  name TEXT NOT NULL,
  username TEXT,
  code TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  blocked_at INTEGER
) STRICT;
CREATE UNIQUE INDEX channel_request_of_sender ON channel_request (channel, sender_id);
CREATE UNIQUE INDEX channel_request_code ON channel_request (channel, code);

-- Where a user talks, and to which conversation that goes; to a new one where there is none.
CREATE TABLE channel_chat (
  channel TEXT NOT NULL,
  chat_id TEXT NOT NULL,
  -- Empty outside of topics.
  thread_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('direct', 'group')),
  -- Who has spoken for the user there, last.
  sender_id TEXT NOT NULL,
  conversation_id TEXT,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (channel, chat_id, thread_id, org_id, user_id),
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX channel_chat_of_user ON channel_chat (org_id, user_id, channel, updated_at);
CREATE INDEX channel_chat_of_sender ON channel_chat (channel, sender_id);

-- What goes out: the answer of a run, what became of a job, or a text.
CREATE TABLE channel_delivery (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  channel TEXT NOT NULL,
  -- Null for what a stranger is told.
  org_id TEXT,
  user_id TEXT,
  chat_id TEXT NOT NULL,
  chat_kind TEXT NOT NULL CHECK (chat_kind IN ('direct', 'group')),
  thread_id TEXT,
  reply_to TEXT,
  run_id TEXT,
  job_id TEXT,
  text TEXT,
  -- JSON.
  buttons TEXT,
  -- By which whoever asked for it knows it again.
  key TEXT,
  status TEXT NOT NULL CHECK (status IN ('open', 'sent', 'failed')),
  error TEXT,
  -- Closed for good by others than the gateway: whoever it was for speaks there no more.
  withdrawn_at INTEGER,
  -- Raised when it is opened again: what was reported of the one before does not end this one.
  revision INTEGER NOT NULL DEFAULT 1,
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  CHECK ((run_id IS NOT NULL) + (job_id IS NOT NULL) + (text IS NOT NULL) = 1)
) STRICT;
-- Holds what each look asks for.
CREATE INDEX channel_delivery_open ON channel_delivery (channel, seq, id, revision, chat_id, run_id, job_id)
  WHERE status = 'open';
CREATE INDEX channel_delivery_of_chat ON channel_delivery (channel, chat_id, org_id, user_id);
CREATE INDEX channel_delivery_withdrawn ON channel_delivery (channel, withdrawn_at)
  WHERE withdrawn_at IS NOT NULL AND status = 'failed';
CREATE UNIQUE INDEX channel_delivery_key ON channel_delivery (channel, key) WHERE key IS NOT NULL;
CREATE UNIQUE INDEX channel_delivery_of_run ON channel_delivery (run_id) WHERE run_id IS NOT NULL;
CREATE UNIQUE INDEX channel_delivery_of_job ON channel_delivery (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX channel_delivery_age ON channel_delivery (finished_at) WHERE finished_at IS NOT NULL;

-- The messages of the channel that a delivery is made of.
CREATE TABLE channel_delivery_part (
  delivery_id TEXT NOT NULL,
  part INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sending', 'sent', 'unknown')),
  -- The tenure of the channel in which somebody was last about to send it.
  tenure INTEGER NOT NULL,
  -- An earlier intent has no known outcome.
  may_be_repeat INTEGER NOT NULL CHECK (may_be_repeat IN (0, 1)),
  message_id TEXT,
  PRIMARY KEY (delivery_id, part)
) STRICT, WITHOUT ROWID;

-- An older brain would let runs go on whose answers stay unsent, and leave actions undelivered.
UPDATE meta SET value = '26' WHERE key = 'min_version';
