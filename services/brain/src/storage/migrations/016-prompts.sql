-- What orgs and users have written of the system prompt, who answers, and notes on what was said long ago.

CREATE TABLE prompt_override (
  org_id TEXT NOT NULL REFERENCES org (id),
  -- Empty: the org itself.
  user_id TEXT NOT NULL,
  slot TEXT NOT NULL CHECK (slot IN ('identity', 'methodology', 'tool_guidance', 'instructions',
                                     'memory_instructions', 'closing')),
  content TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (org_id, user_id, slot)
) STRICT, WITHOUT ROWID;

-- Chosen for every message of the conversation that chooses nothing else.
ALTER TABLE conversation ADD COLUMN persona TEXT;
ALTER TABLE conversation ADD COLUMN model TEXT;
-- As chosen when the message was accepted.
ALTER TABLE run ADD COLUMN wanted_persona TEXT;
ALTER TABLE run ADD COLUMN wanted_model TEXT;

-- Notes on a conversation up to a message. A row without content is being made: nobody else makes it until then.
CREATE TABLE conversation_summary (
  conversation_id TEXT NOT NULL REFERENCES conversation (id),
  through_seq INTEGER NOT NULL,
  content TEXT,
  model TEXT,
  claimed_until INTEGER NOT NULL,
  made_at INTEGER,
  PRIMARY KEY (conversation_id, through_seq)
) STRICT, WITHOUT ROWID;
