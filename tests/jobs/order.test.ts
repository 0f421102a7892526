import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { busyCode } from '../support/busy-code.ts';
import { untilJobEnds } from '../support/job-ends.ts';
import { appendLine, makeOperatingSystem } from '../support/operating-system.ts';
import { type System, startSystem } from '../support/system.ts';

/** Long work stands back for everything else that this machine does. */
const PATIENCE_MS = 60_000;

let system: System;
const file = join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'lines');

beforeAll(async () => {
  const env = { OPERATING_SYSTEM_DIR: makeOperatingSystem() };
  system = await startSystem({ brainEnv: env, workerEnv: env, workers: 2 });
});
afterAll(() => system[Symbol.asyncDispose]());

test('jobs with one key run one after the other in the order of their posting, others beside them', async () => {
  const posted: string[] = [];
  for (let i = 0; i < 6; i++) {
    const { id } = await system.owner.postJob({
      type: 'command',
      command: appendLine(file, `oven-${i}`, 60),
      ordering_key: 'oven',
    });
    posted.push(id);
  }
  const { id: free } = await system.owner.postJob({
    type: 'command',
    command: appendLine(file, 'free'),
  });
  await untilJobEnds(system, free);
  const lastOfKey = await untilJobEnds(system, posted.at(-1) ?? '', 20_000);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  expect(lines.filter((line) => line !== 'free')).toEqual(posted.map((_, i) => `oven-${i}`));
  expect(lines.at(-1)).not.toBe('free');
  const jobs = await Promise.all(posted.map((id) => system.owner.getJob(id)));
  const spans = jobs.map((job) => [
    Date.parse(job.started_at ?? ''),
    Date.parse(job.finished_at ?? ''),
  ]);
  for (const [i, [startedAt = 0]] of spans.entries())
    expect(startedAt).toBeGreaterThanOrEqual(spans[i - 1]?.[1] ?? 0);
  expect(lastOfKey.ordering_key).toBe('oven');
}, 90_000);

test(
  'of one user at most two code jobs are with the workers, whatever they have room for',
  async () => {
    const code = `${busyCode(300)} return 1`;
    const jobs = await Promise.all(
      Array.from({ length: 5 }, () => system.owner.postJob({ type: 'code', code })),
    );
    const most: number[] = [];
    const count = (): number =>
      system.query(
        `SELECT 1 FROM job WHERE type = 'code' AND status IN ('dispatched', 'received', 'running')`,
      ).length;
    const ended = Promise.all(jobs.map(({ id }) => untilJobEnds(system, id, PATIENCE_MS)));
    let isOver = false;
    void ended.then(() => (isOver = true));
    while (!isOver) {
      most.push(count());
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect((await ended).map(({ status }) => status)).toEqual(Array(5).fill('completed'));
    expect(Math.max(...most)).toBe(2);
  },
  2 * PATIENCE_MS,
);

test('code that waits for its key takes no place of its user', async () => {
  const post = (code: string, more = {}) => system.owner.postJob({ type: 'code', code, ...more });
  const key = { ordering_key: 'sieve' };
  const first = await post(`${busyCode(1_500)} return 1`, key);
  const second = await post('return 2', key);
  const free = await post('return 3');
  await untilJobEnds(system, free.id, PATIENCE_MS);
  expect((await system.owner.getJob(first.id)).status).not.toBe('completed');
  for (const { id } of [first, second]) await untilJobEnds(system, id, PATIENCE_MS);
}, 90_000);

test(
  'a code job that waits for its turn waits no longer than that of another user',
  async () => {
    const loop = `${busyCode(1_500)} return 1`;
    const mine = await Promise.all(
      Array.from({ length: 3 }, () => system.owner.postJob({ type: 'code', code: loop })),
    );
    const super_ = { Authorization: 'Bearer super-token-of-the-tests-0123456789abcdef' };
    const other = await system.post(
      '/api/v1/jobs',
      { type: 'code', code: 'return 2', user_id: 'alice' },
      super_,
    );
    const { id } = (await other.json()) as { id: string };
    await expect
      .poll(() => system.query('SELECT status FROM job WHERE id = ?', id)[0]?.['status'], {
        timeout: 1_400,
        interval: 20,
      })
      .toBe('completed');
    for (const job of mine) await untilJobEnds(system, job.id, PATIENCE_MS);
  },
  2 * PATIENCE_MS,
);

test(
  'a dead job that is given another chance waits for its turn behind what came after it',
  async () => {
    const key = { ordering_key: 'dough' };
    const { id: dead } = await system.owner.postJob({ type: 'code', code: 'return 1', ...key });
    await untilJobEnds(system, dead);
    using db = new DatabaseSync(join(system.dataDir, 'bakerst.db'));
    db.exec(`UPDATE job SET status = 'dead' WHERE id = '${dead}'`);
    const loop = `${busyCode(1_500)} return 2`;
    const { id: running } = await system.owner.postJob({ type: 'code', code: loop, ...key });
    await expect.poll(async () => (await system.owner.getJob(running)).status).toBe('running');
    expect(await system.owner.redriveJob(dead)).toMatchObject({ status: 'queued' });
    const [first, second] = [
      await untilJobEnds(system, running, PATIENCE_MS),
      await untilJobEnds(system, dead, PATIENCE_MS),
    ];
    expect(second.status).toBe('completed');
    expect(Date.parse(second.started_at ?? '')).toBeGreaterThanOrEqual(
      Date.parse(first.finished_at ?? ''),
    );
  },
  2 * PATIENCE_MS,
);
