import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { createGroupCommit, type Writer } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import { createBodyPruner } from './sqlite-body-pruner.ts';

const LONG_AGO = 1;
const clock = createFakeClock();

/** Gary's runs, and texts that were last used long ago. */
function openBodies() {
  const db = openDatabase(join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'bakerst.db'));
  migrate(db, { log: silentLogger });
  db.exec(`INSERT INTO org (id, created_at) VALUES ('home', 1);
    INSERT INTO user (org_id, id, created_at) VALUES ('home', 'gary', 1);
    INSERT INTO conversation (id, org_id, user_id, is_default, created_at, updated_at)
      VALUES ('talk', 'home', 'gary', 1, 1, 1)`);
  const addRun = db.prepare(
    `INSERT INTO run (id, org_id, user_id, conversation_id, message_seq, lock_key, status, takeover,
       request_id, created_at) VALUES (?, 'home', 'gary', 'talk', 1, 'home/gary', ?, 1, 'r', 1)`,
  );
  const addStep = db.prepare(
    `INSERT INTO run_step VALUES (?, 1, 'turn_started', json_object('system', json_object('stable', ?)), 1, 1, 1)`,
  );
  const addBody = db.prepare(`INSERT INTO body VALUES (?, 'You are Baker.', ?)`);
  return {
    db,
    writer: createGroupCommit(db, { clock, log: silentLogger }),
    addRun: (id: string, status: string) => void addRun.run(id, status),
    begin: (id: string, hash: string) => void addStep.run(id, hash),
    addBody: (hash: string) => void addBody.run(hash, LONG_AGO),
    hashes: () => db.prepare('SELECT hash FROM body').pluck().all(),
  };
}

test('others have their turn while the steps of many runs are looked through', async () => {
  const bodies = openBodies();
  bodies.db.transaction(() => {
    for (let i = 0; i < 3_000; i += 1) {
      bodies.addRun(`run-${i}`, 'completed');
      bodies.begin(`run-${i}`, `used-${i % 3}`);
    }
    for (const hash of ['used-0', 'used-1', 'used-2', 'unused']) bodies.addBody(hash);
  })();
  let isOver = false;
  const pruned = createBodyPruner(bodies)
    .pruneBodies(clock.now())
    .finally(() => {
      isOver = true;
    });
  let turns = 0;
  for (; !isOver; turns += 1) await setImmediate();
  await pruned;
  expect(turns).toBeGreaterThanOrEqual(4);
  expect(bodies.hashes()).toEqual(['used-0', 'used-1', 'used-2']);
});

test('a text stays that a run begins with while others are taken, whatever the clock says', async () => {
  const bodies = openBodies();
  for (const hash of ['of-new', 'of-waiting', 'unused']) bodies.addBody(hash);
  bodies.addRun('waiting', 'queued');
  const begins: Writer = {
    write(change, afterCommit) {
      bodies.begin('waiting', 'of-waiting');
      bodies.addRun('new', 'completed');
      bodies.begin('new', 'of-new');
      return bodies.writer.write(change, afterCommit);
    },
  };
  await createBodyPruner({ ...bodies, writer: begins }).pruneBodies(clock.now());
  expect(bodies.hashes()).toEqual(['of-new', 'of-waiting']);
});
