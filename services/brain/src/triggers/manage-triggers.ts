import { randomBytes } from 'node:crypto';
import { type OrgId, type Tenant, TriggerId } from '@bakerst/contracts';
import type { Action, TriggerSettings } from '@bakerst/contracts/schedules';
import { AppError, type NewId } from '@bakerst/kit';
import type { Secrets } from '@bakerst/kit/secrets';
import { type ActionRules, checkAction } from '../actions/action-rules.ts';
import type { UserChanges } from '../events/ports.ts';
import type { NewTrigger, Trigger, TriggerFields, TriggerStore } from './ports.ts';
import { fillAction, type Templates } from './prepare-delivery.ts';

const SECRET_BYTES = 32;

export interface ManageTriggersDeps extends ActionRules {
  readonly triggers: TriggerStore;
  readonly templates: Templates;
  readonly secrets: Pick<Secrets, 'add'>;
  readonly changes: UserChanges;
  readonly newId: NewId;
}

/** Checks what is said of a trigger. Throws AppError VALIDATION_ERROR, and what posting its action would throw. */
export function readTriggerFields(
  deps: ActionRules & Pick<ManageTriggersDeps, 'templates'>,
  { preset, filter, action, per_minute: perMinute, paused: isPaused }: TriggerSettings,
  org: OrgId,
): TriggerFields {
  checkTemplates(deps.templates, action);
  checkAction(deps, action, org);
  return { preset, filter, action, perMinute, isPaused };
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
