import { median, type Spread } from '../figures/quantile.ts';
import { type Goal, judge, type Row, type Unit } from '../figures/row.ts';

export const HEADINGS = [
  'what',
  'ours p50 / p95',
  'other p50 / p95',
  'figure',
  'goal',
  '',
] as const;

const NONE = '–';

/** The cells of a row, in the order of the headings. */
export function toCells(row: Row): readonly string[] {
  const { name, finding, unit } = row;
  const verdict = judge(row);
  if (finding.kind === 'missing') return [name, NONE, NONE, NONE, toGoal(row.goal), verdict];
  if (finding.kind === 'single') {
    const { ours, value } = finding;
    const figure = toAmount(value, unit);
    return [name, toPair(ours, unit), NONE, figure, toGoal(row.goal), verdict];
  }
  const { ours, other, ratios } = finding;
  const range = `${toNumber(Math.min(...ratios))}–${toNumber(Math.max(...ratios))}`;
  const figure = `${toNumber(median(ratios))} × (${range})`;
  return [name, toPair(ours, unit), toPair(other, unit), figure, toGoal(row.goal), verdict];
}

function toGoal({ is, value, unit }: Goal): string {
  return `${is === 'at most' ? '≤' : '≥'} ${value} ${unit}`;
}

function toPair({ p50, p95 }: Spread, unit: Unit): string {
  return `${toNumber(p50)} / ${toAmount(p95, unit)}`;
}

function toAmount(value: number, unit: Unit): string {
  return `${toNumber(value)} ${unit}`;
}

/** Three significant digits or all before the point. */
function toNumber(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
