-- Jobs that are retried, replayed, ordered and judged.

ALTER TABLE job ADD COLUMN replay TEXT NOT NULL DEFAULT 'safe'
  CHECK (replay IN ('safe', 'keyed', 'never'));
-- Jobs of one user with the same key run one after the other.
ALTER TABLE job ADD COLUMN ordering_key TEXT;
-- Attempt under which the job last entered the work queue; each further delivery from there is one more.
ALTER TABLE job ADD COLUMN base_attempt INTEGER NOT NULL DEFAULT 1;
-- Attempts that failed by themselves, and attempts whose worker died before the present stay in the queue.
ALTER TABLE job ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN losses INTEGER NOT NULL DEFAULT 0;
-- The next attempt waits until then.
ALTER TABLE job ADD COLUMN not_before INTEGER;
-- Place in the work queue, by which the reconciler looks whether it is still there.
ALTER TABLE job ADD COLUMN stream_seq INTEGER;
-- Who was last told to act.
ALTER TABLE job ADD COLUMN intent_attempt INTEGER;
ALTER TABLE job ADD COLUMN intent_worker TEXT;
ALTER TABLE job ADD COLUMN resolution TEXT
  CHECK (resolution IN ('happened', 'did_not_happen', 'retry'));
ALTER TABLE job ADD COLUMN dismissed_at INTEGER;

DROP INDEX job_unfinished;
CREATE INDEX job_unfinished ON job (org_id, user_id, type, seq)
  WHERE status IN ('queued', 'dispatched', 'received', 'running');
CREATE INDEX job_of_key ON job (org_id, user_id, ordering_key, seq)
  WHERE ordering_key IS NOT NULL AND status IN ('queued', 'dispatched', 'received', 'running');
CREATE INDEX job_dead ON job (org_id, seq) WHERE status = 'dead';

-- Messages that wait for their turn, and those that a run took up while it was on.
ALTER TABLE run ADD COLUMN steers TEXT;
ALTER TABLE run ADD COLUMN merged_into TEXT;
-- Its steps are gone, its summary stays.
ALTER TABLE run ADD COLUMN pruned_at INTEGER;
CREATE INDEX run_steering ON run (steers) WHERE steers IS NOT NULL AND status = 'queued';

UPDATE meta SET value = '3' WHERE key = 'min_version';
