-- Facts keep who said them on their way through a file; only the very same words are the same fact.

CREATE TABLE fact_change_kept (
  seq INTEGER PRIMARY KEY,
  chain INTEGER NOT NULL,
  fact_id TEXT NOT NULL,
  -- Imported: its source is who brought the file, and said nothing of it.
  kind TEXT NOT NULL CHECK (kind IN ('stored', 'corrected', 'restored', 'imported')),
  text TEXT NOT NULL,
  -- The fact that it took the place of.
  replaced_id TEXT,
  source TEXT NOT NULL CHECK (source IN ('user', 'model', 'service')),
  source_name TEXT,
  run_id TEXT,
  at INTEGER NOT NULL
) STRICT;
INSERT INTO fact_change_kept SELECT seq, chain, fact_id, kind, text, replaced_id, source, source_name, run_id, at
  FROM fact_change;
DROP TABLE fact_change;
ALTER TABLE fact_change_kept RENAME TO fact_change;
CREATE INDEX fact_change_of_chain ON fact_change (chain, seq);
CREATE INDEX fact_change_of_fact ON fact_change (fact_id, seq);

-- Case and marks make words different ones: "schon" and "schön" are two.
ALTER TABLE fact RENAME COLUMN folded TO wording;
UPDATE OR IGNORE fact SET wording = to_wording(text);

DROP INDEX fact_of_user;
CREATE INDEX fact_of_user ON fact (org_id, user_id, seq);
CREATE INDEX fact_of_org ON fact (org_id, seq) WHERE superseded_by IS NULL;
CREATE INDEX fact_replaced ON fact (org_id, user_id, seq) WHERE superseded_by IS NOT NULL;

-- Texts that an embedder refuses: they are found by words alone, and hold up no others.
CREATE TABLE fact_refused (
  fact_seq INTEGER PRIMARY KEY REFERENCES fact (seq) ON DELETE CASCADE,
  embedding TEXT NOT NULL
) STRICT;

-- What is to be forgotten is forgotten twice: a vector that was under way at the first time may have come since.
ALTER TABLE fact_to_forget ADD COLUMN forgotten_at INTEGER;

-- An older brain knows none of this.
UPDATE meta SET value = '23' WHERE key = 'min_version';
