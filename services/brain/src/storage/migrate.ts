import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Logger, StartError } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { runBackupProcessNow } from '../backups/run-backup-process.ts';
import { readVersion } from '../read-version.ts';
import { toWording } from './to-wording.ts';

const MIGRATIONS_DIR = join(import.meta.dirname, 'migrations');

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

interface MigrateOptions {
  readonly log: Logger;
}

/**
 * Brings the schema to the newest version, each migration in a transaction of its own. One that holds something is
 * backed up first. Throws StartError for a database that only a newer bakerst can read, and when there is no backup.
 */
export function migrate(db: Database, { log }: MigrateOptions): void {
  const current = Number(db.pragma('user_version', { simple: true }));
  const migrations = readMigrations();
  const known = migrations.at(-1)?.version ?? 0;
  if (current > known) refuseNewer(db, known);
  const pending = migrations.filter(({ version }) => version > current);
  if (current > 0 && pending.length > 0) backUp(db, log);
  // What SQL cannot say by itself.
  db.function('to_wording', { deterministic: true }, (text) => toWording(String(text)));
  for (const migration of pending) {
    db.transaction(() => {
      // Another brain on this host may have come first.
      if (Number(db.pragma('user_version', { simple: true })) >= migration.version) return;
      db.exec(migration.sql);
      db.pragma(`user_version = ${migration.version}`);
    }).immediate();
    log.info({ migration: migration.name }, 'database migrated');
  }
}

function readMigrations(): readonly Migration[] {
  return readdirSync(MIGRATIONS_DIR)
    .filter((name) => /^\d{3}-[a-z0-9-]+\.sql$/.test(name))
    .toSorted()
    .map((name) => ({
      version: Number(name.slice(0, 3)),
      name,
      sql: readFileSync(join(MIGRATIONS_DIR, name), 'utf8'),
    }));
}

/** Later migrations say by `min_version` which older brains may still work with what they made. */
function refuseNewer(db: Database, known: number): void {
  const row = db.prepare(`SELECT value FROM meta WHERE key = 'min_version'`).pluck().get();
  if (Number(row ?? Number.POSITIVE_INFINITY) <= known) return;
  throw new StartError(
    'the database was made by a newer bakerst: start that version, or restore a backup made before the upgrade',
  );
}

/** None is taken away for it: the next one by schedule sees to that. */
function backUp({ name }: Database, log: Logger): void {
  const dataDir = dirname(name);
  const order = { dataDir, reason: 'before_migration', version: readVersion() } as const;
  const report = runBackupProcessNow(order);
  if (report.status === 'failed')
    throw new StartError(
      `the database must be brought up to date, and could not be backed up before: ${report.message}`,
    );
  log.info({ backup: report.name }, 'backup made before the database is migrated');
}
