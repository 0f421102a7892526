import { readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDir } from '../testing/make-dir.ts';
import { openLog } from './open-log.ts';

const CAP_BYTES = 10 * 1024 * 1024;

test.each([
  [CAP_BYTES, 'stays', CAP_BYTES],
  [CAP_BYTES + 1, 'is moved aside', 0],
])('a log of %i bytes %s', (sizeBytes, _, left) => {
  const file = join(makeDir(), 'brain.log');
  writeFileSync(file, 'x'.repeat(sizeBytes));
  using log = openLog(file);
  expect(statSync(log.file).size).toBe(left);
  if (left === 0) expect(statSync(`${file}.1`).size).toBe(sizeBytes);
});

test('what is written after the move stands at the beginning', () => {
  const file = join(makeDir(), 'brain.log');
  writeFileSync(file, 'x'.repeat(CAP_BYTES + 1));
  using log = openLog(file);
  writeSync(log.fd, 'first\n');
  writeSync(log.fd, 'second\n');
  expect(readFileSync(file, 'utf8')).toBe('first\nsecond\n');
});
