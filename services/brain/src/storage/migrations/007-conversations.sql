-- Conversations have names, can be put away and deleted, and what was said in them can be searched.

ALTER TABLE conversation ADD COLUMN title TEXT;
-- A model does better than the first words; a person knows best.
ALTER TABLE conversation ADD COLUMN title_source TEXT NOT NULL DEFAULT 'none'
  CHECK (title_source IN ('none', 'words', 'model', 'person'));
ALTER TABLE conversation ADD COLUMN pinned_at INTEGER;
ALTER TABLE conversation ADD COLUMN archived_at INTEGER;
ALTER TABLE conversation ADD COLUMN deleted_at INTEGER;
-- What was said in it is being taken away, and is gone: only its id is left.
ALTER TABLE conversation ADD COLUMN purged_at INTEGER;
ALTER TABLE conversation ADD COLUMN emptied_at INTEGER;
-- Up to this message the search knows them.
ALTER TABLE conversation ADD COLUMN indexed_seq INTEGER NOT NULL DEFAULT 0;

UPDATE conversation SET title_source = 'words',
  title = (SELECT substr(trim(replace(content, char(10), ' ')), 1, 60) FROM message
           WHERE conversation_id = conversation.id ORDER BY seq LIMIT 1)
WHERE last_seq > 0;

-- A deleted default conversation is nobody's default any more, and may be restored.
DROP INDEX conversation_default;
CREATE UNIQUE INDEX conversation_default ON conversation (org_id, user_id)
  WHERE is_default = 1 AND deleted_at IS NULL;
CREATE INDEX conversation_deleted ON conversation (deleted_at)
  WHERE deleted_at IS NOT NULL AND emptied_at IS NULL;
CREATE INDEX conversation_unindexed ON conversation (id) WHERE indexed_seq < last_seq;

-- Which message a row of the search stands for; in the order in which they were learnt, which is soon after they were said.
CREATE TABLE message_place (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  conversation_id TEXT NOT NULL REFERENCES conversation (id),
  seq INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_place_of_message ON message_place (conversation_id, seq);
-- `whose` is a word for the user: the search of one never walks through the messages of another.
CREATE VIRTUAL TABLE message_search USING fts5 (
  whose, content, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);

-- Model calls beside runs, and what is left of runs whose conversation is gone.
CREATE TABLE model_usage (
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  model TEXT,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  cache_creation_input_tokens INTEGER NOT NULL,
  cache_read_input_tokens INTEGER NOT NULL,
  cost_usd REAL,
  at INTEGER NOT NULL,
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT;
CREATE INDEX model_usage_of_user ON model_usage (org_id, user_id, at);
