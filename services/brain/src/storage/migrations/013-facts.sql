-- What the assistant has been told to remember.

CREATE TABLE fact (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  text TEXT NOT NULL,
  -- Without case, accents, marks and surplus blanks: the same words are the same fact.
  folded TEXT NOT NULL,
  category TEXT NOT NULL
    CHECK (category IN ('gear', 'preferences', 'homelab', 'personal', 'work', 'general')),
  -- Who said so: the model in a run, or a program over MCP.
  source TEXT NOT NULL CHECK (source IN ('model', 'mcp')),
  run_id TEXT,
  created_at INTEGER NOT NULL,
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT;
CREATE UNIQUE INDEX fact_of_text ON fact (org_id, user_id, folded);
-- `whose` is a word for the user: the search of one never walks through the facts of another.
CREATE VIRTUAL TABLE fact_search USING fts5 (
  whose, content, content = '', contentless_delete = 1, tokenize = 'porter unicode61 remove_diacritics 2'
);
