import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileSystemOf, prepareDataDir } from './data-dir.ts';
import { StartError } from './start-error.ts';

const MOUNTS = [
  '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
  '36 22 0:30 / /mnt/nas rw,relatime - nfs4 nas:/export rw,vers=4.2',
  '37 22 0:31 / /mnt/my\\040share rw - cifs //nas/share rw',
  '38 36 0:32 / /mnt/nas/local rw - ext4 /dev/vdb rw',
].join('\n');

test.each([
  ['/home/gary/data', 'ext4'],
  ['/mnt/nas', 'nfs4'],
  ['/mnt/nas/bakerst', 'nfs4'],
  ['/mnt/nasty', 'ext4'],
  ['/mnt/my share/data', 'cifs'],
  ['/mnt/nas/local/data', 'ext4'],
])('%s lies on %s', (path, type) => {
  expect(fileSystemOf(path, MOUNTS)).toBe(type);
});

test('without a mount table the file system is unknown', () => {
  expect(fileSystemOf('/data', '')).toBeUndefined();
});

test('a missing data directory is made, for its owner alone', () => {
  const dir = join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'deep', 'data');
  expect(prepareDataDir(dir)).toBe(dir);
});

test('a file in the place of the data directory is refused with what to do', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'bakerst-')), 'data');
  writeFileSync(file, '');
  expect(() => prepareDataDir(file)).toThrow(StartError);
  expect(() => prepareDataDir(file)).toThrow(/BAKERST_DATA_DIR/);
});

test('a directory that cannot be written is refused', ({ skip }) => {
  if (process.getuid?.() === 0) skip('root may write everywhere');
  const dir = mkdtempSync(join(tmpdir(), 'bakerst-'));
  chmodSync(dir, 0o500);
  expect(() => prepareDataDir(dir)).toThrow(/cannot be written/);
});
