import { JobId, RunId } from '@bakerst/contracts';
import type { Press } from '../channel.ts';

/** Of the Bot API, in bytes. */
export const PRESS_DATA_MAX_BYTES = 64;

const RUN_ACTIONS = { s: 'stop', t: 'steer', i: 'interrupt', w: 'withdraw' } as const;
const OUTCOMES = { h: 'happened', d: 'did_not_happen', r: 'retry' } as const;
const FORM = /^([a-z])([0-9A-Za-z_-]{22})(\d{0,4})$/;

/** What a button does, in the few bytes that it may carry. */
export function toPressData(press: Press): string {
  if (press.type === 'more') return `m${shorten(press.runId)}${press.from}`;
  const { action } = press;
  if (action.type === 'resolve') return keyOf(OUTCOMES, action.outcome) + shorten(action.job_id);
  return keyOf(RUN_ACTIONS, action.type) + shorten(action.run_id);
}

/** Undefined for what was not made here. */
export function readPressData(data: string): Press | undefined {
  const [, letter = '', short = '', digits = ''] = FORM.exec(data) ?? [];
  const id = lengthen(short);
  const job = JobId.safeParse(id).data;
  const run = RunId.safeParse(id).data;
  if (job === undefined || run === undefined) return undefined;
  if (letter === 'm')
    return digits === '' ? undefined : { type: 'more', runId: run, from: Number(digits) };
  if (isKey(RUN_ACTIONS, letter))
    return { type: 'action', action: { type: RUN_ACTIONS[letter], run_id: run } };
  if (isKey(OUTCOMES, letter))
    return { type: 'action', action: { type: 'resolve', job_id: job, outcome: OUTCOMES[letter] } };
  return undefined;
}

function isKey<T extends object>(letters: T, letter: string): letter is keyof T & string {
  return Object.hasOwn(letters, letter);
}

function keyOf(letters: Readonly<Record<string, string>>, meaning: string): string {
  return Object.keys(letters).find((letter) => letters[letter] === meaning) ?? '';
}

/** A UUID in 22 characters. */
function shorten(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

function lengthen(short: string): string {
  const hex = Buffer.from(short, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
