import type { Clock } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Writer } from '../storage/group-commit.ts';
import type { CallbackSecret, CallbackSecrets } from './ports.ts';

interface CallbackSecretsDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly newSecret: () => string;
}

const SecretRow = z.object({ secret: z.string(), created_at: z.int() });

export function createSqliteCallbackSecrets(deps: CallbackSecretsDeps): CallbackSecrets {
  const { db, writer, clock, newSecret } = deps;
  const find = db.prepare('SELECT secret, created_at FROM callback_secret WHERE org_id = ?');
  const add = (onConflict: string) =>
    db.prepare(
      `INSERT INTO callback_secret (org_id, secret, created_at) VALUES (?, ?, ?)
       ON CONFLICT DO ${onConflict} RETURNING secret, created_at`,
    );
  // An update that changes nothing: it gives the secret that another brain has just made.
  const ensure = add('UPDATE SET secret = secret');
  const replace = add('UPDATE SET secret = excluded.secret, created_at = excluded.created_at');
  return {
    async read(org) {
      const known = find.get(org);
      if (known !== undefined) return toSecret(known);
      return await writer.write(() => toSecret(ensure.get(org, newSecret(), clock.now())));
    },
    rotate: (org) => writer.write(() => toSecret(replace.get(org, newSecret(), clock.now()))),
  };
}

function toSecret(row: unknown): CallbackSecret {
  const { secret, created_at } = SecretRow.parse(row);
  return { secret, createdAt: created_at };
}
