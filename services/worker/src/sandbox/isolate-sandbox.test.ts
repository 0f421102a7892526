import { createFakeClock } from '@bakerst/kit/testing';
import { expect, test } from 'vitest';
import { CHILDREN_PER_USER, EXECUTIONS_PER_CHILD, IDLE_CHILD_MS } from './child-pool.ts';
import { openTestSandbox, type ProcessEvent } from './isolate-testing.ts';

const LOOP = 'for (;;);';
/** Half a second or so: the code's clock stands still. */
const SHORT_LOOP = 'let x = 0; for (let i = 0; i < 3e8; i++) x = (x + i) % 7;';

const STARTED = 'sandbox process started';
/** What each event adds to the number of living processes. */
const STEPS: ReadonlyMap<string, number> = new Map([
  [STARTED, 1],
  ['sandbox process ended', -1],
  ['sandbox process died', -1],
]);

function started(events: readonly ProcessEvent[]): readonly number[] {
  return events.filter(({ event }) => event === STARTED).map(({ pid }) => pid);
}

function ended(events: readonly ProcessEvent[], pid: number | undefined): boolean {
  return events.some((event) => event.pid === pid && STEPS.get(event.event) === -1);
}

function mostAlive(events: readonly ProcessEvent[]): number {
  let alive = 0;
  return Math.max(...events.map(({ event }) => (alive += STEPS.get(event) ?? 0)));
}

test('a user keeps one process, and another user never gets it', async () => {
  await using sandbox = await openTestSandbox();
  for (const user of ['gary', 'alice', 'gary', 'alice', 'gary'])
    expect(await sandbox.run('1', { user })).toMatchObject({ ok: true });
  const pids = [...sandbox.pidsOf('gary'), ...sandbox.pidsOf('alice')];
  expect([pids.length, new Set(pids).size]).toEqual([2, 2]);
});

test('two executions of one user run side by side, a third one waits for them', async () => {
  await using sandbox = await openTestSandbox();
  const cancel = new AbortController();
  const loops = [LOOP, LOOP].map((loop) =>
    sandbox.run(loop, { timeoutMs: 30_000, signal: cancel.signal }),
  );
  await sandbox.until(() => sandbox.pidsOf('gary').length === CHILDREN_PER_USER);
  const third = sandbox.run('42');
  const waits = third.then(() => 'the third');
  const passes = sandbox.run('1', { user: 'alice' }).then(() => 'another user');
  expect(await Promise.race([waits, passes])).toBe('another user');
  cancel.abort();
  expect(await third).toMatchObject({ ok: true, value: 42 });
  expect((await Promise.all(loops)).map((loop) => !loop.ok && loop.code)).toEqual(
    Array(CHILDREN_PER_USER).fill('CANCELLED'),
  );
});

test('H40 fifty loops of one user leave the others their places', async () => {
  await using sandbox = await openTestSandbox({ maxChildren: 3 });
  const cancel = new AbortController();
  const loops = Array.from({ length: 50 }, () =>
    sandbox.run(LOOP, { timeoutMs: 30_000, signal: cancel.signal }),
  );
  expect(await sandbox.run('42', { user: 'alice' })).toMatchObject({ ok: true, value: 42 });
  cancel.abort();
  expect((await Promise.all(loops)).map((loop) => !loop.ok && loop.code)).toEqual(
    Array(50).fill('CANCELLED'),
  );
});

test('a user with a long queue lets another user in after one execution', async () => {
  await using sandbox = await openTestSandbox({ maxChildren: 1 });
  const order: string[] = [];
  const users = ['gary', 'gary', 'gary', 'gary', 'alice'];
  await Promise.all(
    users.map(async (user) => {
      await sandbox.run('1', { user });
      order.push(user);
    }),
  );
  expect(order).toEqual(['gary', 'gary', 'alice', 'gary', 'gary']);
});

test('a process ends after its last execution and the user gets a new one', async () => {
  await using sandbox = await openTestSandbox();
  for (let n = 0; n <= EXECUTIONS_PER_CHILD; n++) await sandbox.run('1');
  const [first, second] = sandbox.pidsOf('gary');
  await sandbox.until((events) => ended(events, first));
  expect(second).not.toBe(first);
  expect(sandbox.pidsOf('gary')).toHaveLength(2);
});

test.each([
  { code: 'ERROR', source: 'throw 1', processes: 1 },
  { code: 'TIMEOUT', source: LOOP, processes: 2, timeoutMs: 500 },
  { code: 'SYNTAX', source: 'const', processes: 2 },
  { code: 'RESULT_NOT_SERIALIZABLE', source: '1n', processes: 2 },
  { code: 'RESULT_TOO_LARGE', source: '"x".repeat(1e6)', processes: 2 },
])('with $code and one more execution a user has had $processes process(es)', async (row) => {
  await using sandbox = await openTestSandbox();
  const { code, source, timeoutMs = 5_000 } = row;
  expect(await sandbox.run(source, { timeoutMs })).toMatchObject({ code });
  expect(await sandbox.run('42')).toMatchObject({ value: 42 });
  expect(sandbox.pidsOf('gary')).toHaveLength(row.processes);
});

