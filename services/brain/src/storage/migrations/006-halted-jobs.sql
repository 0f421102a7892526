-- Halts of the last hour are told to the workers once more at every connection to NATS.

ALTER TABLE job ADD COLUMN halted_at INTEGER;
CREATE INDEX job_halted ON job (halted_at) WHERE halted_at IS NOT NULL;
