import { expect, test } from 'vitest';
import { readCursor, toPage } from './list-query.ts';

const cursorOf = (list: string, seq: number): string => {
  const parts = { list, show: () => undefined, place: () => seq };
  return toPage([seq], 1, parts).next_cursor ?? '';
};

test('a list goes on behind the place that its cursor names', () => {
  expect(readCursor('jobs', undefined)).toBeUndefined();
  for (const seq of [0, 7, 123_456_789_012])
    expect(readCursor('jobs', cursorOf('jobs', seq))).toBe(seq);
});

test('a cursor of another list, or one that was changed, is refused', () => {
  const cursor = cursorOf('jobs', 1234);
  const changed = [...cursor].map((char, i) => {
    const other = char === 'A' ? 'B' : 'A';
    return cursor.slice(0, i) + other + cursor.slice(i + 1);
  });
  const shorter = cursor.slice(0, -1);
  const refused = ['', 'x', `${cursor}!`, `${cursor}=`, shorter, `${shorter}.`, ...changed];
  for (const each of [...refused, cursorOf('runs', 1234)])
    expect(() => readCursor('jobs', each), each).toThrow(
      expect.objectContaining({ code: 'VALIDATION_ERROR', reason: 'INVALID_CURSOR' }),
    );
});
