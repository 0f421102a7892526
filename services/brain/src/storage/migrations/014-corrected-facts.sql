-- Facts can be corrected: what was replaced stays as history, out of every search.

CREATE TABLE fact_kept (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  org_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  text TEXT NOT NULL,
  -- Without case, accents, marks and surplus blanks: the same words are the same fact.
  folded TEXT NOT NULL,
  category TEXT NOT NULL
    CHECK (category IN ('gear', 'preferences', 'homelab', 'personal', 'work', 'general')),
  -- Who said so; a service has a name.
  source TEXT NOT NULL CHECK (source IN ('user', 'model', 'service')),
  source_name TEXT,
  run_id TEXT,
  created_at INTEGER NOT NULL,
  -- A fact and all that it has replaced share one, the place of the first of them; one of them at most holds.
  chain INTEGER NOT NULL,
  superseded_by TEXT,
  -- Which embedder's vector of it the search has; empty: none yet.
  embedding TEXT NOT NULL DEFAULT '',
  FOREIGN KEY (org_id, user_id) REFERENCES user (org_id, id)
) STRICT;
INSERT INTO fact_kept (seq, id, org_id, user_id, text, folded, category, source, source_name, run_id, created_at, chain)
  SELECT seq, id, org_id, user_id, text, folded, category,
    CASE source WHEN 'mcp' THEN 'service' ELSE source END, CASE source WHEN 'mcp' THEN 'mcp' END,
    run_id, created_at, seq
  FROM fact;
DROP TABLE fact;
ALTER TABLE fact_kept RENAME TO fact;
CREATE UNIQUE INDEX fact_of_text ON fact (org_id, user_id, folded);
CREATE INDEX fact_of_user ON fact (org_id, user_id, seq) WHERE superseded_by IS NULL;
CREATE INDEX fact_of_chain ON fact (chain);
CREATE INDEX fact_of_embedding ON fact (embedding, seq) WHERE superseded_by IS NULL;

-- What became of facts, and by whom; append-only until the fact is forgotten.
CREATE TABLE fact_change (
  seq INTEGER PRIMARY KEY,
  chain INTEGER NOT NULL,
  fact_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('stored', 'corrected', 'restored')),
  text TEXT NOT NULL,
  -- The fact that it took the place of.
  replaced_id TEXT,
  source TEXT NOT NULL CHECK (source IN ('user', 'model', 'service')),
  source_name TEXT,
  run_id TEXT,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX fact_change_of_chain ON fact_change (chain, seq);
INSERT INTO fact_change (chain, fact_id, kind, text, source, source_name, run_id, at)
  SELECT chain, id, 'stored', text, source, source_name, run_id, created_at FROM fact;

-- An older brain knows none of this.
UPDATE meta SET value = '14' WHERE key = 'min_version';
