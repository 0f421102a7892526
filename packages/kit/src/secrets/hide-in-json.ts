import type { z } from 'zod';
import type { Secrets } from './create-secrets.ts';

/** A value of this form without the secrets of this system, in names of fields neither. */
export function hideInJson<T extends z.ZodType>(
  schema: T,
  value: z.output<T>,
  { redact }: Pick<Secrets, 'redact'>,
): z.output<T> {
  const text = JSON.stringify(value);
  // Nearly always there is nothing to hide, and nothing to build anew.
  return redact(text) === text ? value : schema.parse(hideIn(value, redact));
}

function hideIn(value: unknown, redact: Secrets['redact']): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((each) => hideIn(each, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [redact(name), hideIn(each, redact)]),
  );
}
