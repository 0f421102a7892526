import type { TriggerCondition } from '@bakerst/contracts/schedules';

/** True when everything that the filter asks for is so. */
export function passesFilter(filter: readonly TriggerCondition[], payload: unknown): boolean {
  return filter.every((condition) => holds(condition, readPath(payload, condition.path)));
}

function holds({ equals, in: among, contains, exists }: TriggerCondition, value: unknown): boolean {
  if (exists !== undefined && (value !== undefined) !== exists) return false;
  if (equals !== undefined && value !== equals) return false;
  if (among !== undefined && !among.some((each) => each === value)) return false;
  return contains === undefined || (typeof value === 'string' && value.includes(contains));
}

/** What is at a place such as `alerts.0.status`; own fields only. */
function readPath(payload: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name))
      return undefined;
    return Reflect.get(value, name);
  }, payload);
}
