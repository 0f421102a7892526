import type { ActionView } from '@bakerst/contracts/schedules';

const TELLING = ['message', 'job', 'command', 'code', 'url', 'tool'] as const;

/** What an action does, in a line. */
export function describeAction(action: ActionView): string {
  const told = TELLING.map((field) => action[field]).find((value) => typeof value === 'string');
  return typeof told === 'string' ? told : action.type;
}
