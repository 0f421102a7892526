import type { DeliveryView, TriggerView } from '@bakerst/contracts/schedules';
import { AppError } from '@bakerst/kit';
import { toActionView } from '../actions/action-rules.ts';
import { toFiringView } from '../actions/firing-view.ts';
import type { FiringStore } from '../actions/ports.ts';
import { toIso } from '../http/to-iso.ts';
import type { Delivery, Trigger } from './ports.ts';

export function toTriggerView(
  { firings }: { readonly firings: Pick<FiringStore, 'list'> },
  trigger: Trigger,
): TriggerView {
  const { id, name, tenant } = trigger;
  const [last] = firings.list({ kind: 'trigger', id }, { beforeSeq: undefined, limit: 1 });
  const whose = new URLSearchParams({ org: tenant.org, user_id: tenant.user });
  return {
    id,
    user_id: tenant.user,
    name,
    preset: trigger.preset,
    filter: [...trigger.filter],
    action: toActionView(trigger.action),
    per_minute: trigger.perMinute,
    paused: trigger.isPaused,
    source: trigger.source,
    deliver_path: `/api/v1/triggers/${name}/deliver?${whose}`,
    conversation_id: trigger.conversationId ?? null,
    last: last === undefined ? null : toFiringView(last),
    created_at: toIso(trigger.createdAt),
    updated_at: toIso(trigger.updatedAt),
  };
}

export function toDeliveryView(delivery: Delivery): DeliveryView {
  return {
    ...toFiringView(delivery),
    has_payload: delivery.hasPayload,
    replay_of: delivery.replayOf ?? null,
  };
}

export function refuseFileTrigger({ source }: Trigger): void {
  if (source !== 'file') return;
  throw new AppError(
    'CONFLICT',
    'this trigger comes from operating_system/TRIGGERS.json: change it there; pausing, resuming and a new secret work here',
    { reason: 'FROM_FILE' },
  );
}
