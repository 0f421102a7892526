import { expect, test } from 'vitest';
import { atMost, type Row } from '../figures/row.ts';
import { listMissing, toMarkdownTable, toTable } from './to-table.ts';

const ROWS: readonly Row[] = [
  {
    name: 'first text',
    unit: 'ms',
    goal: atMost(2.5, '×'),
    finding: {
      kind: 'compared',
      ours: { p50: 3.84, p95: 12.345 },
      other: { p50: 1.5, p95: 120.4 },
      ratios: [2.4, 2.56, 2.8],
    },
  },
  {
    name: '429 of a busy user, p99',
    unit: 'ms',
    goal: atMost(15, 'ms'),
    finding: { kind: 'single', ours: { p50: 1, p95: 4.2 }, value: 8 },
  },
  {
    name: 'warm start, ready',
    unit: 'ms',
    goal: atMost(1_500, 'ms'),
    finding: { kind: 'missing', why: 'start: spawn npm ENOENT' },
  },
];

test('a table has a line for each row, with its goal and whether it was reached', () => {
  const cells = toTable(ROWS)
    .split('\n')
    .slice(1)
    .map((line) => line.split(/ {2,}/));
  expect(cells).toEqual([
    ['first text', '3.84 / 12.3 ms', '1.50 / 120 ms', '2.56 × (2.40–2.80)', '≤ 2.5 ×', 'missed'],
    ['429 of a busy user, p99', '1 / 4.20 ms', '–', '8 ms', '≤ 15 ms', 'ok'],
    ['warm start, ready', '–', '–', '–', '≤ 1500 ms', 'not measured'],
  ]);
});

test('the columns of a table begin below each other', () => {
  const starts = toTable(ROWS)
    .split('\n')
    .map((line) => line.search(/ours|3\.84|1 \/|–/));
  expect(new Set(starts).size).toBe(1);
});

test('Markdown has the same cells', () => {
  expect(toMarkdownTable(ROWS).split('\n')[3]).toBe(
    '| 429 of a busy user, p99 | 1 / 4.20 ms | – | 8 ms | ≤ 15 ms | ok |',
  );
});

test('each reason for a gap is named once', () => {
  expect(listMissing([...ROWS, ...ROWS])).toEqual(['start: spawn npm ENOENT']);
});
