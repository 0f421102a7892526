import { existsSync, mkdtempSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OrgId, UserId } from '@bakerst/contracts';
import { randomId, silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { collectGarbage } from './collect-garbage.ts';
import { createDiskAttachmentFiles } from './disk-attachment-files.ts';
import { receiveAttachment } from './receive-attachment.ts';
import { createSqliteAttachmentStore } from './sqlite-attachment-store.ts';
import { createSqliteOrphanRemover } from './sqlite-orphan-remover.ts';

const DAY_MS = 24 * 60 * 60_000;
const tenant = { org: OrgId.parse('home'), user: UserId.parse('gary') };

async function* bytesOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

test('what no message carries goes after a day, its file with the last one that names it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-'));
  const db = openDatabase(join(dir, 'bakerst.db'));
  migrate(db, { log: silentLogger });
  db.exec(`INSERT INTO org (id, created_at) VALUES ('home', 1);
    INSERT INTO user (org_id, id, created_at) VALUES ('home', 'gary', 1);
    INSERT INTO conversation (id, org_id, user_id, is_default, created_at, updated_at)
    VALUES ('talk', 'home', 'gary', 1, 1, 1)`);
  const clock = createFakeClock();
  const log = silentLogger;
  const writer = createGroupCommit(db, { clock, log });
  const store = createSqliteAttachmentStore({ db, writer });
  const files = createDiskAttachmentFiles(join(dir, 'attachments'));
  const deps = { store, files, clock, log, newId: randomId };
  const removeOrphan = createSqliteOrphanRemover({ db, writer, files });
  const receive = (text: string) =>
    receiveAttachment(deps, tenant, { name: 'a.txt', bytes: bytesOf(text) });
  const carried = await receive('carried');
  const twin = await receive('carried');
  const alone = await receive('alone');
  db.prepare(`INSERT INTO message_attachment VALUES ('talk', 1, 0, ?)`).run(carried.id);
  const age = (hash: string): void => {
    const seconds = (clock.now() - DAY_MS) / 1_000;
    utimesSync(files.pathOf(hash), seconds, seconds);
  };
  age(carried.hash);
  age(alone.hash);

  await collectGarbage({ ...deps, removeOrphan });
  expect(store.find(tenant, alone.id)).toBeDefined();
  await clock.advance(DAY_MS + 1);
  const recent = await receive('recent');
  age(carried.hash);
  age(alone.hash);
  await collectGarbage({ ...deps, removeOrphan });

  expect(store.find(tenant, alone.id)).toBe(undefined);
  expect(store.find(tenant, twin.id)).toBe(undefined);
  expect(store.find(tenant, carried.id)).toBeDefined();
  expect(existsSync(files.pathOf(alone.hash))).toBe(false);
  expect((await files.read(carried.hash))?.toString()).toBe('carried');
  expect((await files.read(recent.hash))?.toString()).toBe('recent');
});
