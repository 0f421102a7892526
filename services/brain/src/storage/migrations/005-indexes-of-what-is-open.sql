-- What is looked for every second is found without reading what has ended.

CREATE INDEX job_open ON job (seq)
  WHERE status IN ('queued', 'dispatched', 'received', 'running');
DROP INDEX job_dead;
-- What is old enough to be taken away.
CREATE INDEX run_unpruned ON run (finished_at) WHERE pruned_at IS NULL;
CREATE INDEX job_alone_finished ON job (finished_at) WHERE run_id IS NULL;
-- When a run last began with this text, to the hour.
ALTER TABLE body ADD COLUMN used_at INTEGER NOT NULL DEFAULT 0;
UPDATE body SET used_at = unixepoch() * 1000;
