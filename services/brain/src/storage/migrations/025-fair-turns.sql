-- Schedules and triggers have their turns, what was taken away comes back, and old instants are found quickly.

-- When something of it was last set off: who waits longest comes first.
ALTER TABLE schedule ADD COLUMN last_fired_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE event_trigger ADD COLUMN last_fired_at INTEGER NOT NULL DEFAULT 0;
-- Its file names it no more; the same name gets its secret back.
ALTER TABLE event_trigger ADD COLUMN deleted_at INTEGER;

-- Times that have passed are looked at again after a clock was ahead.
CREATE INDEX schedule_passed ON schedule (at) WHERE next_at IS NULL AND at IS NOT NULL;
-- Those that are over are taken away.
CREATE INDEX schedule_over ON schedule (updated_at) WHERE next_at IS NULL;
-- The last jobs of a schedule, among however many runs and missed instants.
CREATE INDEX firing_job ON firing (schedule_id, seq) WHERE job_id IS NOT NULL;

-- Deliveries whose sender signs no time are known again for as long as their trigger is there.
CREATE TABLE delivery_seen (
  trigger_id TEXT NOT NULL,
  delivery_key TEXT NOT NULL,
  firing_id TEXT NOT NULL,
  status TEXT NOT NULL,
  PRIMARY KEY (trigger_id, delivery_key)
) STRICT, WITHOUT ROWID;
INSERT INTO delivery_seen (trigger_id, delivery_key, firing_id, status)
  SELECT trigger_id, delivery_key, firing.id, status FROM firing
  JOIN event_trigger ON event_trigger.id = firing.trigger_id
  WHERE delivery_key IS NOT NULL AND preset = 'github';

-- An older brain would show what its file names no more.
UPDATE meta SET value = '25' WHERE key = 'min_version';
