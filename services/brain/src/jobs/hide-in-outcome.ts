import { JobOutcome } from '@bakerst/contracts';
import type { Secrets } from '@bakerst/kit/secrets';

/**
 * What a worker found out, without the secrets of this system: a program or a page may have shown one, and the result
 * goes to the model, to readers and into the database.
 */
export function hideInOutcome(
  outcome: JobOutcome,
  { redact }: Pick<Secrets, 'redact'>,
): JobOutcome {
  const text = JSON.stringify(outcome);
  // Nearly always there is nothing to hide, and nothing to build anew.
  return redact(text) === text ? outcome : JobOutcome.parse(hideIn(outcome, redact));
}

function hideIn(value: unknown, redact: Secrets['redact']): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((each) => hideIn(each, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [redact(name), hideIn(each, redact)]),
  );
}
