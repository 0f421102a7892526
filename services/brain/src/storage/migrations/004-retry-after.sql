-- When another try may do better than a run that failed.

ALTER TABLE run ADD COLUMN error_retry_after_ms INTEGER;
