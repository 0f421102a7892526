import { ApiError } from '@bakerst/client';
import type { z } from 'zod';

/** The fields of the forms for schedules and triggers. */
export type Field =
  | 'name'
  | 'when'
  | 'zone'
  | 'grace'
  | 'text'
  | 'server'
  | 'more'
  | 'filter'
  | 'perMinute';

/** What is wrong, and where. */
export interface Problem {
  readonly field: Field;
  readonly message: string;
}

/** What was written in a form as the API takes it, or what is wrong with it. */
export type Read<T> =
  | { readonly value: T; readonly problem?: undefined }
  | { readonly problem: Problem; readonly value?: undefined };

/** Where what the brain refuses was written. */
const FIELD_OF: Readonly<Record<string, Field>> = {
  INVALID_CRON: 'when',
  INVALID_TIMING: 'when',
  INTERVAL_TOO_SHORT: 'when',
  TIME_IN_PAST: 'when',
  INVALID_TIME_ZONE: 'zone',
  INVALID_TEMPLATE: 'text',
  URL_NOT_ALLOWED: 'text',
  COMMAND_NOT_ALLOWED: 'text',
  MCP_UNKNOWN_SERVER: 'server',
  MCP_SERVER_OFF: 'server',
  MCP_UNKNOWN_TOOL: 'text',
  TRIGGER_EXISTS: 'name',
  INVALID_FILTER: 'filter',
  HIDDEN_VALUE: 'more',
};

/** The problem of a field that the brain has refused; undefined when it is no field's. */
export function toRefusal(error: unknown): Problem | undefined {
  if (!(error instanceof ApiError)) return undefined;
  const field = FIELD_OF[error.body?.reason ?? ''];
  return field === undefined ? undefined : { field, message: error.message };
}

export function missing(field: Field): Problem {
  return { field, message: 'is missing' };
}

/** The first thing that a schema does not take. */
export function toProblem(
  error: z.ZodError,
  fieldOf: (path: readonly PropertyKey[]) => Field,
): Problem {
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  const message = issue?.message ?? 'does not fit';
  return {
    field: fieldOf(path),
    message: path.length > 1 ? `${path.join('.')}: ${message}` : message,
  };
}
