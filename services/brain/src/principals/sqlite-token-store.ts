import { OrgId, TokenId, UserId } from '@bakerst/contracts';
import type { Clock, Logger } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { Writer } from '../storage/group-commit.ts';
import type { TokenStore } from './ports.ts';
import type { Identity, Principal } from './principal.ts';

/** When a token was last used is only noted so often: it is not to cost every request a write. */
const NOTE_EVERY_MS = 5 * 60_000;

const TokenRow = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), id: TokenId, org_id: OrgId, user_id: UserId }),
  z.object({ kind: z.literal('org_admin'), id: TokenId, org_id: OrgId }),
  z.object({
    kind: z.literal('service'),
    id: TokenId,
    org_id: OrgId.nullable(),
    name: z.string(),
  }),
]);

interface StoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createSqliteTokenStore({ db, writer, clock, log }: StoreDeps): TokenStore {
  const byHash = db.prepare(
    'SELECT kind, id, org_id, user_id, name FROM token WHERE hash = ? AND revoked_at IS NULL',
  );
  const noteUse = db.prepare('UPDATE token SET last_used_at = ? WHERE hash = ?');
  const noted = new Map<string, number>();
  return {
    find(hash) {
      const row = byHash.get(hash);
      return row === undefined ? undefined : toIdentity(TokenRow.parse(row));
    },
    noteUse(hash) {
      const now = clock.now();
      if (now - (noted.get(hash) ?? 0) < NOTE_EVERY_MS) return;
      noted.set(hash, now);
      writer
        .write(() => noteUse.run(now, hash))
        .catch((err: unknown) => log.debug({ err }, 'use of a token not noted'));
    },
  };
}

function toIdentity(row: z.infer<typeof TokenRow>): Identity {
  return { principal: toPrincipal(row), credential: { kind: 'token', id: row.id } };
}

function toPrincipal(row: z.infer<typeof TokenRow>): Principal {
  switch (row.kind) {
    case 'user':
      return { kind: 'user', org: row.org_id, user: row.user_id };
    case 'org_admin':
      return { kind: 'org_admin', org: row.org_id };
    case 'service':
      return { kind: 'service', name: row.name, org: row.org_id ?? undefined };
    default:
      return row satisfies never;
  }
}
