-- The key of the model, when a person has given one instead of setting it in the environment.

CREATE TABLE model_key (
  -- There is one.
  id INTEGER PRIMARY KEY CHECK (id = 1),
  -- Raised by each change: brains look whether it is the one that they know.
  revision INTEGER NOT NULL,
  -- Encrypted; null when it was taken away.
  sealed TEXT,
  changed_at INTEGER NOT NULL
) STRICT;
