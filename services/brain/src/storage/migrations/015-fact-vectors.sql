-- Vectors of facts, where no other index keeps them. They can always be made again.

-- One bit for each dimension: a search looks through these, and then at the vectors of those that come near.
CREATE TABLE fact_code (
  -- Stands for the user, the embedder and its dimension: what belongs to different ones is never compared.
  shelf BLOB NOT NULL,
  fact_seq INTEGER NOT NULL REFERENCES fact (seq) ON DELETE CASCADE,
  code BLOB NOT NULL,
  PRIMARY KEY (shelf, fact_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX fact_code_of_fact ON fact_code (fact_seq);
CREATE TABLE fact_vector (
  fact_seq INTEGER PRIMARY KEY REFERENCES fact (seq) ON DELETE CASCADE,
  vector BLOB NOT NULL
) STRICT;

-- Facts that another index is yet to forget.
CREATE TABLE fact_to_forget (fact_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
