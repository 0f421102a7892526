import type { Clock } from '@bakerst/kit';
import type { Database } from 'better-sqlite3';
import type { Writer } from '../storage/group-commit.ts';
import type { TenantStore } from './ports.ts';

interface TenantStoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
}

export function createSqliteTenantStore({ db, writer, clock }: TenantStoreDeps): TenantStore {
  const org = db.prepare('SELECT 1 FROM org WHERE id = ?').pluck();
  const user = db.prepare('SELECT 1 FROM user WHERE org_id = ? AND id = ?').pluck();
  const addUser = db.prepare(
    'INSERT INTO user (org_id, id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  return {
    hasOrg: (id) => org.get(id) !== undefined,
    hasUser: (tenant) => user.get(tenant.org, tenant.user) !== undefined,
    async addUser(tenant) {
      await writer.write(() => addUser.run(tenant.org, tenant.user, clock.now()));
    },
  };
}