test('a process that dies under its code gives CRASHED', async () => {
  await using sandbox = await openTestSandbox();
  const running = sandbox.run(LOOP);
  await sandbox.until(() => sandbox.pidsOf('gary').length === 1);
  process.kill(sandbox.pidsOf('gary')[0] ?? 0, 'SIGSEGV');
  expect(await running).toMatchObject({ ok: false, code: 'CRASHED' });
  expect(await sandbox.run('42')).toMatchObject({ ok: true, value: 42 });
});

test('a process that sat idle for five minutes ends, the unbound one stays', async () => {
  const clock = createFakeClock();
  await using sandbox = await openTestSandbox({ clock });
  await sandbox.run('1');
  await sandbox.until((events) => started(events).length === 2);
  await clock.advance(IDLE_CHILD_MS - 1);
  expect(ended(sandbox.events, sandbox.pidsOf('gary')[0])).toBe(false);
  await clock.advance(1);
  await sandbox.until((events) => ended(events, sandbox.pidsOf('gary')[0]));
  expect(started(sandbox.events).filter((pid) => ended(sandbox.events, pid))).toHaveLength(1);
});

test('when all places are taken, the idle process used least recently makes room', async () => {
  await using sandbox = await openTestSandbox({ maxChildren: 2 });
  for (const user of ['gary', 'alice', 'gary', 'bob']) await sandbox.run('1', { user });
  expect(ended(sandbox.events, sandbox.pidsOf('alice')[0])).toBe(true);
  expect(ended(sandbox.events, sandbox.pidsOf('gary')[0])).toBe(false);
  expect(mostAlive(sandbox.events)).toBe(2);
});

test('when all places are busy, an execution waits, and its clock starts when it starts', async () => {
  await using sandbox = await openTestSandbox({ maxChildren: 1 });
  const [first, second] = await Promise.all([
    sandbox.run(SHORT_LOOP, { user: 'gary', timeoutMs: 20_000 }),
    sandbox.run('42', { user: 'alice', timeoutMs: 400 }),
  ]);
  expect(first).toMatchObject({ ok: true });
  expect(second).toMatchObject({ ok: true, value: 42 });
  expect(second.duration_ms).toBeLessThan(400);
  expect(mostAlive(sandbox.events)).toBe(1);
});

test('ten users at once share three places', async () => {
  await using sandbox = await openTestSandbox({ maxChildren: 3 });
  const users = Array.from({ length: 10 }, (_, n) => `user-${n}`);
  const envelopes = await Promise.all(users.map((user) => sandbox.run(`"${user}"`, { user })));
  expect(envelopes.map((envelope) => envelope.ok && envelope.value)).toEqual(users);
  expect(mostAlive(sandbox.events)).toBeLessThanOrEqual(3);
});

test('an aborted execution is cancelled at once and its process ends', async () => {
  await using sandbox = await openTestSandbox();
  const cancel = new AbortController();
  const running = sandbox.run(LOOP, { timeoutMs: 30_000, signal: cancel.signal });
  await sandbox.until(() => sandbox.pidsOf('gary').length === 1);
  cancel.abort();
  expect(await running).toMatchObject({ ok: false, code: 'CANCELLED' });
  await sandbox.until((events) => ended(events, sandbox.pidsOf('gary')[0]));
});

test('an execution that waits is cancelled without a process', async () => {
  await using sandbox = await openTestSandbox({ maxChildren: 1 });
  const running = sandbox.run(SHORT_LOOP, { timeoutMs: 20_000 });
  const cancel = new AbortController();
  const waiting = sandbox.run('1', { user: 'alice', signal: cancel.signal });
  cancel.abort();
  expect(await waiting).toMatchObject({ ok: false, code: 'CANCELLED', duration_ms: 0 });
  expect(await running).toMatchObject({ ok: true });
  expect(sandbox.pidsOf('alice')).toEqual([]);
});

test('a signal that was aborted before gives CANCELLED', async () => {
  await using sandbox = await openTestSandbox();
  expect(await sandbox.run('1', { signal: AbortSignal.abort() })).toMatchObject({
    code: 'CANCELLED',
  });
});

test('disposing of the sandbox cancels what runs and waits, and ends every process', async () => {
  const sandbox = await openTestSandbox();
  const executions = [
    sandbox.run(LOOP, { timeoutMs: 30_000 }),
    sandbox.run('1'),
    sandbox.run(LOOP, { user: 'alice', timeoutMs: 30_000 }),
  ];
  await sandbox.until(() => sandbox.pidsOf('alice').length === 1);
  await sandbox[Symbol.asyncDispose]();
  for (const envelope of await Promise.all(executions))
    expect(envelope).toMatchObject({ ok: false, code: 'CANCELLED' });
  for (const pid of started(sandbox.events)) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(await sandbox.run('1')).toMatchObject({ code: 'CANCELLED' });
});
