-- What is looked at every few seconds is found at once, however much there has been.

-- The highest token of a life of the locks.
CREATE INDEX fence_highest ON fence (incarnation, revision);
-- Code of a user that a worker has, or may have.
CREATE INDEX job_out ON job (org_id, user_id)
  WHERE type = 'code' AND status IN ('dispatched', 'received', 'running');
