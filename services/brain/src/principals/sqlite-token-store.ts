import { OrgId, UserId } from '@bakerst/contracts';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import type { TokenStore } from './ports.ts';
import type { Principal } from './principal.ts';

const TokenRow = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('user'), org_id: OrgId, user_id: UserId }),
  z.object({ kind: z.literal('org_admin'), org_id: OrgId }),
  z.object({ kind: z.literal('service'), org_id: OrgId.nullable(), name: z.string() }),
]);

export function createSqliteTokenStore(db: Database): TokenStore {
  const byHash = db.prepare(
    'SELECT kind, org_id, user_id, name FROM token WHERE hash = ? AND revoked_at IS NULL',
  );
  return {
    find(hash) {
      const row = byHash.get(hash);
      return row === undefined ? undefined : toPrincipal(TokenRow.parse(row));
    },
  };
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
