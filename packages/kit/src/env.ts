import { StartError } from './start-error.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** Undefined for a variable that is unset or empty. */
export function envString(env: Env, name: string): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}

interface IntRange {
  readonly fallback: number;
  readonly min?: number;
  readonly max?: number;
}

/** A whole number within its range; throws StartError naming the variable otherwise. */
export function envInt(env: Env, name: string, range: IntRange): number {
  const raw = envString(env, name);
  if (raw === undefined) return range.fallback;
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = range;
  const value = Number(raw);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new StartError(`${name} must be a whole number from ${min} to ${max}, not "${raw}"`);
  return value;
}

const ON: ReadonlySet<string> = new Set(['1', 'true', 'yes', 'on']);
const OFF: ReadonlySet<string> = new Set(['0', 'false', 'no', 'off']);

/** Off when the variable is unset; throws StartError naming it for anything but 1, true, yes, on and their opposites. */
export function envFlag(env: Env, name: string): boolean {
  const raw = envString(env, name)?.toLowerCase();
  if (raw === undefined || OFF.has(raw)) return false;
  if (ON.has(raw)) return true;
  throw new StartError(`${name} must be 1 or 0, not "${raw}"`);
}

/** Values between commas, without blanks; empty when the variable is unset. */
export function envList(env: Env, name: string): readonly string[] {
  return (envString(env, name) ?? '')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
}
