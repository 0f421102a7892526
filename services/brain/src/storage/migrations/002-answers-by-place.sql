-- An answer and its message find each other by their places in the conversation, without an index of their own:
-- every index is one more page that each message and each answer write.

CREATE TABLE message_by_place (
  conversation_id TEXT NOT NULL REFERENCES conversation (id),
  seq INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
  content TEXT NOT NULL,
  -- Of an answer: the place of the message that it answers.
  asked_seq INTEGER CHECK ((asked_seq IS NOT NULL) = (role = 'assistant')),
  created_at INTEGER NOT NULL,
  PRIMARY KEY (conversation_id, seq)
) STRICT, WITHOUT ROWID;

INSERT INTO message_by_place
SELECT message.conversation_id, message.seq, message.run_id, message.role, message.content,
  CASE message.role WHEN 'assistant' THEN run.message_seq END, message.created_at
FROM message JOIN run ON run.id = message.run_id;

ALTER TABLE run ADD COLUMN answer_seq INTEGER;
UPDATE run SET answer_seq = (SELECT seq FROM message WHERE run_id = run.id AND role = 'assistant');

DROP TABLE message;
ALTER TABLE message_by_place RENAME TO message;
DROP INDEX run_of_conversation;

INSERT INTO meta (key, value) VALUES ('min_version', '2')
  ON CONFLICT DO UPDATE SET value = excluded.value;
