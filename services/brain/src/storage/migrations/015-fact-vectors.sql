-- Vectors of facts, where no other index keeps them. They can always be made again.

-- One bit for each dimension: a search looks through these, and then at the vectors of those that come near. Many facts
-- share a row, for a row takes longer to find than to compare.
CREATE TABLE fact_code (
  id INTEGER PRIMARY KEY,
  -- Stands for the user, the embedder and its dimension: what belongs to different ones is never compared.
  shelf BLOB NOT NULL,
  count INTEGER NOT NULL,
  -- Of the facts, 8 bytes each; 0 in the place of one that was taken away.
  seqs BLOB NOT NULL,
  codes BLOB NOT NULL
) STRICT;
CREATE INDEX fact_code_of_shelf ON fact_code (shelf, id);
CREATE TABLE fact_vector (
  fact_seq INTEGER PRIMARY KEY REFERENCES fact (seq) ON DELETE CASCADE,
  code_id INTEGER NOT NULL,
  vector BLOB NOT NULL
) STRICT;

-- Facts that another index is yet to forget.
CREATE TABLE fact_to_forget (fact_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
