-- Tool calls that code makes: an execution whose worker is lost goes the same way again, and repeats none of them.

CREATE TABLE tool_call (
  job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  -- Which call of its execution it is, in the order in which the code has made them.
  call_index INTEGER NOT NULL,
  run_id TEXT,
  -- As the code names them.
  server TEXT NOT NULL,
  tool TEXT NOT NULL,
  args_hash TEXT NOT NULL,
  -- Beginning of the arguments, for whoever has to judge the call.
  preview TEXT NOT NULL,
  replay TEXT NOT NULL CHECK (replay IN ('safe', 'keyed', 'never')),
  -- Who was last told to make it; none for a call that was refused.
  attempt INTEGER,
  worker_id TEXT,
  -- The place and the moment at which the code was handed the answer; none while there is no answer.
  place INTEGER,
  at INTEGER,
  -- Dropped when the job has ended for good.
  result TEXT,
  -- What counts against the budget of a run.
  cost INTEGER NOT NULL,
  PRIMARY KEY (job_id, call_index)
) STRICT;
CREATE INDEX tool_call_of_run ON tool_call (run_id) WHERE run_id IS NOT NULL;
