import { SandboxLimits } from '@bakerst/contracts';
import { expect, test } from 'vitest';
import { createLogBook, LOG_LINES_MAX } from './log-book.ts';

function line(message: string) {
  return { level: 'log', message, timestamp: 1 } as const;
}

test('lines up to the last byte of the limit are kept whole', () => {
  const logs = createLogBook();
  logs.add([line('é'.repeat(SandboxLimits.logBytes / 2))]);
  expect(logs.isCut).toBe(false);
});

test('the line that crosses the limit is cut between two characters, later ones are dropped', () => {
  const logs = createLogBook();
  logs.add([line(`a${'é'.repeat(SandboxLimits.logBytes / 2)}`), line('late')]);
  expect(logs.lines.map(({ message }) => Buffer.byteLength(message))).toEqual([
    SandboxLimits.logBytes - 1,
  ]);
  expect(logs.isCut).toBe(true);
});

test('empty lines are limited by their number', () => {
  const logs = createLogBook();
  logs.add(Array(LOG_LINES_MAX).fill(line('')));
  expect(logs.isCut).toBe(false);
  logs.add([line('')]);
  expect([logs.lines.length, logs.isCut]).toEqual([LOG_LINES_MAX, true]);
});

test('half a surrogate pair is replaced, so that every store can carry the line', () => {
  const logs = createLogBook();
  logs.add([line('\ud83d')]);
  expect(logs.lines[0]?.message).toBe('\ufffd');
});
