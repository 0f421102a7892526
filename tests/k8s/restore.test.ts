import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { makeDir } from '../../scripts/testing/make-dir.ts';
import { readKept } from './checks/read-render.ts';
import { openCluster, PATH } from './stand-in.ts';

// Each starts programs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const run = promisify(execFile);

const STOPS = 'scale deployment/brain --replicas 0';
const STARTS = 'scale deployment/brain --replicas 1';
const ENDS_JOB = 'delete job restore-20260101-000000 --ignore-not-found --cascade=foreground';

/** What changes the cluster, in its order. */
function changes(calls: readonly string[]): readonly string[] {
  return calls
    .filter((call) => /^(scale|apply|delete|exec)/.test(call))
    .map((call) => call.replace(/ --timeout=.*/, '').replace(/ -c restore.*/s, ''));
}

test('a restore goes on when a question is not answered, and the brain begins after it', async () => {
  const { runScript, calls, readHook } = openCluster(`
    case "$what" in "get job" | "get pod")
      [ -e "$HOOKS/asked-$2" ] || { touch "$HOOKS/asked-$2"; exit 1; } ;;
    esac`);
  const said = await runScript('restore.sh', ['2025-12-31T00-00-00-000Z', '--yes']);
  expect(said).toContain('restored');
  expect(changes(calls())).toEqual([STOPS, 'apply -f -', STARTS]);
  expect(readHook('applied')).toContain('["scripts/restore.ts", "2025-12-31T00-00-00-000Z"]');
  expect(calls().filter((call) => call.startsWith('get job'))).toHaveLength(2);
});

test.each([
  { how: 'fails', asked: 'get job', answer: '/1', says: 'nothing was restored' },
  { how: 'does not end', asked: 'get job', answer: '/', says: 'has not ended in an hour' },
  { how: 'has no place', asked: 'get pod', answer: 'Pending', says: 'in 300 s (Pending)' },
])('a Job that $how is ended before the brain begins', async ({ asked, answer, says }) => {
  const { runScript, calls } = openCluster(
    `case "$what" in "${asked}") echo ${answer}; exit 0 ;; esac`,
  );
  await expect(runScript('restore.sh', ['latest', '--yes'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining(says),
  });
  expect(changes(calls())).toEqual([STOPS, 'apply -f -', ENDS_JOB, STARTS]);
});

test('a Job that may still be writing keeps the brain stopped', async () => {
  const { runScript, calls } = openCluster(`
    case "$what" in
      "get job") echo /; exit 0 ;;
      "delete job") exit 1 ;;
    esac`);
  await expect(runScript('restore.sh', ['latest', '--yes'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('the brain stays stopped'),
  });
  expect(calls()).not.toContain(STARTS);
});

test('the words that restore.sh replaces stand in the manifest', async () => {
  const text = await readKept('homelab');
  expect(text.match(/- scripts\/restore\.ts\n +- latest\n/g)).toHaveLength(1);
});

test('Ctrl-C ends the Job before the brain begins', async () => {
  const { runScript, calls, hooks, readHook } = openCluster(`
    case "$what" in "get job")
      echo yes > "$HOOKS/asked"
      until [ -e "$HOOKS/go" ]; do /bin/sleep 0.1; done
      echo /; exit 0 ;;
    esac`);
  const restoring = runScript('restore.sh', ['latest', '--yes'], {
    started: (child) =>
      void vi
        .waitUntil(() => readHook('asked') !== '', { timeout: 60_000 })
        .then(() => {
          child.kill('SIGINT');
          writeFileSync(join(hooks, 'go'), '');
        }),
  });
  await expect(restoring).rejects.toMatchObject({ code: 130 });
  expect(changes(calls())).toEqual([STOPS, 'apply -f -', ENDS_JOB, STARTS]);
});

test('a directory is copied while the brain is stopped, by a Job that is gone before the restore', async () => {
  const { runScript, calls, hooks, readHook } = openCluster();
  const backup = join(makeDir(), '2025-12-31T00-00-00-000Z');
  mkdirSync(backup);
  writeFileSync(join(backup, 'manifest.json'), '{}');
  await runScript('restore.sh', [backup, '--yes']);
  expect(changes(calls())).toEqual([
    STOPS,
    'apply -f -',
    'exec -i job/restore-copy-20260101-000000',
    'delete job restore-copy-20260101-000000 --ignore-not-found --cascade=foreground',
    'apply -f -',
    STARTS,
  ]);
  const [copying = '', restoring = ''] = readHook('applied').split('\n');
  expect(JSON.parse(copying)).toEqual({
    args: ['-e', expect.stringContaining('setTimeout(Boolean')],
  });
  expect(JSON.parse(restoring)).toEqual({
    args: ['scripts/restore.ts', '2025-12-31T00-00-00-000Z'],
  });
  const { stdout } = await run('tar', ['-tf', join(hooks, 'copied.tar')], { env: { PATH } });
  expect(stdout).toContain('manifest.json');
});
