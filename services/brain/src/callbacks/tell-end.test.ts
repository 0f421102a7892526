import { lookup } from 'node:dns';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunId } from '@bakerst/contracts';
import { silentLogger } from '@bakerst/kit';
import { createFakeClock } from '@bakerst/kit/testing';
import { parseAllowedHosts } from '@bakerst/kit/url-guard';
import { expect, test } from 'vitest';
import { createSqliteRunStore } from '../runs/sqlite-run-store.ts';
import { createGroupCommit } from '../storage/group-commit.ts';
import { migrate } from '../storage/migrate.ts';
import { openDatabase } from '../storage/open-database.ts';
import type { OutgoingEvent } from './callback.ts';
import type { SendCallback } from './ports.ts';
import { createSendCallback } from './send-callback.ts';
import { createSqliteCallbackStore } from './sqlite-callback-store.ts';
import { tellEnd } from './tell-end.ts';

const CLAIM_MS = 12_000;
const RUN = RunId.parse('0190a000-0000-7000-8000-000000000001');
const TALK = '0190a000-0000-7000-8000-000000000002';
const EVENT = { runId: RUN, sequence: 1, takeover: 1, hasText: true };

/** A run of gary's that has ended, and whose end is to be called back by one of two processes. */
function prepare() {
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-'));
  const db = openDatabase(join(dir, 'bakerst.db'));
  migrate(db, { log: silentLogger });
  db.exec(`INSERT INTO org (id, created_at) VALUES ('home', 1);
    INSERT INTO user (org_id, id, created_at) VALUES ('home', 'gary', 1);
    INSERT INTO conversation (id, org_id, user_id, is_default, last_seq, created_at, updated_at)
      VALUES ('${TALK}', 'home', 'gary', 1, 1, 1, 1);
    INSERT INTO run (id, org_id, user_id, conversation_id, message_seq, lock_key, status, takeover,
      request_id, responses, created_at, finished_at)
    VALUES ('${RUN}', 'home', 'gary', '${TALK}', 1, 'home/gary', 'completed', 1, 'r', '["rye"]', 1, 2);
    INSERT INTO message VALUES ('${TALK}', 1, '${RUN}', 'user', 'which bread?', NULL, 1);
    INSERT INTO callback (run_id, url, mode, throttle_ms, message_key)
    VALUES ('${RUN}', 'http://oven.test/', 'iteration', 5000, 'm-1')`);
  const clock = createFakeClock();
  const writer = createGroupCommit(db, { clock, log: silentLogger });
  const openStore = (id: string, pid: number) =>
    createSqliteCallbackStore({
      db,
      writer,
      clock,
      sender: { id, host: 'home', pid },
      claimMs: CLAIM_MS,
    });
  const store = openStore('one', 1);
  const sent: OutgoingEvent[] = [];
  const refuse: SendCallback = async (_callback, event) => {
    sent.push(event);
    return { isTaken: false, mayHaveArrived: false, why: 'status 503' };
  };
  const runs = createSqliteRunStore({ db, writer, clock });
  const deps = { store, runs, send: refuse, clock, random: () => 1, log: silentLogger };
  return { deps, store, other: openStore('other', 2), clock, sent };
}

test('an end that nobody takes is given up after twenty attempts, and its waits grow', async () => {
  const { deps, store, clock, sent } = prepare();
  const waits: number[] = [];
  for (let since = clock.now(); store.find(RUN) !== undefined; ) {
    if (store.listDue(10).includes(RUN)) {
      waits.push(clock.now() - since);
      since = clock.now();
      await tellEnd(deps, RUN);
    } else await clock.advance(1_000);
  }
  expect(sent).toHaveLength(20);
  expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
  expect(waits.slice(0, 5)).toEqual([0, 1_000, 2_000, 4_000, 8_000]);
  expect(waits.at(-1)).toBe(600_000);
});

test('while one process sends, another one may not, and the end is the last event', async () => {
  const { store, other, clock } = prepare();
  const end = { runId: RUN, event: { sequence: 2, body: '{}' }, attempts: 0 };
  expect(await store.claimEvent(EVENT)).toBe(clock.now() + CLAIM_MS);
  expect(other.listDue(10)).toEqual([]);
  expect(await other.claimEnd(end)).toBeUndefined();
  await store.settleEvent(EVENT, { chars: 0, hash: undefined });
  expect(other.listDue(10)).toEqual([RUN]);
  const claims = await Promise.all([other.claimEnd(end), store.claimEnd(end)]);
  expect(claims.filter((until) => until !== undefined)).toHaveLength(1);
  await clock.advance(CLAIM_MS);
  expect(await store.claimEvent({ ...EVENT, sequence: 3 })).toBeUndefined();
  expect(other.listDue(10)).toEqual([RUN]);
});

test('an earlier takeover tells nothing behind a later one', async () => {
  const { store, other } = prepare();
  const later = { ...EVENT, takeover: 2 };
  expect(await other.claimEvent(later)).toBeDefined();
  await other.settleEvent(later, { chars: 0, hash: undefined });
  expect(await store.claimEvent({ ...EVENT, sequence: 2 })).toBeUndefined();
  expect(await other.claimEvent({ ...later, sequence: 2 })).toBeDefined();
});

test('the claims of a dead process can be seen, and freed', async () => {
  const { store, other } = prepare();
  await other.claimEvent(EVENT);
  expect(other.listSenders()).toEqual([]);
  expect(store.listSenders()).toEqual([{ id: 'other', host: 'home', pid: 2 }]);
  await store.release({ id: 'other', host: 'home', pid: 2 });
  expect(store.listDue(10)).toEqual([RUN]);
  expect(store.find(RUN)?.sent.hash).toBeUndefined();
});

test('a process that was held up until its claim has ended sends nothing', async () => {
  const { store, clock } = prepare();
  let calls = 0;
  await using oven = createServer(() => {
    calls += 1;
  });
  await new Promise<void>((resolve) => oven.listen(0, '127.0.0.1', resolve));
  const address = oven.address();
  const host = `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  const send = createSendCallback({
    secrets: { read: async () => ({ secret: 'secret of home', createdAt: 1 }) },
    resolveAll: lookup,
    allowedHosts: parseAllowedHosts([host]),
    clock,
    ending: new AbortController().signal,
  });
  const until = (await store.claimEvent(EVENT)) ?? 0;
  await clock.advance(CLAIM_MS);
  const callback = store.find(RUN);
  if (callback === undefined) throw new Error('there is no callback');
  const delivery = await send(
    { ...callback, url: `http://${host}/` },
    { sequence: 1, body: '{}' },
    until,
  );
  expect(delivery).toMatchObject({ isTaken: false, mayHaveArrived: false });
  expect(calls).toBe(0);
});
