import {
  NewTriggerBody,
  type TriggerPatch,
  type TriggerPreset,
  type TriggerView,
} from '@bakerst/contracts/schedules';
import {
  type ActionDraft,
  readActionDraft,
  readJson,
  toActionDraft,
} from '../actions/action-draft.ts';
import { type Field, missing, type Read, toProblem } from '../actions/problem.ts';
import { texts } from '../texts/index.ts';

/** A trigger while it is written. */
export interface TriggerDraft {
  readonly name: string;
  readonly preset: TriggerPreset;
  /** JSON; empty for none. */
  readonly filter: string;
  readonly perMinute: string;
  readonly action: ActionDraft;
}

export function toTriggerDraft(trigger: TriggerView | undefined): TriggerDraft {
  const { filter = [] } = trigger ?? {};
  return {
    name: trigger?.name ?? '',
    preset: trigger?.preset ?? 'generic',
    filter: filter.length === 0 ? '' : JSON.stringify(filter, null, 2),
    perMinute: String(trigger?.per_minute ?? 60),
    action: toActionDraft(trigger?.action),
  };
}

/** What was written as the API takes it, or what is wrong with it. */
export function readTriggerDraft(draft: TriggerDraft): Read<NewTriggerBody> {
  if (draft.name.trim() === '') return { problem: missing('name') };
  const action = readActionDraft(draft.action);
  if (action.problem !== undefined) return action;
  const filter = readJson(draft.filter.trim() === '' ? '[]' : draft.filter);
  if (!Array.isArray(filter))
    return { problem: { field: 'filter', message: texts.triggers.badFilter } };
  const parsed = NewTriggerBody.safeParse({
    name: draft.name,
    preset: draft.preset,
    filter,
    per_minute: draft.perMinute.trim() === '' ? undefined : Number(draft.perMinute),
    action: action.value,
  });
  if (parsed.success) return { value: parsed.data };
  return { problem: toProblem(parsed.error, ([name]) => FIELD_OF[String(name)] ?? 'more') };
}

const FIELD_OF: Readonly<Record<string, Field>> = {
  name: 'name',
  filter: 'filter',
  per_minute: 'perMinute',
};

/** Only what was changed: hidden headers stay as they are. */
export function readTriggerPatch(trigger: TriggerView, draft: TriggerDraft): Read<TriggerPatch> {
  const read = readTriggerDraft(draft);
  if (read.problem !== undefined) return read;
  const { preset, filter, per_minute, action } = read.value;
  const isOther = JSON.stringify(draft.action) !== JSON.stringify(toActionDraft(trigger.action));
  return { value: { preset, filter, per_minute, ...(isOther && { action }) } };
}
