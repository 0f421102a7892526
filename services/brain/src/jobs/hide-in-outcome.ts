import { JobOutcome } from '@bakerst/contracts';
import { hideInJson, type Secrets } from '@bakerst/kit/secrets';

/**
 * What a worker found out, without the secrets of this system: a program or a page may have shown one, and the result
 * goes to the model, to readers and into the database.
 */
export function hideInOutcome(outcome: JobOutcome, secrets: Pick<Secrets, 'redact'>): JobOutcome {
  return hideInJson(JobOutcome, outcome, secrets);
}
