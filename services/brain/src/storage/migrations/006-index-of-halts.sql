-- Halts of the last hour are told to the workers once more at every connection to NATS.

CREATE INDEX job_halted ON job (finished_at) WHERE status IN ('halted', 'interrupted');
