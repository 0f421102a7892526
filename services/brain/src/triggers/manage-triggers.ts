import { randomBytes } from 'node:crypto';
import { type Tenant, TriggerId } from '@bakerst/contracts';
import type {
  Action,
  TriggerCondition,
  TriggerPatch,
  TriggerSettings,
} from '@bakerst/contracts/schedules';
import { AppError, type NewId } from '@bakerst/kit';
import type { Secrets } from '@bakerst/kit/secrets';
import { type ActionRules, checkAction } from '../actions/action-rules.ts';
import type { UserChanges } from '../events/ports.ts';
import type { NewTrigger, Trigger, TriggerFields, TriggerStore } from './ports.ts';
import { fillAction, type Templates } from './prepare-delivery.ts';
import { refuseFileTrigger } from './trigger-view.ts';

const SECRET_BYTES = 32;

export interface ManageTriggersDeps extends ActionRules {
  readonly triggers: TriggerStore;
  readonly templates: Templates;
  readonly secrets: Pick<Secrets, 'add'>;
  readonly changes: UserChanges;
  readonly newId: NewId;
}

type TriggerRules = ActionRules & Pick<ManageTriggersDeps, 'templates'>;

/** Checks what is said of a trigger. Throws AppError VALIDATION_ERROR, and what posting its action would throw. */
export function readTriggerFields(
  deps: TriggerRules,
  { preset, filter, action, per_minute: perMinute, paused: isPaused }: TriggerSettings,
  tenant: Tenant,
): TriggerFields {
  checkWanted(deps, { filter, action }, tenant);
  return { preset, filter, action, perMinute, isPaused };
}

/** Changes what is given; what comes from the file is only paused and resumed. Throws as `readTriggerFields` does. */
export async function changeTrigger(
  deps: ManageTriggersDeps,
  trigger: Trigger,
  { paused: isPaused, per_minute: perMinute, ...wanted }: Omit<TriggerPatch, 'org' | 'user_id'>,
): Promise<Trigger> {
  const { preset, filter, action } = wanted;
  const given = toGiven({ preset, filter, action, perMinute });
  if (Object.keys(given).length > 0) refuseFileTrigger(trigger);
  checkWanted(deps, given, trigger.tenant);
  const changed = await deps.triggers.change(trigger, { ...given, ...toGiven({ isPaused }) });
  tellTrigger(deps, changed);
  return changed;
}

function toGiven(fields: { readonly [N in keyof TriggerFields]?: TriggerFields[N] | undefined }) {
  const { preset, filter, action, perMinute, isPaused } = fields;
  return {
    ...(preset !== undefined && { preset }),
    ...(filter !== undefined && { filter }),
    ...(action !== undefined && { action }),
    ...(perMinute !== undefined && { perMinute }),
    ...(isPaused !== undefined && { isPaused }),
  };
}

function checkWanted(
  deps: TriggerRules,
  { filter, action }: Partial<Pick<TriggerFields, 'filter' | 'action'>>,
  tenant: Tenant,
): void {
  if (filter?.some(isEmptyCondition) === true)
    throw new AppError(
      'VALIDATION_ERROR',
      'filter: a condition says one of equals, in, contains and exists besides its path',
      { reason: 'INVALID_FILTER' },
    );
  if (action === undefined) return;
  checkTemplates(deps.templates, action);
  checkAction(deps, action, tenant);
}

/** It would let everything pass, which nobody means who writes a condition. */
function isEmptyCondition({ equals, in: among, contains, exists }: TriggerCondition): boolean {
  return [equals, among, contains, exists].every((test) => test === undefined);
}

function checkTemplates({ checkTemplate }: Templates, action: Action): void {
  try {
    fillAction(action, (template) => {
      checkTemplate(template);
      return template;
    });
  } catch (cause) {
    throw badTemplate(cause);
  }
}

function badTemplate(cause: unknown): AppError {
  const message = cause instanceof Error ? cause.message : 'a template cannot be used';
  return new AppError('VALIDATION_ERROR', message, { cause, reason: 'INVALID_TEMPLATE' });
}

type Wanted = Pick<NewTrigger, 'name' | 'source' | 'entryHash'> & TriggerFields;

/** Makes a trigger, and gives its secret, which is not shown again. */
export async function createTrigger(
  deps: ManageTriggersDeps,
  tenant: Tenant,
  { secret = makeSecret(), ...wanted }: Wanted & { readonly secret?: string | undefined },
): Promise<{ readonly trigger: Trigger; readonly secret: string }> {
  deps.secrets.add(secret);
  const id = TriggerId.parse(deps.newId());
  const trigger = await deps.triggers.create(tenant, { ...wanted, id, secret });
  tellTrigger(deps, trigger);
  return { trigger, secret };
}

export async function rotateSecret(deps: ManageTriggersDeps, trigger: Trigger): Promise<string> {
  const secret = makeSecret();
  deps.secrets.add(secret);
  await deps.triggers.setSecret(trigger, secret);
  tellTrigger(deps, trigger);
  return secret;
}

export function tellTrigger(
  { changes }: Pick<ManageTriggersDeps, 'changes'>,
  trigger: Trigger,
): void {
  changes.tell(trigger.tenant, { type: 'trigger', trigger_id: trigger.id });
}

function makeSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}
