import type { Tenant } from '@bakerst/contracts';
import type { Action, ActionView } from '@bakerst/contracts/schedules';
import { AppError } from '@bakerst/kit';
import { checkDeliverTo } from '../deliveries/want-delivery.ts';
import { type JobRules, readJobBody } from '../jobs/job-body.ts';
import { type ChoiceDeps, checkChoice } from '../models/check-choice.ts';

const HIDDEN = '***';

export interface ActionRules {
  readonly rules: JobRules;
  readonly choices: ChoiceDeps;
}

/** Throws what posting it at this moment would throw: an action that can never fire is not taken. */
export function checkAction({ rules, choices }: ActionRules, action: Action, tenant: Tenant): void {
  // Whoever sends back what was shown would store the stars.
  if (action.type === 'http' && Object.values(action.headers ?? {}).includes(HIDDEN))
    throw new AppError('VALIDATION_ERROR', `headers: give the value that is shown as ${HIDDEN}`, {
      reason: 'HIDDEN_VALUE',
    });
  checkDeliverTo(rules.findChat, tenant, action.deliver_to);
  if (action.type === 'run') checkChoice(choices, action);
  else readJobBody(rules, action, tenant.org);
}

/** An action as it is shown: which headers there are, never what they say. */
export function toActionView(action: Action): ActionView {
  if (action.type !== 'http' || action.headers === undefined) return action;
  const names = Object.keys(action.headers).map((name) => [name, HIDDEN] as const);
  return { ...action, headers: Object.fromEntries(names) };
}

/** Refusals that pass by themselves. */
const PASSING: ReadonlySet<string> = new Set([
  'QUEUE_DEPTH_EXCEEDED',
  'RATE_LIMIT_EXCEEDED',
  'CONCURRENT_REQUEST_REJECTED',
  'UNAVAILABLE',
  'TIMEOUT_ERROR',
  'STORAGE_FULL',
]);

/** True for a refusal of this moment: what is refused by it is tried again, not dropped. */
export function isPassingRefusal(err: AppError): boolean {
  return PASSING.has(err.code);
}
