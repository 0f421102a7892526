import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeDir } from '../testing/make-dir.ts';
import { startProgram } from '../testing/start-program.ts';
import { holdDataDir } from './hold-data-dir.ts';

// Processes are started; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 30_000 });

const OPTIONS = { url: 'http://127.0.0.1:3000', advice: 'stop it first' };

/** Another process that holds the directory until it is killed. */
function startHolder(dataDir: string) {
  const file = join(import.meta.dirname, 'hold-data-dir.ts');
  const script = `
    import { holdDataDir } from ${JSON.stringify(file)};
    globalThis.held = await holdDataDir(${JSON.stringify(dataDir)}, ${JSON.stringify(OPTIONS)});
    process.stdout.write('held');
    setInterval(() => undefined, 60_000);`;
  return startProgram(process.execPath, {
    args: ['--conditions=bakerst-source', '--input-type=module', '-e', script],
    cwd: import.meta.dirname,
  });
}

test('a directory that another process holds is refused after 3 s, with its pid', async () => {
  const dataDir = makeDir();
  await using holder = startHolder(dataDir);
  await holder.untilPrinted(/held/);
  const startedAt = performance.now();
  await expect(holdDataDir(dataDir, OPTIONS)).rejects.toThrow(
    `(pid ${holder.pid}, http://127.0.0.1:3000): stop it first`,
  );
  expect(performance.now() - startedAt).toBeGreaterThan(2900);
});

test('the directory of a holder that is killed is free at once', async () => {
  const dataDir = makeDir();
  await using holder = startHolder(dataDir);
  await holder.untilPrinted(/held/);
  const wait = holdDataDir(dataDir, OPTIONS);
  process.kill(holder.pid, 'SIGKILL');
  using _held = await wait;
  expect(statSync(join(dataDir, 'supervisor.json')).mode & 0o777).toBe(0o600);
});

test('a holder that lets go can be followed by another, in the same process', async () => {
  const dataDir = makeDir();
  (await holdDataDir(dataDir, OPTIONS))[Symbol.dispose]();
  using _held = await holdDataDir(dataDir, OPTIONS);
});
