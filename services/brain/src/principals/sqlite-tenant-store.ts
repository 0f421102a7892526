import type { Database } from 'better-sqlite3';
import type { TenantStore } from './ports.ts';

export function createSqliteTenantStore(db: Database): TenantStore {
  const org = db.prepare('SELECT 1 FROM org WHERE id = ?').pluck();
  return { hasOrg: (id) => org.get(id) !== undefined };
}
