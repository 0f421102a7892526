import type { Tenant } from '@bakerst/contracts';
import { AppError, type Clock } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { KeyedRequest, KeyStore } from './ports.ts';

const KEY_LIFE_MS = 24 * 60 * 60 * 1_000;

const KeyRow = z.object({ body_hash: z.string(), subject_id: z.string() });

export interface SqliteKeyStore extends KeyStore {
  /**
   * Inside the transaction that stores the subject: remembers the key.
   * Throws AppError CONFLICT, reason KEY_IN_USE, when somebody else has just used it.
   */
  remember(tenant: Tenant, request: KeyedRequest, subjectId: string): void;
}

export function createSqliteKeyStore(db: Database, clock: Clock): SqliteKeyStore {
  const find = db.prepare(
    `SELECT body_hash, subject_id FROM idempotency_key
     WHERE org_id = ? AND user_id = ? AND key = ? AND created_at > ?`,
  );
  const dropOld = db.prepare('DELETE FROM idempotency_key WHERE created_at <= ?');
  const add = db.prepare(
    `INSERT INTO idempotency_key (org_id, user_id, key, body_hash, subject_id, created_at)
     VALUES (@org, @user, @key, @bodyHash, @subjectId, @now) ON CONFLICT DO NOTHING`,
  );
  return {
    find(tenant, key) {
      const row = find.get(tenant.org, tenant.user, key, clock.now() - KEY_LIFE_MS);
      if (row === undefined) return undefined;
      const { body_hash, subject_id } = KeyRow.parse(row);
      return { bodyHash: body_hash, subjectId: subject_id };
    },
    remember(tenant, { key, bodyHash }, subjectId) {
      const now = clock.now();
      dropOld.run(now - KEY_LIFE_MS);
      const { changes } = add.run({ ...tenant, key, bodyHash, subjectId, now });
      if (changes === 0)
        throw new AppError('CONFLICT', 'this key has just been used', { reason: 'KEY_IN_USE' });
    },
  };
}
