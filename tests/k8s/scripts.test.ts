import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { ROOT } from './checks/read-render.ts';
import { PATH } from './stand-in.ts';

// Each starts programs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const run = promisify(execFile);

const SCRIPTS = [
  ...['backup', 'build', 'deploy', 'doctor', 'restore', 'secrets', 'upgrade'].map(
    (name) => `scripts/${name}.sh`,
  ),
  'scripts/cluster/common.sh',
  'k8s/components/backup/copy-backups.sh',
  'scripts/cluster/prune-packages.sh',
];

test('shellcheck finds nothing in the scripts', async ({ skip }) => {
  const isThere = spawnSync('shellcheck', ['--version'], { env: { PATH } }).status === 0;
  if (!isThere) return skip('there is no shellcheck here');
  await expect(
    run('shellcheck', ['-x', ...SCRIPTS], { cwd: ROOT, env: { PATH } }),
  ).resolves.toEqual(expect.objectContaining({ stdout: '' }));
});

test.each(SCRIPTS.filter((script) => /^scripts\/\w+\.sh$/.test(script)))(
  '%s says how it is used, and refuses what it does not know',
  async (script) => {
    const { stdout } = await run(join(ROOT, script), ['--help'], { env: { PATH } });
    expect(stdout).toContain(script);
    await expect(
      run(join(ROOT, script), ['--none-of-it'], { env: { PATH } }),
    ).rejects.toMatchObject({
      code: 64,
    });
  },
);
