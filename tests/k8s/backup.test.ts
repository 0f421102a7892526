import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listBackups } from '@bakerst/kit/backups';
import { expect, test, vi } from 'vitest';
import { makeDir } from '../../scripts/testing/make-dir.ts';
import { openCluster } from './stand-in.ts';

// Each starts programs, on machines that have other things to do.
vi.setConfig({ testTimeout: 180_000 });

const NAME = '2026-01-01T00-00-00-000Z';
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** A cluster whose brain has a backup of two empty files. */
function openWithBackup() {
  const cluster = openCluster(`
    case "$what" in "exec deployment/brain")
      tar -cf - -C "$HOOKS/backups/${NAME}" .
      exit 0 ;;
    esac`);
  const dir = join(cluster.hooks, 'backups', NAME);
  const paths = ['bakerst.db', `attachments/${EMPTY}`];
  mkdirSync(join(dir, 'attachments'), { recursive: true });
  for (const path of paths) writeFileSync(join(dir, path), '');
  const manifest = {
    format: 1,
    reason: 'manual',
    created_at: '2026-01-01T00:00:00.000Z',
    version: '0.1.0',
    schema_version: 1,
    files: paths.map((path) => ({ path, size: 0, sha256: EMPTY })),
    verified_at: '2026-01-01T00:00:00.000Z',
  };
  writeFileSync(join(dir, 'manifest.json'), `${JSON.stringify(manifest, undefined, 1)}\n`);
  return { ...cluster, to: join(makeDir(), 'copies') };
}

test('backup.sh copies a backup to this machine', async () => {
  const { runScript, hooks, to } = openWithBackup();
  await expect(listBackups(hooks)).resolves.toHaveLength(1);
  await runScript('backup.sh', ['--to', to]);
  expect(readdirSync(to)).toEqual([NAME]);
  expect(existsSync(join(to, NAME, 'attachments', EMPTY))).toBe(true);
});

test.each([
  ['another database', `echo damaged > "$HOOKS/backups/${NAME}/bakerst.db"`],
  ['a file less', `rm -r "$HOOKS/backups/${NAME}/attachments"`],
  ['no manifest', `rm "$HOOKS/backups/${NAME}/manifest.json"`],
  ['an empty manifest', `echo > "$HOOKS/backups/${NAME}/manifest.json"`],
])('a copy with %s is no backup', async (_, damage) => {
  const { runScript, answer, to } = openWithBackup();
  answer(`
    case "$what" in "exec deployment/brain")
      ${damage}
      tar -cf - -C "$HOOKS/backups/${NAME}" .
      exit 0 ;;
    esac`);
  await expect(runScript('backup.sh', ['--to', to])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is not whole'),
  });
  expect(readdirSync(to)).toEqual([`.part-${NAME}`]);
});
