import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobId, OrgId, UserId } from '@bakerst/contracts';
import { randomId, silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { createDiskAttachmentFiles } from './disk-attachment-files.ts';
import { storeAttachment } from './receive-attachment.ts';
import { createSqliteAttachmentStore } from './sqlite-attachment-store.ts';

const tenant = { org: OrgId.parse('home'), user: UserId.parse('gary') };

async function* bytesOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

test('a file that a job brings again is stored once, another one at its place as well', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-'));
  const db = openDatabase(join(dir, 'bakerst.db'));
  migrate(db, { log: silentLogger });
  const job = JobId.parse(randomId());
  db.exec(`INSERT INTO org (id, created_at) VALUES ('home', 1);
    INSERT INTO user (org_id, id, created_at) VALUES ('home', 'gary', 1);
    INSERT INTO job (id, org_id, user_id, type, status, attempt, body, request_id, created_at)
    VALUES ('${job}', 'home', 'gary', 'mcp', 'running', 1, '{}', 'request-1', 1)`);
  const clock = createFakeClock();
  const deps = {
    store: createSqliteAttachmentStore({
      db,
      writer: createGroupCommit(db, { clock, log: silentLogger }),
    }),
    files: createDiskAttachmentFiles(join(dir, 'attachments')),
    clock,
    newId: randomId,
  };
  const bring = (place: number, text: string) =>
    storeAttachment(
      deps,
      { tenant, broughtBy: { job, place } },
      { name: 'a', bytes: bytesOf(text) },
    );
  const first = await bring(0, 'dear gary');
  const twin = await bring(1, 'dear gary');
  await clock.advance(1_000);
  const again = await bring(0, 'dear gary');
  const other = await bring(0, 'dear anna');

  expect(again.id).toBe(first.id);
  expect(new Set([first.id, twin.id, other.id]).size).toBe(3);
  for (const table of ['attachment', 'job_attachment'])
    expect(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(3);
});
