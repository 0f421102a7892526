import { ApiError } from './api-error.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Throws the 400 that the Messages API gives for a field: `messages.0.role: Field required`. */
export function refuse(path: string, problem: string): never {
  throw new ApiError(400, `${path}: ${problem}`);
}

export function requireRecord(value: unknown, path: string): JsonObject {
  requireGiven(value, path);
  if (!isRecord(value)) refuse(path, 'Input should be a valid dictionary');
  return value;
}

export function requireArray(value: unknown, path: string): readonly unknown[] {
  requireGiven(value, path);
  if (!Array.isArray(value)) refuse(path, 'Input should be a valid list');
  return value;
}

export function requireString(value: unknown, path: string): string {
  requireGiven(value, path);
  if (typeof value !== 'string') refuse(path, 'Input should be a valid string');
  return value;
}

export function requireBoolean(value: unknown, path: string): boolean {
  if (typeof value !== 'boolean') refuse(path, 'Input should be a valid boolean');
  return value;
}

/** A whole number of at least `min`. */
export function requireInteger(value: unknown, path: string, { min = 0 } = {}): number {
  requireGiven(value, path);
  if (typeof value !== 'number' || !Number.isInteger(value))
    refuse(path, 'Input should be a valid integer');
  if (value < min) refuse(path, `Input should be greater than or equal to ${min}`);
  return value;
}

/** The API knows every field by name: anything else is a mistake of the caller. */
export function refuseExtra(value: JsonObject, allowed: ReadonlySet<string>, path: string): void {
  const extra = Object.keys(value).find((key) => !allowed.has(key));
  if (extra === undefined) return;
  refuse(path === '' ? extra : `${path}.${extra}`, 'Extra inputs are not permitted');
}

export function requireOneOf<T extends string>(
  value: unknown,
  words: readonly T[],
  path: string,
): T {
  requireGiven(value, path);
  const found = words.find((word) => word === value);
  return found ?? refuse(path, `Input should be ${words.map((word) => `'${word}'`).join(', ')}`);
}

/** For fields that may be left out or null. */
export function refuseUnlessIn(value: unknown, words: readonly string[], path: string): void {
  if (value !== undefined && value !== null) requireOneOf(value, words, path);
}

function requireGiven(value: unknown, path: string): void {
  if (value === undefined) refuse(path, 'Field required');
}
