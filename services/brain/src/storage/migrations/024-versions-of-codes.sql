-- Codes of vectors tell whether they have changed: whoever has them in memory reads only those that have.

ALTER TABLE fact_code ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
-- Drawn anew with every change, for ids of rows come back.
UPDATE fact_code SET version = random() & 9007199254740991;
DROP INDEX fact_code_of_shelf;
CREATE INDEX fact_code_of_shelf ON fact_code (shelf, id, version);

-- An older brain would change codes and leave their versions.
UPDATE meta SET value = '24' WHERE key = 'min_version';
