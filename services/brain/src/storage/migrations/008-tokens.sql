-- Tokens have a name that may be shown, by which they are revoked.

ALTER TABLE token ADD COLUMN id TEXT;
UPDATE token SET id = lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' ||
  substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)));
CREATE UNIQUE INDEX token_id ON token (id);
ALTER TABLE token ADD COLUMN last_used_at INTEGER;

-- Older brains speak in deleted conversations, and make tokens that have no name.
UPDATE meta SET value = '8' WHERE key = 'min_version';
