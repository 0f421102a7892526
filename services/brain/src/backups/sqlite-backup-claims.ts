import type { Database } from 'better-sqlite3';
import type { Writer } from '../storage/group-commit.ts';
import type { BackupClaims } from './ports.ts';

/** As long as a backup may take. */
const LEASE_MS = 60 * 60_000;

/** When the last scheduled backup was begun that was made; at first, when this was first asked. */
const BEGUN = 'backup_begun_at';
/** Nobody begins one before that. */
const CLAIMED = 'backup_claimed_until';

interface ClaimsDeps {
  readonly db: Database;
  readonly writer: Writer;
}

export function createSqliteBackupClaims({ db, writer }: ClaimsDeps): BackupClaims {
  const read = db.prepare('SELECT value FROM meta WHERE key = ?').pluck();
  const write = db.prepare(
    'INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );
  const readTime = (key: string): number => Number(read.get(key) ?? 0);
  const writeTime = (key: string, at: number): void => void write.run(key, String(at));
  return {
    claim: (now, periodMs) =>
      writer.write(() => {
        const begunAt = readTime(BEGUN);
        // A clock that was put back would hold up all backups until it is there again.
        if (begunAt === 0 || begunAt > now) writeTime(BEGUN, now);
        const claimedUntil = readTime(CLAIMED);
        const isClaimed = now < claimedUntil && claimedUntil <= now + LEASE_MS;
        if (isClaimed || now - readTime(BEGUN) < periodMs) return false;
        writeTime(CLAIMED, now + LEASE_MS);
        return true;
      }),
    settle: (claimedAt) =>
      writer.write(() => {
        writeTime(BEGUN, claimedAt);
        writeTime(CLAIMED, 0);
      }),
    postpone: (retryAt) => writer.write(() => writeTime(CLAIMED, retryAt)),
  };
}
