import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { BackupView } from '@bakerst/contracts';
import { byTurn, type Script, textReply, toolReply } from '@bakerst/offline-model';
import { expect, test } from 'vitest';
import { appendLine, makeOperatingSystem } from './support/operating-system.ts';
import { asSuper, makeDataDir, restoreElsewhere } from './support/restore-elsewhere.ts';
import { runScript } from './support/run-script.ts';
import { SUPER_TOKEN, startSystem } from './support/system.ts';

const SUPER = { Authorization: `Bearer ${SUPER_TOKEN}` };

/** Rows of a database that no brain has open. */
function readRows(dataDir: string, sql: string): Record<string, unknown>[] {
  using db = new DatabaseSync(join(dataDir, 'bakerst.db'), { readOnly: true });
  return db.prepare(sql).all();
}

function backupNames({ dataDir }: { readonly dataDir: string }): readonly string[] {
  return readdirSync(join(dataDir, 'backups')).toSorted();
}

test('backups that are taken while messages are accepted hold every one from before them, whole', async () => {
  await using system = await startSystem({ workers: 0, script: () => textReply('noted') });
  const accepted: { readonly runId: string; readonly at: number }[] = [];
  let isOver = false;
  const talk = async (user: string): Promise<void> => {
    for (let i = 0; !isOver; i++) {
      const body = { message: `message ${i} of ${user}`, user_id: user };
      const response = await system.post('/api/v1/chat', body, SUPER);
      expect(response.status).toBe(200);
      await response.body?.cancel();
      accepted.push({ runId: response.headers.get('X-Run-Id') ?? '', at: performance.now() });
    }
  };
  const talking = ['gary', 'mary', 'larry'].map(talk);
  const made: (BackupView & { readonly begunAt: number })[] = [];
  for (let i = 0; i < 3; i++) {
    await expect.poll(() => accepted.length).toBeGreaterThan((i + 1) * 10);
    const begunAt = performance.now();
    made.push({ ...(await asSuper(system).createBackup()), begunAt });
  }
  isOver = true;
  await Promise.all(talking);
  for (const { id, begunAt } of made) {
    const { dataDir } = await restoreElsewhere(system, id);
    expect(readRows(dataDir, 'PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    const runs = new Set(readRows(dataDir, 'SELECT id FROM run').map((row) => row['id']));
    const before = accepted.filter(({ at }) => at < begunAt);
    expect(before.length).toBeGreaterThan(10);
    expect(before.filter(({ runId }) => !runs.has(runId))).toEqual([]);
  }
}, 90_000);

const FIRST: Script = byTurn([toolReply('execute_code', { code: 'return 1' }), textReply('never')]);

test('what a backup holds unfinished is ended by its restore and not executed again; the rest goes on', async () => {
  const file = join(makeDataDir(), 'effects.txt');
  const operatingSystem = { OPERATING_SYSTEM_DIR: makeOperatingSystem() };
  await using system = await startSystem({ workers: 0, script: FIRST, brainEnv: operatingSystem });
  const stream = await system.post('/api/v1/chat/stream', { message: 'compute' });
  await stream.body?.cancel();
  const waits = await system.post('/api/v1/chat', {
    message: 'then this',
    on_busy: 'queue',
    progress_callback_url: 'https://example.org/hook',
    message_key: 'then',
  });
  expect(waits.status).toBe(202);
  const command = appendLine(file, 'ran');
  const { id: jobId } = await system.owner.postJob({ type: 'command', command });
  await expect.poll(() => system.query('SELECT 1 FROM job')).toHaveLength(2);
  await system.owner.createTrigger({
    name: 'quiet',
    filter: [{ path: 'loud', equals: true }],
    action: { type: 'run', message: 'hello' },
  });
  const { delivery_id: delivery } = await system.owner.testTrigger('quiet', {
    payload: {},
    fire: true,
  });
  const { id } = await asSuper(system).createBackup();
  const incarnation = Number(
    system.query(`SELECT value FROM meta WHERE key = 'locks_incarnation'`)[0]?.['value'],
  );
  const { dataDir, output } = await restoreElsewhere(system, id);
  expect(output).toMatch(/2 runs, 2 jobs\. They are ended and not executed again/);
  expect(output).toContain(`job ${jobId} of home/owner`);

  await using restored = await startSystem({
    dataDir,
    script: () => textReply('welcome back'),
    brainEnv: operatingSystem,
    workerEnv: operatingSystem,
  });
  const runs = restored.query('SELECT status, notice_code FROM run');
  expect(runs).toEqual(Array(2).fill({ status: 'halted', notice_code: 'RESTORED' }));
  const jobs = restored.query('SELECT status, error_code FROM job');
  expect(jobs).toEqual(Array(2).fill({ status: 'interrupted', error_code: 'RESTORED' }));
  // What came before is not done again now.
  await expect(restored.owner.replayDelivery('quiet', delivery ?? '')).rejects.toMatchObject({
    status: 409,
    body: { reason: 'REPLAY_REVOKED' },
  });
  // Nobody is called back about what is long past.
  expect(system.query('SELECT 1 FROM callback')).toHaveLength(1);
  expect(restored.query('SELECT 1 FROM callback')).toEqual([]);
  const raised = restored.query(`SELECT value FROM meta WHERE key = 'locks_incarnation'`);
  expect(Number(raised[0]?.['value'])).toBe(incarnation + 1);

  const runId = stream.headers.get('X-Run-Id') ?? '';
  expect(await restored.owner.getRun(runId)).toMatchObject({
    status: 'halted',
    answer: expect.stringContaining('restored from a backup'),
    notice: { code: 'RESTORED' },
  });
  const events = await Array.fromAsync(restored.owner.followRun(runId));
  expect(events.at(-1)?.event).toMatchObject({ type: 'complete', response: { status: 'halted' } });
  const answer = await restored.owner.chat({ message: 'are you there?' });
  expect(answer.responses).toEqual(['welcome back']);
  // One question, that of now; what was said before is known.
  expect(restored.model.requests).toHaveLength(1);
  expect(restored.model.requests[0]?.rawBody).toContain('compute');
  const history = await restored.owner.listHistory('home', 'owner');
  expect(history.total_count).toBe(3);
  // The worker has had its chance: a job that was posted later is done.
  const { id: laterId } = await restored.owner.postJob({ type: 'command', command: 'uptime' });
  await expect.poll(async () => (await restored.owner.getJob(laterId)).status).toBe('completed');
  expect(() => statSync(file)).toThrow(/ENOENT/);
}, 60_000);

test('a restored database is ended once: what begins after that is left alone', async () => {
  await using system = await startSystem({ workers: 0, script: FIRST });
  const { id } = await asSuper(system).createBackup();
  const { dataDir } = await restoreElsewhere(system, id);
  await using restored = await startSystem({ dataDir, workers: 0, script: FIRST });
  const stream = await restored.post('/api/v1/chat/stream', { message: 'compute' });
  await stream.body?.cancel();
  await restored.brain.end('SIGKILL');
  await restored.restartBrain();
  expect(restored.query('SELECT status FROM run')).toEqual([{ status: 'running' }]);
}, 60_000);

test('a backup with one byte changed is refused, and nothing is changed', async () => {
  await using system = await startSystem({ workers: 0 });
  await system.owner.chat({ message: 'hello' });
  const { id } = await asSuper(system).createBackup();
  const file = join(system.dataDir, 'backups', id, 'bakerst.db');
  const bytes = readFileSync(file);
  bytes[4_200] = (bytes[4_200] ?? 0) ^ 0xff;
  writeFileSync(file, bytes);
  await system.brain.end('SIGTERM');
  const rows = system.query('SELECT id FROM run');
  const { code, output } = await runScript('restore', ['latest'], {
    BAKERST_DATA_DIR: system.dataDir,
  });
  expect(code).toBe(78);
  expect(output).toMatch(/bakerst\.db of the backup .* is not what was written/);
  const left = readdirSync(system.dataDir).filter((name) => /restor/.test(name));
  expect(left).toEqual([]);
  expect(system.query('SELECT id FROM run')).toEqual(rows);
}, 60_000);

test('while a brain runs nothing is restored; afterwards what was there is kept aside', async () => {
  await using system = await startSystem({ workers: 0 });
  const { code, output } = await runScript('backup', [], { BAKERST_DATA_DIR: system.dataDir });
  expect(code, output).toBe(0);
  await system.owner.chat({ message: 'said after the backup' });
  const env = { BAKERST_DATA_DIR: system.dataDir, NATS_URL: system.nats.url };
  const refused = await runScript('restore', ['latest'], env);
  expect(refused).toMatchObject({
    code: 78,
    output: expect.stringMatching(/stop the system first/),
  });
  expect(await system.owner.listHistory('home', 'owner')).toMatchObject({ total_count: 1 });
  await system.brain.end('SIGTERM');
  const done = await runScript('restore', ['latest'], env);
  expect(done.code, done.output).toBe(0);
  const aside = readdirSync(system.dataDir).find((name) => name.startsWith('before-restore-'));
  expect(readRows(join(system.dataDir, aside ?? ''), 'SELECT 1 FROM run')).toHaveLength(1);
  await system.restartBrain();
  expect(await system.owner.listHistory('home', 'owner')).toMatchObject({ total_count: 0 });
  expect(await system.owner.chat({ message: 'hello' })).toMatchObject({ status: 'completed' });
}, 60_000);

test('two brains make one scheduled backup', async () => {
  await using system = await startSystem({ workers: 0, brainEnv: { BACKUP_EVERY_MINUTES: '60' } });
  const other = await system.addBrain();
  // The last one is an hour ago: both look five seconds after their start.
  await expect
    .poll(() => system.query(`SELECT 1 FROM meta WHERE key = 'backup_begun_at'`), {
      timeout: 30_000,
    })
    .toHaveLength(1);
  await system.brain.end('SIGTERM');
  await other.service.end('SIGTERM');
  {
    using db = new DatabaseSync(join(system.dataDir, 'bakerst.db'));
    db.exec(`UPDATE meta SET value = value - 3600000 WHERE key = 'backup_begun_at'`);
  }
  const [one, two] = await Promise.all([system.restartBrain(), system.addBrain()]);
  const looked = [one, two.service].map((brain) => brain.logged('backup made'));
  await Promise.race(looked);
  // Whoever comes second has looked by now, or finds that it is done.
  await expect
    .poll(() => system.query(`SELECT value FROM meta WHERE key = 'backup_claimed_until'`))
    .toEqual([{ value: '0' }]);
  expect(backupNames(system)).toHaveLength(1);
  await Promise.all([system.brain.end('SIGKILL'), two.service.end('SIGKILL')]);
  await system.restartBrain();
  expect(await asSuper(system).listBackups()).toMatchObject({
    data: [{ reason: 'scheduled', verified: true, files: 1 }],
  });
}, 60_000);

test('backups are for the super credential alone', async () => {
  await using system = await startSystem({ workers: 0, brainEnv: { BACKUP_KEEP: '1' } });
  for (const response of [
    await system.post('/api/v1/admin/backups', {}),
    await system.get('/api/v1/admin/backups'),
  ]) {
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: 'AUTHORIZATION_ERROR' });
  }
  const odd = await system.post('/api/v1/admin/backups', { path: '/tmp' }, SUPER);
  expect(odd.status).toBe(400);
  await odd.body?.cancel();
  await asSuper(system).createBackup();
  const { id } = await asSuper(system).createBackup();
  expect(backupNames(system)).toEqual([id]);
  const answers = await Promise.all(
    [1, 2].map(() => system.post('/api/v1/admin/backups', {}, SUPER)),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  for (const answer of answers) await answer.body?.cancel();
});
