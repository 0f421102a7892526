import type { Tenant } from '@bakerst/contracts';
import type { Clock } from '@bakerst/kit';
import type { Secrets } from '@bakerst/kit/secrets';
import type { Database } from 'better-sqlite3';
import { z } from 'zod';
import { toKeyedRequest } from '../idempotency/find-twin.ts';
import { createSqliteKeyStore } from '../idempotency/sqlite-key-store.ts';
import { ENSURE_USER } from '../principals/sqlite-ensure-user.ts';
import { createSqliteFence } from '../runs/sqlite-fence.ts';
import type { Writer } from '../storage/group-commit.ts';
import type { NotebookChange, NotebookStore, RunChange, Section } from './ports.ts';

const SectionRow = z.object({
  name: z.string(),
  content: z.string(),
  pinned_at: z.int().nullable(),
  created_at: z.int(),
  updated_at: z.int(),
});

interface StoreDeps {
  readonly db: Database;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly secrets: Pick<Secrets, 'redact'>;
}

export function createSqliteNotebookStore({
  db,
  writer,
  clock,
  secrets,
}: StoreDeps): NotebookStore {
  const list = db.prepare(
    `SELECT name, content, pinned_at, created_at, updated_at FROM notebook_section
     WHERE org_id = @org AND user_id = @user ORDER BY pinned_at IS NULL, created_at, name`,
  );
  const put = db.prepare(
    `INSERT INTO notebook_section (org_id, user_id, name, content, pinned_at, created_at, updated_at)
     VALUES (@org, @user, @name, @content, CASE @isPinned WHEN 1 THEN @now END, @createdAt, @updatedAt)
     ON CONFLICT DO UPDATE SET content = excluded.content, updated_at = excluded.updated_at,
       pinned_at = CASE @isPinned WHEN 1 THEN coalesce(pinned_at, @now) END`,
  );
  const remove = db.prepare(
    'DELETE FROM notebook_section WHERE org_id = @org AND user_id = @user AND name = @name',
  );
  const ensureUser = db.prepare(ENSURE_USER);
  const fences = createSqliteFence(db);
  const keys = createSqliteKeyStore(db, clock);
  const read: NotebookStore['read'] = (tenant) => list.all({ ...tenant }).map(toSection);
  const apply = (tenant: Tenant, { put: sections, remove: names }: NotebookChange): void => {
    const now = clock.now();
    if (sections.length > 0) ensureUser.run({ ...tenant, now });
    for (const name of names) remove.run({ ...tenant, name });
    for (const section of sections)
      put.run({
        ...tenant,
        ...section,
        content: secrets.redact(section.content),
        isPinned: Number(section.isPinned),
        now,
      });
  };
  /** False for a call that has been made. */
  const begin = (tenant: Tenant, { fence, once }: RunChange): boolean => {
    fences.check(fence.lockKey, fence.token);
    const call = toKeyedRequest(`notebook ${once}`, []);
    if (keys.find(tenant, call.key) !== undefined) return false;
    keys.remember(tenant, call, once);
    return true;
  };
  return {
    read,
    change: (tenant, decide, by) =>
      writer.write(() => {
        if (by === undefined || begin(tenant, by)) apply(tenant, decide(read(tenant)));
        return read(tenant);
      }),
  };
}

function toSection(value: unknown): Section {
  const row = SectionRow.parse(value);
  return {
    name: row.name,
    content: row.content,
    isPinned: row.pinned_at !== null,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
