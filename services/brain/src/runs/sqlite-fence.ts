import { AppError } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Writer } from '../storage/group-commit.ts';
import type { FenceToken } from './run.ts';

const FenceRow = z.object({ incarnation: z.int(), revision: z.int() });

/** Both are called inside a transaction and throw AppError UNAVAILABLE, reason FENCED, for a token that is not the highest. */
export interface Fence {
  /** For a new holder: its token becomes the highest. */
  raise(lockKey: string, token: FenceToken): void;
  check(lockKey: string, token: FenceToken): void;
}

export function createSqliteFence(db: Database): Fence {
  const read = db.prepare('SELECT incarnation, revision FROM fence WHERE lock_key = ?');
  const write = db.prepare(
    `INSERT INTO fence (lock_key, incarnation, revision) VALUES (@lockKey, @incarnation, @revision)
     ON CONFLICT DO UPDATE SET incarnation = excluded.incarnation, revision = excluded.revision`,
  );
  const check = (lockKey: string, token: FenceToken): void => {
    const row = read.get(lockKey);
    if (row !== undefined && isLower(token, FenceRow.parse(row))) throw fenced();
  };
  return {
    check,
    raise(lockKey, token) {
      check(lockKey, token);
      write.run({ lockKey, ...token });
    },
  };
}

function isLower(token: FenceToken, than: FenceToken): boolean {
  return token.incarnation === than.incarnation
    ? token.revision < than.revision
    : token.incarnation < than.incarnation;
}

function fenced(): AppError {
  return new AppError('UNAVAILABLE', 'another process has taken over', {
    reason: 'FENCED',
    retryAfterMs: 1_000,
  });
}

interface IncarnationDeps {
  readonly db: Database;
  readonly writer: Writer;
}

/**
 * The highest token of the present incarnation. Read before the bucket is asked, it is no higher than what that says
 * then, unless the bucket has lost something.
 */
export function readHighestToken({ db }: Pick<IncarnationDeps, 'db'>): FenceToken {
  const incarnation = readIncarnation(db);
  const revision = db
    .prepare('SELECT coalesce(max(revision), 0) FROM fence WHERE incarnation = ?')
    .pluck()
    .get(incarnation);
  return { incarnation, revision: Number(revision) };
}

/** The bucket of locks, as its server has told. */
interface FoundBucket {
  readonly created: string;
  readonly lastRevision: number;
  /** From before the server was asked. */
  readonly highest: FenceToken;
}

/**
 * The number of lives that the bucket of locks has had. Its revisions begin anew when it is lost and made again, which
 * a new value of `created` tells, and go back when an older copy of it is put in its place; the higher incarnation
 * keeps later tokens above all earlier ones.
 */
export async function noteIncarnation(
  { db, writer }: IncarnationDeps,
  { created, lastRevision, highest }: FoundBucket,
): Promise<number> {
  const put = db.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );
  return await writer.write(() => {
    const known = readIncarnation(db);
    const isSame = readMeta(db, 'locks_created') === created;
    // Another brain may have noted a new life since then.
    const wentBack = highest.incarnation === known && lastRevision < highest.revision;
    if (isSame && !wentBack) return known;
    put.run('locks_created', created);
    put.run('locks_incarnation', String(known + 1));
    return known + 1;
  });
}

function readIncarnation(db: Database): number {
  return Number(readMeta(db, 'locks_incarnation') ?? 0);
}

function readMeta(db: Database, key: string): unknown {
  return db.prepare('SELECT value FROM meta WHERE key = ?').pluck().get(key);
}
