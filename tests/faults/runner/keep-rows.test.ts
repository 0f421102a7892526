import { expect, test } from 'vitest';
import { keepRows } from './keep-rows.ts';

const NAMES = ['P1', 'P2', 'P10'];
const table = (...rows: string[]) =>
  ['| promise | seed |  n |', '| --- | --- | --- |', ...rows].join('\n');

test('rows about something else stay, those played again are new, in the order of the promises and seeds', () => {
  const kept = table('| P10     | 1    | a |', '| P2 | 10 | b |', '| P2 | 9 | c |');
  const fresh = table('| P2 | 10 | d |', '| P1 | 3 | e |');
  expect(keepRows(kept, fresh, NAMES).split('\n')).toEqual([
    '| promise | seed | n   |',
    '| ------- | ---- | --- |',
    '| P1      | 3    | e   |',
    '| P2      | 9    | c   |',
    '| P2      | 10   | d   |',
    '| P10     | 1    | a   |',
  ]);
});

test('a promise that is gone and a table of another kind are not kept', () => {
  const fresh = table('| P1 | 1 | a |');
  expect(keepRows(table('| P3 | 1 | b |'), fresh, NAMES)).not.toContain('P3');
  expect(keepRows('| promise | other |\n| --- | --- |\n| P2 | 1 |', fresh, NAMES)).not.toContain(
    'P2',
  );
  expect(keepRows('', fresh, NAMES)).toContain('| P1      | 1    | a   |');
});

test('a bar that is text divides nothing', () => {
  const kept = table('| P1 | 1 | a \\| b |');
  expect(keepRows(kept, table('| P2 | 1 | c |'), NAMES)).toContain('| P1      | 1    | a \\| b |');
});
