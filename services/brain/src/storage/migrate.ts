import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Logger, StartError } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';

const MIGRATIONS_DIR = join(import.meta.dirname, 'migrations');

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

interface MigrateOptions {
  /** Where a copy of the database goes before it is changed. */
  readonly backupDir: string;
  readonly log: Logger;
}

/**
 * Brings the schema to the newest version, each migration in a transaction of its own.
 * A database that has data is copied first. Throws StartError for one that only a newer bakerst can read.
 */
export function migrate(db: Database, { backupDir, log }: MigrateOptions): void {
  const current = Number(db.pragma('user_version', { simple: true }));
  const migrations = readMigrations();
  const known = migrations.at(-1)?.version ?? 0;
  if (current > known) refuseNewer(db, known);
  const pending = migrations.filter(({ version }) => version > current);
  if (current > 0 && pending.length > 0) backUp(db, backupDir, current);
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

function backUp(db: Database, dir: string, version: number): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const stamp = new Date().toISOString().replaceAll(/[:.]/g, '-');
  db.prepare('VACUUM INTO ?').run(join(dir, `before-migration-${version}-${stamp}.db`));
}
